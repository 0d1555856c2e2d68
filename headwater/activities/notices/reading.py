"""Reading one's notices: only what is about records that the reader sees now, in her words."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from headwater.access import rights
from headwater.access.models import Action, Scope
from headwater.activities.models import Notice
from headwater.activities.notices.preferences import kinds_for
from headwater.activities.notices.words import phrase_of
from headwater.activities.timeline import Item, items_of, read_cursor
from headwater.history.models import HistoryEntry
from headwater.lib import clock
from headwater.metadata import registry
from headwater.metadata.titles import titles_of
from headwater.records.context import filter_context
from headwater.records.find import find_records
from headwater.records.models import Record
from headwater.users.actor import Actor
from headwater.users.models import User

MOST_COUNTED = 99
MAX_PAGE = 100
_SHORT = 160


@dataclass(frozen=True)
class NoticeItem:
    """A notice in the reader's words. ``title`` names its record, or the list of them.

    ``who`` is None for the system and for one's own work in the background. ``text`` has no subject where
    there is a ``who``. ``excerpt`` is the comment it is about.
    """

    notice: Notice
    who: User | None
    title: str
    text: str
    excerpt: str

    @property
    def unread(self) -> bool:
        return self.notice.read_at is None

    @property
    def at(self) -> datetime:
        return self.notice.at

    @property
    def count(self) -> int:
        """How many records it is about."""
        return int(self.notice.about.get("count", 1))

    def to_json(self) -> dict[str, Any]:
        """Return the notice as the API writes it."""
        notice = self.notice
        return {
            "id": notice.pk,
            "kind": notice.kind,
            "at": notice.at,
            "read_at": notice.read_at,
            "by": {"id": self.who.pk, "name": self.who.name} if self.who else None,
            "object": notice.object or None,
            "record_id": notice.record_id,
            "count": self.count,
            "title": self.title,
            "text": self.text,
            "excerpt": self.excerpt,
            "entries": notice.entries,
        }


@dataclass(frozen=True)
class NoticePage:
    """Notices, newest first. ``next`` opens the page of older ones."""

    items: list[NoticeItem]
    next: str | None


def visible_notices(actor: Actor) -> QuerySet[Notice]:
    """Return the actor's notices about what she sees now, whether they are shown in the app or not."""
    seen = Q(object="", kind__in=kinds_for(actor))
    for entry in registry.whole_objects():
        if rights.scope(actor, entry.name, Action.SEE) != Scope.NONE:
            records = find_records(actor, entry.name).filter(pk=OuterRef("record_id"))
            seen |= Q(Q(object=entry.name), Exists(records))
    return Notice.objects.filter(seen, user=actor.user_id)


def unread_count(actor: Actor) -> int:
    """Return how many notices are unread, with one query and at most one more than ``MOST_COUNTED``."""
    unread = visible_notices(actor).filter(in_app=True, read_at__isnull=True)
    return len(unread.order_by("-pk").values_list("pk", flat=True)[: MOST_COUNTED + 1])


def read_notices(
    actor: Actor, *, unread: bool = False, after: str | None = None, limit: int = 30
) -> NoticePage:
    """Return one page of the actor's notices, newest first. Raises FilterError for a wrong ``after``."""
    found = visible_notices(actor).filter(in_app=True)
    if unread:
        found = found.filter(read_at__isnull=True)
    if after is not None:
        found = found.filter(pk__lt=read_cursor(after))
    limit = max(1, min(limit, MAX_PAGE))
    rows = list(found.select_related("actor").order_by("-pk")[: limit + 1])
    shown = rows[:limit]
    return NoticePage(described(actor, shown), str(shown[-1].pk) if len(rows) > limit else None)


def get_notice(actor: Actor, pk: int) -> Notice | None:
    """Return one notice of the actor's own that she may read now."""
    return visible_notices(actor).filter(pk=min(pk, 2**63 - 1)).first()


def mark_read(actor: Actor, pks: Sequence[int] | None = None, *, read: bool = True) -> int:
    """Mark the actor's notices as read or unread, all of them without numbers; return how many changed."""
    mine = Notice.objects.filter(user=actor.user_id, in_app=True, read_at__isnull=read)
    if pks is not None:
        mine = mine.filter(pk__in=[pk for pk in pks if 0 < pk < 2**63])
    return mine.update(read_at=clock.now() if read else None)


def described(actor: Actor, notices: Sequence[Notice]) -> list[NoticeItem]:
    """Return notices in words, in their order; they are of things that the actor sees.

    Call it with the actor as the reader of the dictionary, so that nothing hidden is told.
    """
    by_object: dict[str, list[Notice]] = defaultdict(list)
    for notice in notices:
        if notice.object:
            by_object[notice.object].append(notice)
    titles: dict[tuple[str, int], str] = {}
    items: dict[int, Item] = {}
    for name, some in by_object.items():
        records = find_records(actor, name).in_bulk({n.record_id for n in some if n.record_id})
        named = titles_of(name, list(records), filter_context(actor))
        titles |= {(name, pk): title for pk, title in named.items()}
        items |= _happened(actor, name, records, some)
    return [_described(notice, titles, items) for notice in notices]


def _happened(
    actor: Actor, name: str, records: Mapping[int, Record], notices: Sequence[Notice]
) -> dict[int, Item]:
    numbers = {number for notice in notices for number in notice.entries}
    found = HistoryEntry.objects.filter(pk__in=numbers, record_id__in=list(records)).select_related("actor")
    return {item.id: item for item in items_of(actor, registry.get(name), records, list(found))}


def _described(
    notice: Notice, titles: Mapping[tuple[str, int], str], items: Mapping[int, Item]
) -> NoticeItem:
    happened = [items[number] for number in notice.entries if number in items]
    said = next((item.text for item in reversed(happened) if item.text), "")
    if "count" in notice.about:
        title = str(registry.get(notice.object).label_plural)
    else:
        title = titles.get((notice.object, notice.record_id or 0), "")
    who = notice.actor if notice.kind != Notice.Kind.FINISHED else None
    excerpt = said if len(said) <= _SHORT else said[: _SHORT - 1] + "…"
    return NoticeItem(notice, who, title, phrase_of(notice, happened), excerpt)

"""The timeline of a record: its history and its comments in one order, in words."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from headwater.access import rights
from headwater.activities import events, mentions
from headwater.activities.models import Comment, Event, Writing
from headwater.activities.sentences import Change, Names, Reference, changes_of, read_cause, sentence_of
from headwater.activities.words import (
    COMMENT_ADDED,
    COMMENT_EDITED,
    EVENT_ADDED,
    EVENT_EDITED,
    cause_in_words,
    surrounding_of,
)
from headwater.activities.writings import is_own
from headwater.history.models import HistoryEntry
from headwater.history.services import entries_of, is_field
from headwater.lib.numbers import whole_number
from headwater.metadata import registry
from headwater.metadata.errors import FilterError, Problem
from headwater.metadata.objects import ObjectType
from headwater.metadata.titles import titles_of
from headwater.records.context import filter_context
from headwater.records.find import get_record
from headwater.records.models import Record
from headwater.users.actor import Actor
from headwater.users.models import User

MAX_PAGE = 200

_WRITTEN: dict[str, tuple[str, type[Writing]]] = {
    COMMENT_ADDED: ("comment", Comment),
    EVENT_ADDED: ("event", Event),
}
"""Entries that stand for something written, as long as it is there."""


@dataclass(frozen=True)
class Said:
    """A comment as one reader has it: ``pieces`` are texts and the people it mentions."""

    comment: Comment
    pieces: list[str | mentions.Mention]
    own: bool

    @property
    def text(self) -> str:
        return "".join(map(str, self.pieces))

    def to_json(self) -> dict[str, Any]:
        """Return the comment as the API writes it in a timeline."""
        people = {piece.id: piece.name for piece in self.pieces if isinstance(piece, mentions.Mention)}
        return {
            "id": self.comment.pk,
            "body": self.text,
            "mentions": [{"id": pk, "name": name} for pk, name in people.items()],
            "created_at": self.comment.created_at,
            "edited_at": self.comment.edited_at,
            "own": self.own,
        }


@dataclass(frozen=True)
class Logged:
    """An event as one reader has it."""

    event: Event
    own: bool

    @property
    def text(self) -> str:
        return str(self.event.body)

    def to_json(self) -> dict[str, Any]:
        """Return the event as the API writes it in a timeline."""
        return {
            "id": self.event.pk,
            "kind": self.event.kind,
            "direction": self.event.direction or None,
            "at": self.event.at,
            "minutes": self.event.minutes,
            "body": self.event.body,
            "created_at": self.event.created_at,
            "edited_at": self.event.edited_at,
            "own": self.own,
        }


@dataclass(frozen=True)
class Item:
    """One line of a timeline: a comment, a logged event, or a change with its sentence.

    ``at`` is when it was recorded. ``who`` is None for the system itself. ``cause`` names the
    record, or says in words, what brought the change about. A comment or an event that was deleted
    since is an item without ``comment`` or ``event``.
    """

    id: int
    verb: str
    at: datetime
    business_at: datetime
    who: User | None
    door: str
    import_number: int | None
    sentence: str
    changes: list[Change]
    cause: Reference | str | None
    comment: Said | None
    event: Logged | None

    @property
    def kind(self) -> str:
        return _WRITTEN[self.verb][0] if self.verb in _WRITTEN else "change"

    @property
    def text(self) -> str:
        """What somebody wrote; empty for a change."""
        written = self.comment or self.event
        return written.text if written else ""

    @property
    def because(self) -> str:
        """What brought the change about, in words; empty for what somebody did just so."""
        return cause_in_words(self.cause) if isinstance(self.cause, str) else str(self.cause or "")

    @property
    def because_of(self) -> Reference | None:
        """The record that brought the change about, when the reader may see it."""
        return self.cause if isinstance(self.cause, Reference) and self.cause.title is not None else None

    def to_json(self) -> dict[str, Any]:
        """Return the item as the API writes it."""
        cause = self.cause.to_json() if isinstance(self.cause, Reference) else self.cause
        return {
            "id": self.id,
            "kind": self.kind,
            "verb": self.verb,
            "at": self.at,
            "business_at": self.business_at,
            "by": {"id": self.who.pk, "name": self.who.name} if self.who else None,
            "door": self.door,
            "import_number": self.import_number,
            "cause": cause,
            "sentence": self.sentence,
            "changes": [change.to_json() for change in self.changes],
            "comment": self.comment.to_json() if self.comment else None,
            "event": self.event.to_json() if self.event else None,
        }


@dataclass(frozen=True)
class TimelinePage:
    """Items, newest first. ``next`` opens the page of older ones."""

    items: list[Item]
    next: str | None


def timeline(
    actor: Actor,
    object_name: str,
    pk: Any,
    *,
    after: str | None = None,
    limit: int = 30,
    seen: Record | None = None,
) -> TimelinePage:
    """Return one page of a record's timeline, newest first.

    ``seen`` is the record, when the caller has just read it through the reading door.
    Raises NotFound when the actor may not see the record, FilterError for a wrong ``after``.
    """
    record = seen or get_record(actor, object_name, pk)
    limit = max(1, min(limit, MAX_PAGE))
    entries = (
        entries_of(object_name, record.pk)
        .exclude(verb__in=(COMMENT_EDITED, EVENT_EDITED))
        .select_related("actor")
    )
    if after is not None:
        entries = entries.filter(pk__lt=read_cursor(after))
    found = list(entries.order_by("-pk")[: limit + 1])
    shown = found[:limit]
    items = items_of(actor, registry.get(object_name), {record.pk: record}, shown)
    return TimelinePage(items, str(shown[-1].pk) if len(found) > limit else None)


def items_of(
    actor: Actor, entry_type: ObjectType, records: Mapping[int, Record], entries: Sequence[HistoryEntry]
) -> list[Item]:
    """Return entries of some records, which the actor sees, in words; a few queries for all of them."""
    names = names_of(actor, entry_type, entries)
    written = _written(entries)
    people = mentions.names_in(found.body for found in written.values() if isinstance(found, Comment))
    return [
        _item(actor, entry_type, records[entry.record_id], entry, names, written.get(entry.pk), people)
        for entry in entries
    ]


def read_cursor(after: str) -> int:
    """Read where a page of entries or notices begins. Raises FilterError."""
    number = whole_number(after)
    if number is None:
        message = _("This page address is not valid for this list; start again at the first page.")
        raise FilterError([Problem("after", "bad_cursor", message)])
    return number


def _written(entries: Sequence[HistoryEntry]) -> dict[int, Writing]:
    """Return what stands in the timeline at some of the entries, by their numbers: one query per kind."""
    found: dict[int, Writing] = {}
    for verb, (_name, model) in _WRITTEN.items():
        numbers = {e.pk: int(next(iter(e.changes)).partition(":")[2]) for e in entries if e.verb == verb}
        if not numbers:
            continue
        living = model._default_manager.filter(deleted_at__isnull=True).in_bulk(numbers.values())
        found |= {pk: living[number] for pk, number in numbers.items() if number in living}
    return found


def names_of(actor: Actor, entry_type: ObjectType, entries: Iterable[HistoryEntry]) -> Names:
    """Return the titles of every record that the entries mention: one query per object."""
    wanted: dict[str, set[int]] = defaultdict(set)
    for entry in entries:
        if isinstance(cause := read_cause(entry.cause), tuple):
            wanted[cause[0]].add(cause[1])
        for key, values in entry.changes.items():
            for object_name, number in _mentioned(entry_type, key, values):
                wanted[object_name].add(number)
    context = filter_context(actor)
    return {name: titles_of(name, numbers, context) for name, numbers in wanted.items()}


def _mentioned(entry_type: ObjectType, key: str, values: Sequence[Any]) -> list[tuple[str, int]]:
    if not is_field(key):
        around = surrounding_of(key)
        if around is None or not around.object_name:
            return []
        held = [v[around.object_name] for v in values if isinstance(v, dict)]
        return [(around.object_name, number) for number in held]
    found = entry_type.fields.get(key)
    if found is None or found.target is None:
        return []
    numbers = (number for value in values for number in found.numbers_in(found.kind.from_json(value)))
    return [(found.target, number) for number in numbers]


def _item(
    actor: Actor,
    entry_type: ObjectType,
    record: Any,
    entry: HistoryEntry,
    names: Names,
    written: Writing | None,
    people: Mapping[int, str],
) -> Item:
    changes = changes_of(entry_type, record, entry.changes, names, creation=entry.verb == "created")
    cause = read_cause(entry.cause)
    comment = event = None
    if isinstance(written, Comment):
        comment = Said(written, mentions.pieces(written.body, people, actor), is_own(actor, written))
    elif isinstance(written, Event):
        event = Logged(written, is_own(actor, written) or rights.is_administrator(actor))
    return Item(
        id=entry.pk,
        verb=entry.verb,
        at=entry.recorded_at,
        business_at=entry.business_at,
        who=entry.actor,
        door=entry.door,
        import_number=entry.import_number,
        sentence=events.in_words(event.event) if event else sentence_of(entry.verb, changes),
        changes=changes,
        cause=Reference.of(*cause, names) if isinstance(cause, tuple) else cause,
        comment=comment,
        event=event,
    )

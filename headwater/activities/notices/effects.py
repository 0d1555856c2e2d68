"""What the writing of records tells people: they were assigned something, or what they follow changed."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Max

from headwater.activities.following import followers_of
from headwater.activities.models import Notice
from headwater.activities.notices.writing import News, tell
from headwater.history import services as history
from headwater.history.models import HistoryEntry
from headwater.metadata import registry
from headwater.records.effects import Write
from headwater.users.actor import Actor

NEWS = frozenset({"status", "stage", "owner"})
"""The fields whose change is told to followers; comments are told beside them."""


def records_written(actor: Actor, writes: Sequence[Write]) -> None:
    """Tell new owners and followers of what was written.

    Large actions are told when they are finished, one notice for each person: ``notices.summaries``.
    A record that is made has no followers yet but its owner, so making many costs no question.
    """
    if actor.change_set_id is not None:
        return
    given = {
        w.record.pk: pk for w in writes if (pk := new_owner(w.verb, w.changes)) not in (None, actor.user_id)
    }
    changed = [w for w in writes if w.verb != history.CREATED and not NEWS.isdisjoint(w.changes)]
    if not (given or changed):
        return
    name = registry.of(writes[0].record).name
    owners = {w.record.pk: owners_of(w.record.owner_id, w.changes) for w in changed}
    followers = followers_of(name, owners) if owners else {}
    entries = _last_entries(name, {*given, *(pk for pk, people in followers.items() if people)})
    news = []
    for write in writes:
        pk = write.record.pk
        about = {"object": name, "record_id": pk, "actor_id": actor.user_id, "entries": entries.get(pk, ())}
        assigned = {given[pk]} if pk in given else set()
        news.append((News(Notice.Kind.ASSIGNED, **about), assigned))
        news.append((News(Notice.Kind.CHANGED, **about), followers.get(pk, set()) - assigned))
    tell(news)


def new_owner(verb: str, changes: history.Changes) -> int | None:
    """Return to whom a write gave its record."""
    owner = changes.get("owner")
    return owner[1] if owner and verb in (history.CREATED, history.UPDATED) else None


def owners_of(owner: int | None, changes: history.Changes) -> set[int | None]:
    """Return to whom a record belongs, and belonged until this change."""
    return {owner, changes["owner"][0]} if "owner" in changes else {owner}


def _last_entries(object_name: str, pks: Iterable[int]) -> dict[int, tuple[int, ...]]:
    pks = set(pks)
    if not pks:
        return {}
    found = HistoryEntry.objects.filter(object=object_name, record_id__in=pks).order_by()
    return {
        pk: (entry,)
        for pk, entry in found.values("record_id").annotate(last=Max("id")).values_list("record_id", "last")
    }


def comment_written(
    actor: Actor, record: Any, entry: HistoryEntry, mentioned: Iterable[int], *, edited: bool = False
) -> None:
    """Tell the people who are mentioned, and the followers of the record, of a comment."""
    name = registry.of(record).name
    mentioned = set(mentioned)
    about = {"object": name, "record_id": record.pk, "actor_id": actor.user_id, "entries": (entry.pk,)}
    news = [(News(Notice.Kind.MENTIONED, **about), mentioned)]
    if not edited:
        followers = followers_of(name, {record.pk: {record.owner_id}})[record.pk]
        news.append((News(Notice.Kind.CHANGED, **about), followers - mentioned))
    tell(news)

"""What the writing of records tells people: they were assigned something, or what they follow changed."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Max

from headwater.activities.following import followers_of, people_of
from headwater.activities.models import Notice
from headwater.activities.notices.writing import News, tell
from headwater.history import services as history
from headwater.history.models import HistoryEntry
from headwater.metadata import registry
from headwater.records.effects import Write
from headwater.users.actor import Actor

NEWS = frozenset({"status", "stage", "owner", "assignees"})
"""The fields whose change is told to followers; comments are told beside them."""

AS_ASSIGNEE = {"as": "assignee"}
"""What a notice says to whom a record was given to work on, and not as the owner."""


def records_written(actor: Actor, writes: Sequence[Write]) -> None:
    """Tell new owners, new assignees and followers of what was written.

    Large actions are told when they are finished, one notice for each person: ``notices.summaries``.
    A record that is made has no followers yet but those whose it is, so making many costs no question.
    """
    if actor.change_set_id is not None:
        return
    owners = {w.record.pk: new_owners(w.verb, w.changes) - {actor.user_id} for w in writes}
    assigned = {w.record.pk: new_assignees(w.verb, w.changes) - {actor.user_id} for w in writes}
    given = {w.record.pk for w in writes if owners[w.record.pk] or assigned[w.record.pk]}
    changed = [w for w in writes if w.verb != history.CREATED and not NEWS.isdisjoint(w.changes)]
    if not (given or changed):
        return
    name = registry.of(writes[0].record).name
    concerned = {w.record.pk: people_of(w.record) | people_before(w.changes) for w in changed}
    followers = followers_of(name, concerned) if concerned else {}
    entries = _last_entries(name, {*given, *(pk for pk, people in followers.items() if people)})
    news: list[tuple[News, set[int]]] = []
    for write in writes:
        pk = write.record.pk
        about = {"object": name, "record_id": pk, "actor_id": actor.user_id, "entries": entries.get(pk, ())}
        others = assigned[pk] - owners[pk]
        news.append((News(Notice.Kind.ASSIGNED, **about), owners[pk]))
        news.append((News(Notice.Kind.ASSIGNED, **about, about=AS_ASSIGNEE), others))
        news.append((News(Notice.Kind.CHANGED, **about), followers.get(pk, set()) - owners[pk] - others))
    tell(news)


def new_owners(verb: str, changes: history.Changes) -> set[int]:
    """Return to whom a write gave its record: one person or nobody."""
    _before, owner = changes.get("owner") or (None, None)
    return {owner} if owner and verb in (history.CREATED, history.UPDATED) else set()


def new_assignees(verb: str, changes: history.Changes) -> set[int]:
    """Return whom a write assigned to its record."""
    before, after = changes.get("assignees") or (None, None)
    return set(after or ()) - set(before or ()) if verb in (history.CREATED, history.UPDATED) else set()


def people_before(changes: history.Changes) -> set[int | None]:
    """Return whose a record was until this change, as far as that changed."""
    owner, _after = changes.get("owner") or (None, None)
    assignees, _after = changes.get("assignees") or (None, None)
    return {owner, *(assignees or ())}


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
        followers = followers_of(name, {record.pk: people_of(record)})[record.pk]
        news.append((News(Notice.Kind.CHANGED, **about), followers - mentioned))
    tell(news)

"""One notice for each person about a large action: an import, a change of many records, a hand-over.

Worked out from its history by a job once it is finished, so that the action itself costs nothing more.
"""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from django.db import transaction
from django.db.models import Q

from headwater.access.errors import Forbidden
from headwater.activities.following import followers_of
from headwater.activities.models import Notice
from headwater.activities.notices.effects import NEWS, new_assignees, new_owners, people_before
from headwater.activities.notices.writing import News, tell
from headwater.history import services as history
from headwater.history.models import HistoryEntry
from headwater.metadata import registry
from headwater.records.find import find_records
from headwater.transfer.bulk import AT_ONCE
from headwater.transfer.models import ChangeSet
from headwater.transfer.undoing import cause_of_undo
from headwater.users.actor import SYSTEM, Actor
from headwater.users.models import User

AT_A_TIME = 1_000


class _Found:
    """Records by (kind of notice, object) and person; as what those that were given are hers now."""

    def __init__(self) -> None:
        self.records: dict[tuple[str, str], dict[int, set[int]]] = defaultdict(lambda: defaultdict(set))
        self._given_as: dict[tuple[str, int], set[str]] = defaultdict(set)

    def give(self, name: str, entry: HistoryEntry, author: int | None) -> None:
        """Note to whom an entry gave its record; what the author gave herself is no news."""
        owners = new_owners(entry.verb, entry.changes)
        assignees = new_assignees(entry.verb, entry.changes) - owners
        for role, people in (("owner", owners), ("assignee", assignees)):
            for user in people - {author}:
                self.records[Notice.Kind.ASSIGNED, name][user].add(entry.record_id)
                self._given_as[name, user].add(role)

    def given_as(self, name: str, user: int) -> str:
        """Return owner, assignee, or both of them: what one notice has to say."""
        roles = self._given_as[name, user]
        return "both" if len(roles) > 1 else next(iter(roles))


def announce_finished(change_set: ChangeSet) -> None:
    """Let a job tell everybody concerned that a large action is finished, in the transaction of its end."""
    from headwater.activities.jobs import tell_of_change_set  # the job calls us back

    tell_of_change_set.using(unique_key=f"notices of change set {change_set.pk}").enqueue(change_set.pk)


def tell_of(change_set_id: int) -> None:
    """Tell whoever got or follows records of a large action, and its author if it ran in the background."""
    change_set = ChangeSet.objects.get(pk=change_set_id)
    found = _Found()
    for name, entries in _entries(change_set):
        _note(found, name, entries, change_set.actor_id)
    news = [
        (news, [user])
        for (kind, name), by_person in found.records.items()
        for user, pks in by_person.items()
        if (news := _summary(change_set, kind, name, user, pks, found)) is not None
    ]
    if change_set.actor_id and _was_in_background(change_set):
        finished = News(
            Notice.Kind.FINISHED,
            actor_id=change_set.actor_id,
            change_set_id=change_set.pk,
            about=_outcome(change_set),
        )
        news.append((finished, [change_set.actor_id]))
    with transaction.atomic():
        tell(news)


def _was_in_background(change_set: ChangeSet) -> bool:
    at_once = (ChangeSet.Kind.BULK, ChangeSet.Kind.MERGE)
    return change_set.kind not in at_once or sum(change_set.counts.values()) > AT_ONCE


def _entries(change_set: ChangeSet) -> Iterator[tuple[str, list[HistoryEntry]]]:
    """Yield what the action wrote, by object and in portions; what undoing wrote is none of it.

    New records of the author's own concern nobody else: the thousands that an import made stay unread.
    """
    written = HistoryEntry.objects.filter(change_set_id=change_set.pk).exclude(
        cause=cause_of_undo(change_set.pk)
    )
    if change_set.actor_id:
        given = Q(changes__has_key="assignees") | ~Q(changes__owner__1=change_set.actor_id)
        written = written.filter(~Q(verb=history.CREATED) | given)
    after = 0
    while portion := list(written.filter(pk__gt=after).order_by("pk")[:AT_A_TIME]):
        after = portion[-1].pk
        by_object: dict[str, list[HistoryEntry]] = defaultdict(list)
        for entry in portion:
            by_object[entry.object].append(entry)
        yield from by_object.items()


def _note(found: _Found, name: str, entries: list[HistoryEntry], author: int | None) -> None:
    if name not in {entry.name for entry in registry.whole_objects()}:
        return  # settings that were handed over
    changed: dict[int, set[int | None]] = {}
    for entry in entries:
        found.give(name, entry, author)
        if entry.verb != history.CREATED and not NEWS.isdisjoint(entry.changes):
            changed[entry.record_id] = people_before(entry.changes)
    if not changed:
        return
    living = find_records(SYSTEM, name).filter(pk__in=changed)
    for pk, owner, assignees in living.values_list("pk", "owner", "assignees"):
        changed[pk] |= {owner, *assignees}
    given = found.records[Notice.Kind.ASSIGNED, name]
    for pk, people in followers_of(name, changed).items():
        for user in people:
            if pk not in given.get(user, ()):
                found.records[Notice.Kind.CHANGED, name][user].add(pk)


def _summary(
    change_set: ChangeSet, kind: str, name: str, user: int, pks: set[int], found: _Found
) -> News | None:
    """Return what to tell somebody of the records that she sees; None when there is none of them."""
    seen = _seen(user, name, sorted(pks))
    if not seen:
        return None
    about = {"count": len(seen), "what": change_set.kind}
    if kind == Notice.Kind.ASSIGNED:
        about["as"] = found.given_as(name, user)
    return News(kind, name, seen[0], change_set.actor_id, about=about, change_set_id=change_set.pk)


def _seen(user: int, name: str, pks: list[int]) -> list[int]:
    actor = Actor(User.objects.get(pk=user))
    seen: list[int] = []
    try:
        for at in range(0, len(pks), AT_A_TIME):
            some = find_records(actor, name).filter(pk__in=pks[at : at + AT_A_TIME]).order_by("pk")
            seen += some.values_list("pk", flat=True)
    except Forbidden:
        return []
    return seen


def _outcome(change_set: ChangeSet) -> dict[str, Any]:
    counts = {word: change_set.counts.get(word, 0) for word in ("created", "updated", "failed")}
    run = getattr(change_set, "import_run", None)
    return {
        "what": change_set.kind,
        "object": change_set.object,
        "counts": counts,
        "number": run.pk if run else change_set.pk,
        "state": run.state if run else change_set.state,
    }

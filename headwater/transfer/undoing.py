"""Taking back what one change set wrote, the newest entry first."""

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from headwater.history import services as history
from headwater.history.models import HistoryEntry
from headwater.jobs import services as jobs
from headwater.lib import clock
from headwater.metadata import registry
from headwater.metadata.errors import UnknownObject
from headwater.metadata.objects import ObjectType
from headwater.records.bulk import RowWrite, write_records
from headwater.records.bulk_delete import withdraw_records
from headwater.records.models import Record
from headwater.transfer.added_options import remove_unused_options
from headwater.transfer.handover import owned_settings
from headwater.transfer.models import ChangeSet
from headwater.transfer.option_merging import separate
from headwater.transfer.pacing import Pace
from headwater.users.acting import acting
from headwater.users.actor import SYSTEM, Actor
from headwater.users.models import User

MOST_CONFLICTS = 1_000
OUTCOMES = ("deleted", "restored", "gone", "conflicts")


def carry_out(change_set_id: int) -> None:
    """Undo a change set that is marked as being undone; again after a crash it goes on where it stopped."""
    change_set = ChangeSet.objects.select_related("undone_by").get(pk=change_set_id)
    if change_set.state == ChangeSet.State.UNDOING:
        Undoing(change_set).carry_out()


def _is_record(name: str) -> bool:
    """Say whether entries of this name are about records; settings other than those above are not undone."""
    try:
        return registry.get(name).is_record
    except UnknownObject:
        return False


def cause_of_undo(change_set_id: int) -> str:
    """Return what the history of an undone change set says of its cause."""
    return f"undo of change set {change_set_id}"


class Undoing:
    """``undo_position`` is the lowest history entry dealt with; entries above it are done or our own."""

    def __init__(self, change_set: ChangeSet) -> None:
        self.change_set = change_set
        self.entry: ObjectType
        person = Actor(user=change_set.undone_by) if change_set.undone_by else SYSTEM
        # Our own entries belong to the set too, so that they do not count as changes by others.
        self.actor = person.through(person.door, change_set_id=change_set.pk)
        self.counts = {outcome: change_set.undo_counts.get(outcome, 0) for outcome in OUTCOMES}

    def carry_out(self) -> None:
        entries = HistoryEntry.objects.filter(change_set_id=self.change_set.pk)
        if self.change_set.object:
            entries = entries.filter(object=self.change_set.object)
        if self.change_set.kind == ChangeSet.Kind.MERGE:
            with acting(lambda: self.actor):
                separate(self.change_set.plan)  # first, or what is written back would count as the other
        total, pace = sum(self.change_set.counts.values()), Pace()
        while chunk := list(
            entries.filter(pk__lt=self.change_set.undo_position).order_by("-pk")[: pace.size]
        ):
            with pace.measure(len(chunk)), transaction.atomic():
                self._take_back(chunk)
            jobs.report_progress(sum(self.counts.values()), total)
        with transaction.atomic():
            remove_unused_options(self.change_set.added_options)
            self.change_set.state = ChangeSet.State.UNDONE
            self.change_set.undone_at = clock.now()
            self.change_set.save(update_fields=["state", "undone_at"])

    def _take_back(self, chunk: Sequence[HistoryEntry]) -> None:
        """Undo a chunk of entries and store how far the undo is, in one transaction."""
        mine = ChangeSet.objects.filter(
            pk=self.change_set.pk, state=ChangeSet.State.UNDOING, undo_position=self.change_set.undo_position
        )
        if not mine.update(undo_position=chunk[-1].pk):
            raise RuntimeError(f"change set {self.change_set.pk} is being undone by another worker")
        self.change_set.undo_position = chunk[-1].pk
        by_object: dict[str, list[HistoryEntry]] = {}
        for each in chunk:
            by_object.setdefault(each.object, []).append(each)
        for name, entries in by_object.items():
            if name in owned_settings():
                self._give_back(owned_settings()[name], entries)
            elif name == "user":
                self._switch_on(entries)
            elif _is_record(name):
                self.entry = registry.whole(name)
                self._take_back_records(entries)
        self.change_set.undo_counts = self.counts
        self.change_set.save(update_fields=["undo_counts", "conflicts"])

    def _take_back_records(self, chunk: Sequence[HistoryEntry]) -> None:
        records: dict[int, Record] = self.entry.unscoped.in_bulk([e.record_id for e in chunk])
        living = {pk: record for pk, record in records.items() if record.deleted_at is None}
        self.counts["gone"] += sum(1 for each in chunk if each.record_id not in living)
        here = [each for each in chunk if each.record_id in living]
        created = {each.record_id for each in here if each.verb == history.CREATED}
        self._delete([each for each in here if each.verb == history.CREATED], living)
        changed = [each for each in here if each.verb == history.UPDATED and each.record_id not in created]
        self._restore(changed, living)

    def _give_back(self, model: Any, entries: Sequence[HistoryEntry]) -> None:
        """Give settings back to their owner, unless somebody gave them on since."""
        for each in entries:
            before, after = each.changes.get("owner", (None, None))
            mine = model._default_manager.filter(pk=each.record_id, owner=after)
            with acting(lambda: self.actor):
                given = mine.update(owner=before) if before else 0
            self.counts["restored" if given else "gone"] += 1

    def _switch_on(self, entries: Sequence[HistoryEntry]) -> None:
        """Let a leaver sign in again; sessions and tokens that ended stay ended."""
        off = [each.record_id for each in entries if each.changes.get("is_active") == [True, False]]
        with acting(lambda: self.actor):
            User.objects.filter(pk__in=off, is_active=False).update(is_active=True)

    def _delete(self, created: Sequence[HistoryEntry], living: dict[int, Record]) -> None:
        touched = self._touched(created)
        for each in created:
            if each.record_id in touched:
                self._conflict(each.record_id, [], _("It was changed after the import."))
        doomed = [living[each.record_id] for each in created if each.record_id not in touched]
        withdraw_records(self.actor, self.entry, doomed, cause=self._cause)
        self.counts["deleted"] += len(doomed)

    def _touched(self, created: Sequence[HistoryEntry]) -> set[int]:
        """Records on which anybody else recorded anything later, but what the system worked out."""
        if not created:
            return set()
        later = HistoryEntry.objects.filter(
            object=self.entry.name,
            record_id__in=[each.record_id for each in created],
            pk__gt=min(each.pk for each in created),
        )
        others = later.exclude(change_set_id=self.change_set.pk).values_list(
            "record_id", "actor", "verb", "changes"
        )
        worked_out = {key for key, found in self.entry.fields.items() if not found.editable}
        return {
            number
            for number, actor, verb, changes in others
            if actor or verb != history.UPDATED or not worked_out.issuperset(changes)
        }

    def _restore(self, updated: Sequence[HistoryEntry], living: dict[int, Record]) -> None:
        writes: list[RowWrite] = []
        for each in updated:
            values, clashing = self._values_before(each, living[each.record_id])
            if clashing:
                self._conflict(each.record_id, clashing, _("These values were changed after the import."))
            if values:
                writes.append(RowWrite(values, each.record_id))
        results = write_records(self.actor, self.entry.name, writes, cause=self._cause, restoring=True)
        for write, result in zip(writes, results, strict=True):
            if result.outcome == "failed":
                reason = "; ".join(error.message for error in result.errors)
                self._conflict(write.record_id or 0, sorted(write.values), reason)
            else:
                self.counts["restored"] += 1

    def _values_before(self, entry: HistoryEntry, record: Record) -> tuple[dict[str, Any], list[str]]:
        """What to write back, and the fields that somebody changed since."""
        values: dict[str, Any] = {}
        clashing: list[str] = []
        for key, (before, after) in entry.changes.items():
            found = self.entry.fields.get(key)
            if found is None or not found.editable:
                continue
            if found.kind.to_json(found.value_of(record)) == after:
                values[key] = before
            else:
                clashing.append(key)
        return values, clashing

    def _conflict(self, record_id: int, fields: list[str], reason: str) -> None:
        self.counts["conflicts"] += 1
        if len(self.change_set.conflicts) < MOST_CONFLICTS:
            self.change_set.conflicts.append({"record_id": record_id, "fields": fields, "reason": reason})

    @property
    def _cause(self) -> str:
        return cause_of_undo(self.change_set.pk)

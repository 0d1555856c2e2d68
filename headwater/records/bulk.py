"""The writing door for many records: same rules, same history, few statements."""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any, Literal, NamedTuple

from django.db import transaction
from django.utils.translation import gettext as _

from headwater.access import rights
from headwater.access.models import Action
from headwater.access.visibility import reach_q
from headwater.history import services as history
from headwater.lib import clock
from headwater.lib.insert import insert_many
from headwater.lib.instances import maker_of
from headwater.lib.update import update_many
from headwater.metadata import registry
from headwater.metadata.custom import standing
from headwater.metadata.objects import ObjectType
from headwater.records import values as reading
from headwater.records.demands import Demands
from headwater.records.effects import Write, run_effects
from headwater.records.errors import FieldError
from headwater.records.external_ids import claim_id, taken_ids
from headwater.records.find import find_records
from headwater.records.models import Record
from headwater.records.search.index import index_records
from headwater.records.stored_files import hang_files
from headwater.records.unique import Claims, Taken, keep_values
from headwater.records.values import Cleaned
from headwater.records.write import change_record, new_record, problems_of
from headwater.users.actor import Actor

Outcome = Literal["created", "updated", "unchanged", "failed"]


class RowWrite(NamedTuple):
    """What to write: a new record without ``record_id``, a change with it.

    ``at`` lets it be recorded at another instant than now: for demonstration data only.
    """

    values: dict[str, Any]
    record_id: int | None = None
    at: datetime | None = None


@dataclass
class RowResult:
    """What became of one row; ``changes`` is what was, or would be, written."""

    record_id: int | None
    outcome: Outcome
    errors: list[FieldError] = field(default_factory=list)
    changes: history.Changes = field(default_factory=dict)


@transaction.atomic
def write_records(
    actor: Actor,
    object_name: str,
    rows: Sequence[RowWrite],
    *,
    dry_run: bool = False,
    cause: str = "",
    through: Action | None = None,
    restoring: bool = False,
) -> list[RowResult]:
    """Create and change records of one object; bad rows fail alone, the others are written.

    Results come in the order of the rows. The actor carries the change set. With ``dry_run`` the
    very same judgement is made and nothing is written. ``cause`` goes into the history. ``through``
    is the right to write so many at once: it is asked for beside those to create and to edit.
    ``restoring`` gives records back what they had: what is mandatory since does not hold it up.
    Callers keep batches small (some hundred rows), because SQLite lets nobody else write meanwhile.
    Raises Forbidden.
    """
    standing.keep()
    entry = registry.whole(object_name)
    if through:
        rights.require(actor, object_name, through)
    way = _Way(actor, entry, through, dry_run, cause, restoring)
    if not entry.unique_fields:
        return _write(way, rows)
    for _attempt in range(_ATTEMPTS):
        # Judged again, rows whose values somebody else took meanwhile fail like others.
        with suppress(Taken), transaction.atomic():
            return _write(way, rows)
    return _write(way, rows)


_ATTEMPTS = 5


def _write(way: "_Way", rows: Sequence[RowWrite]) -> list[RowResult]:
    """Judge and write rows. Raises Taken where another writer was quicker with a unique value."""
    actor, entry = way.actor, way.entry
    results: list[RowResult | None] = [None] * len(rows)
    cleaned = reading.clean_all(
        actor, entry, [row.values for row in rows], record_ids=[row.record_id for row in rows]
    )
    new = [i for i, row in enumerate(rows) if row.record_id is None]
    old = [i for i, row in enumerate(rows) if row.record_id is not None]
    if new:
        rights.require(actor, entry.name, Action.CREATE)
        targets = [(rows[i], cleaned[i]) for i in new]
        for i, result in zip(new, _create(way, targets), strict=True):
            results[i] = result
    if old:
        rights.require(actor, entry.name, Action.EDIT)
        targets = [(rows[i], cleaned[i]) for i in old]
        for i, result in zip(old, _update(way, targets), strict=True):
            results[i] = result
    return [result for result in results if result is not None]


@dataclass(frozen=True)
class _Way:
    """How the rows of one call are written."""

    actor: Actor
    entry: ObjectType
    through: Action | None
    dry_run: bool
    cause: str
    restoring: bool

    @cached_property
    def demands(self) -> Demands:
        return Demands(self.actor, self.entry)

    @cached_property
    def owners(self) -> set[int] | None:
        """Whom new records may belong to; None means anybody."""
        found: set[int] | None = None
        for action in filter(None, (Action.CREATE, self.through)):
            owners = rights.may_own(self.actor, self.entry.name, action)
            found = owners if found is None else found if owners is None else found & owners
        return found

    def allowed(self, pks: Iterable[int | None]) -> set[int]:
        """Return the records of some numbers that the actor may change this way."""
        found = find_records(self.actor, self.entry.name, action=Action.EDIT).filter(pk__in=set(pks))
        if self.through:
            found = found.filter(reach_q(self.actor, self.entry.name, action=self.through))
        return set(found.values_list("pk", flat=True))


def _create(way: _Way, targets: Sequence[tuple[RowWrite, Cleaned]]) -> list[RowResult]:
    actor, entry = way.actor, way.entry
    make, now = maker_of(entry.model), clock.now()
    rows = [row for _write, row in targets]
    records = []
    for write, row in targets:
        with clock.pretend(write.at):
            records.append(new_record(actor, entry, row.values, record=make(), now=write.at or now))
    taken = taken_ids(entry, records)
    claims = Claims(actor, entry, [row.values for row in rows])
    results: list[RowResult] = []
    good: list[tuple[Record, RowResult]] = []
    for row, record in zip(rows, records, strict=True):
        asked = way.demands.problems(record)
        errors = [
            *row.errors,
            *problems_of(entry, record, {e.field for e in row.errors}, asked),
            *reading.refuse_owner(entry, record, way.owners),
            *claim_id(record, taken),
            *reading.refuse_giving(actor, entry, record, record.owner_id, ()),
            *claims.judge(record),
        ]
        if errors:
            results.append(RowResult(None, "failed", errors))
            continue
        result = RowResult(None, "created", changes=reading.first_changes(entry, record))
        claims.take(record)
        results.append(result)
        good.append((record, result))
    if not way.dry_run:
        insert_many([record for record, _result in good])
        keep_values(entry, [record for record, _result in good], new=True)
        index_records(entry, [record for record, _result in good], new=True)
        for record, result in good:
            result.record_id = record.pk
        _finish(actor, entry, good, history.CREATED, way.cause)
    return results


def _update(way: _Way, targets: Sequence[tuple[RowWrite, Cleaned]]) -> list[RowResult]:
    actor, entry = way.actor, way.entry
    allowed = way.allowed(write.record_id for write, _row in targets)
    records: dict[int, Record] = entry.unscoped.select_for_update().in_bulk(allowed)
    claims = Claims(actor, entry, [row.values for _write, row in targets])
    results: list[RowResult] = []
    good: list[tuple[Record, RowResult]] = []
    now = clock.now()
    for write, row in targets:
        pk = write.record_id or 0
        record = records.get(pk)
        if record is None:
            results.append(
                RowResult(
                    pk,
                    "failed",
                    [FieldError("", "not_found", _("There is no such record for you to change."))],
                )
            )
            continue
        with clock.pretend(write.at):
            result = _change(way, record, row, claims)
        results.append(result)
        if result.outcome == "updated":
            record.updated_at = write.at or now
            good.append((record, result))
    if not way.dry_run and good:
        written = list({record.pk: record for record, _result in good}.values())
        for record in written:
            record.version += 1
        update_many(written, {f.attname for f in entry.model._meta.concrete_fields if not f.primary_key})
        keep_values(entry, written)
        touched = [r for r, result in good if any(key in result.changes for key in entry.search_keys)]
        index_records(entry, list({record.pk: record for record in touched}.values()))
        _finish(actor, entry, good, history.UPDATED, way.cause)
    return results


def _change(way: _Way, record: Record, row: Cleaned, claims: Claims) -> RowResult:
    actor, entry = way.actor, way.entry
    mandatory = way.demands.mandatory(record)
    before = reading.snapshot(entry, record)
    kept = {f.attname: getattr(record, f.attname) for f in record._meta.concrete_fields}
    change_record(entry, record, row.values)
    twins = taken_ids(entry, [record]) if "external_id" in row.values and record.external_id else set()
    asked = [] if way.restoring else way.demands.problems(record, before=mandatory, given=row.values)
    errors = row.errors + problems_of(entry, record, {e.field for e in row.errors}, asked)
    errors += claim_id(record, twins) + claims.judge(record)
    errors += reading.refuse_giving(actor, entry, record, kept["owner_id"], kept["assignees"])
    after = reading.snapshot(entry, record)
    changes = {key: [before[key], after[key]] for key in after if before[key] != after[key]}
    if errors or not changes:
        for attname, value in kept.items():
            setattr(record, attname, value)
        return RowResult(record.pk, "failed" if errors else "unchanged", errors)
    claims.take(record)
    return RowResult(record.pk, "updated", changes=changes)


def _finish(
    actor: Actor, entry: ObjectType, good: Sequence[tuple[Record, RowResult]], verb: str, cause: str
) -> None:
    for record, result in good if entry.file_fields else ():
        hang_files(entry, record.pk, result.changes)
    history.save_entries(
        [
            history.build_entry(
                actor, entry.name, record.pk, verb, result.changes, recorded_at=record.updated_at, cause=cause
            )
            for record, result in good
        ]
    )
    run_effects(actor, entry.name, [Write(record, verb, result.changes) for record, result in good])

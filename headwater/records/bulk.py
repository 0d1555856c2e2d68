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
from headwater.lib.sending import portions, sending_ahead
from headwater.lib.update import update_many
from headwater.metadata import registry
from headwater.metadata.custom import standing
from headwater.metadata.objects import ObjectType
from headwater.records import values as reading
from headwater.records.demands import Demands
from headwater.records.effects import Write, run_effects
from headwater.records.errors import FieldError
from headwater.records.external_ids import ExternalId, claim_id, refuse_taken_id, taken_ids
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
    with sending_ahead():
        for _attempt in range(_ATTEMPTS if entry.unique_fields else 0):
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
    claims = Claims(way.actor, way.entry, [row.values for _write, row in targets])
    make, now = maker_of(way.entry.model), clock.now()
    taken = taken_ids(way.entry, [row.values.get("external_id") for _write, row in targets])
    results: list[RowResult] = []
    for part in portions(targets):
        records = [_built(way, write, row, make(), now) for write, row in part]
        judged = [
            _judge_new(way, row, record, taken, claims)
            for (_write, row), record in zip(part, records, strict=True)
        ]
        if not way.dry_run:
            _insert(way, [pair for pair in zip(records, judged, strict=True) if not pair[1].errors])
        results += judged
    return results


def _built(way: _Way, write: RowWrite, row: Cleaned, blank: Any, now: datetime) -> Record:
    if write.at is None:
        return new_record(way.actor, way.entry, row.values, record=blank, now=now)
    with clock.pretend(write.at):
        return new_record(way.actor, way.entry, row.values, record=blank, now=write.at)


def _judge_new(way: _Way, row: Cleaned, record: Record, taken: set[ExternalId], claims: Claims) -> RowResult:
    """Say whether a new record can be written, and take what only one may have."""
    actor, entry = way.actor, way.entry
    errors = [
        *row.errors,
        *problems_of(entry, record, {e.field for e in row.errors}, way.demands.problems(record)),
        *reading.refuse_owner(entry, record, way.owners),
        *claim_id(record, taken),
        *reading.refuse_giving(actor, entry, record, record.owner_id, ()),
        *claims.judge(record),
    ]
    if errors:
        return RowResult(None, "failed", errors)
    claims.take(record)
    return RowResult(None, "created", changes=reading.first_changes(entry, record))


def _insert(way: _Way, good: Sequence[tuple[Record, RowResult]]) -> None:
    """Write new records with all that follows.

    PostgreSQL is slowest with what is searched, so that comes last: it goes on with it while the next
    records are judged.
    """
    entry, records = way.entry, [record for record, _result in good]
    insert_many(records)
    keep_values(entry, records, new=True)
    for record, result in good:
        result.record_id = record.pk
    _keep_history(way, good, history.CREATED)
    index_records(entry, records, new=True)
    _run_effects(way, good, history.CREATED)


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
        _keep_history(way, good, history.UPDATED)
        _run_effects(way, good, history.UPDATED)
    return results


def _change(way: _Way, record: Record, row: Cleaned, claims: Claims) -> RowResult:
    actor, entry = way.actor, way.entry
    mandatory = way.demands.mandatory(record)
    before = reading.snapshot(entry, record)
    kept = {f.attname: getattr(record, f.attname) for f in record._meta.concrete_fields}
    change_record(entry, record, row.values)
    asked = [] if way.restoring else way.demands.problems(record, before=mandatory, given=row.values)
    errors = row.errors + problems_of(entry, record, {e.field for e in row.errors}, asked)
    if "external_id" in row.values:
        errors += refuse_taken_id(entry, record)
    errors += claims.judge(record)
    errors += reading.refuse_giving(actor, entry, record, kept["owner_id"], kept["assignees"])
    after = reading.snapshot(entry, record)
    changes = {key: [before[key], after[key]] for key in after if before[key] != after[key]}
    if errors or not changes:
        for attname, value in kept.items():
            setattr(record, attname, value)
        return RowResult(record.pk, "failed" if errors else "unchanged", errors)
    claims.take(record)
    return RowResult(record.pk, "updated", changes=changes)


def _keep_history(way: _Way, good: Sequence[tuple[Record, RowResult]], verb: str) -> None:
    actor, entry, cause = way.actor, way.entry, way.cause
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


def _run_effects(way: _Way, good: Sequence[tuple[Record, RowResult]], verb: str) -> None:
    writes = [Write(record, verb, result.changes) for record, result in good]
    run_effects(way.actor, way.entry.name, writes)

"""The writing door for one record."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from headwater.access import rights
from headwater.access.models import Action
from headwater.access.visibility import reach_q
from headwater.history import services as history
from headwater.history.services import Changes
from headwater.lib import clock
from headwater.lib.update import update_many
from headwater.metadata import registry
from headwater.metadata.custom import standing
from headwater.metadata.objects import ObjectType
from headwater.records import values as reading
from headwater.records.demands import Demands, hidden_of
from headwater.records.effects import Write, run_effects
from headwater.records.errors import FieldError, Invalid, NotFound, Stale
from headwater.records.external_ids import refuse_taken_id
from headwater.records.find import lock_record
from headwater.records.models import Record
from headwater.records.search.index import index_records, unindex
from headwater.records.stored_files import hang_files
from headwater.records.unique import Claims, Taken, drop_values, keep_values
from headwater.users.actor import Actor


@transaction.atomic
def create_record(actor: Actor, object_name: str, given: dict[str, Any], *, cause: str = "") -> Record:
    """Create a record from raw values by field key.

    Raises Forbidden, and Invalid with every field that is wrong; then nothing is written.
    """
    standing.keep()
    entry = registry.whole(object_name)
    rights.require(actor, object_name, Action.CREATE)
    (cleaned,) = reading.clean_all(actor, entry, [given])
    record = new_record(actor, entry, cleaned.values)
    asked = Demands(actor, entry).problems(record)
    errors = cleaned.errors + problems_of(entry, record, {e.field for e in cleaned.errors}, asked)
    errors += reading.refuse_owner(entry, record, rights.may_own(actor, object_name, Action.CREATE))
    errors += reading.refuse_giving(actor, entry, record, record.owner_id, ())
    errors += refuse_taken_id(entry, record) + _clashes(actor, entry, record)
    if errors:
        raise Invalid(errors)
    record.save(force_insert=True)
    changes = {
        key: [None, value] for key, value in reading.snapshot(entry, record).items() if not _nothing(value)
    }
    return written(actor, entry, record, history.CREATED, changes, cause)


@transaction.atomic
def update_record(
    actor: Actor,
    object_name: str,
    pk: Any,
    given: dict[str, Any],
    *,
    version: int | None = None,
    cause: str = "",
) -> Record:
    """Change some values of a record. With ``version``, refuse to overwrite what somebody saved since.

    Raises NotFound, Forbidden, Stale and Invalid; then nothing is written. Values that change
    nothing write nothing.
    """
    standing.keep()
    entry = registry.whole(object_name)
    record = lock_record(actor, object_name, pk, Action.EDIT)
    if version is not None and version != record.version:
        raise Stale(record)
    before = reading.Before(entry, record)
    (cleaned,) = reading.clean_all(actor, entry, [given], record_ids=[record.pk])
    owner, assignees = record.owner_id, record.assignees
    demands = Demands(actor, entry)
    mandatory = demands.mandatory(record)
    change_record(entry, record, cleaned.values)
    asked = demands.problems(record, before=mandatory, given=cleaned.values)
    errors = cleaned.errors + problems_of(entry, record, {e.field for e in cleaned.errors}, asked)
    errors += reading.refuse_giving(actor, entry, record, owner, assignees)
    errors += refuse_taken_id(entry, record) + _clashes(actor, entry, record)
    if errors:
        raise Invalid(errors)
    return save_changes(actor, entry, record, before, cause=cause)


@transaction.atomic
def delete_record(actor: Actor, object_name: str, pk: Any) -> None:
    """Take a record out of every list, search and report. It can be restored."""
    standing.keep()
    entry = registry.whole(object_name)
    record = lock_record(actor, object_name, pk, Action.DELETE)
    now = clock.now()
    record.deleted_at = now
    record.version += 1
    record.save(update_fields=["deleted_at", "version"])
    unindex(entry, [record.pk])
    drop_values(entry, [record.pk])
    history.build_entry(actor, object_name, record.pk, history.DELETED, {}, recorded_at=now).save()
    run_effects(actor, object_name, [Write(record, history.DELETED, {})])


@transaction.atomic
def restore_record(actor: Actor, object_name: str, pk: Any) -> Record:
    """Bring a deleted record back as it was, but for merged options. Needs the right to delete it."""
    standing.keep()
    entry = registry.whole(object_name)
    if rights.scope(actor, object_name, Action.SEE) == "none":
        raise NotFound(object_name, pk)
    rights.require(actor, object_name, Action.DELETE)
    deleted = entry.unscoped.filter(pk=pk, deleted_at__isnull=False)
    record: Record | None = deleted.filter(reach_q(actor, object_name, action=Action.DELETE)).first()
    if record is None:
        raise NotFound(object_name, pk)
    if errors := refuse_taken_id(entry, record) + _clashes(actor, entry, record):
        raise Invalid(errors)
    record.deleted_at = None
    record.version += 1
    changes = _as_now(entry, record)
    record.save(update_fields=None if changes else ["deleted_at", "version"])
    return written(actor, entry, record, history.RESTORED, changes, "")


def _as_now(entry: ObjectType, record: Record) -> Changes:
    """Let a record that was away while options were merged hold what they became."""
    before = reading.snapshot(entry, record)
    for field in entry.fields.values():
        if field.choice_list and (held := field.value_of(record)):
            field.put(record, field.kind.present(held, field))
    after = reading.snapshot(entry, record)
    changes = {key: [before[key], after[key]] for key in after if before[key] != after[key]}
    if changes:
        reading.refresh_derived(entry, record)
    return changes


def new_record(
    actor: Actor,
    entry: ObjectType,
    values: dict[str, Any],
    *,
    record: Any = None,
    now: datetime | None = None,
) -> Record:
    """Build an unsaved record with defaults, values and computed columns.

    Many at once bring their blank ``record`` and share one ``now``.
    """
    now = now or clock.now()
    record = record or entry.model()
    for attname, value in (("origin", actor.door), ("import_number", actor.import_number)):
        setattr(record, attname, value)
    record.created_by_id = actor.user_id
    stamps = {"created_at": now, "recorded_at": now, "updated_at": now, "owner": actor.user_id}
    blank = [f.key for f in entry.always_filled if f.key in values and f.is_empty(values[f.key])]
    given = {key: value for key, value in values.items() if key not in blank} if blank else values
    reading.apply_values(entry, record, {**entry.custom_defaults, **stamps, **given})
    record.derive(frozenset(values))
    reading.refresh_derived(entry, record)
    defaulted = entry.custom_defaults and entry.custom_defaults.keys() - values.keys()
    # What is not shown begins with nothing: nobody would see the default, and reports would count it.
    if defaulted and (unseen := defaulted & hidden_of(entry, record)):
        reading.apply_values(entry, record, {key: _nothing_of(entry, key) for key in unseen})
    built: Record = record
    return built


def _nothing_of(entry: ObjectType, key: str) -> Any:
    return entry.fields[key].kind.empty_value(entry.fields[key])


def change_record(entry: ObjectType, record: Record, values: dict[str, Any]) -> None:
    """Set values on a loaded record and bring its computed columns up to date."""
    reading.apply_values(entry, record, values)
    record.derive(frozenset(values))
    reading.refresh_derived(entry, record)


def problems_of(
    entry: ObjectType, record: Record, refused: set[str], asked: Sequence[FieldError]
) -> list[FieldError]:
    """Return what is wrong with the record beyond values that were refused one by one.

    ``asked`` is what its custom fields ask for.
    """
    errors = [*reading.missing_values(entry, record), *asked, *record.check_rules()]
    return [error for error in errors if error.field not in refused]


def save_changes(
    actor: Actor, entry: ObjectType, record: Record, before: reading.Before, *, cause: str = ""
) -> Record:
    """Save a changed record with its history; do nothing when nothing differs from ``before``."""
    changes = before.changes(record)
    if not changes:
        return record
    record.version += 1
    record.updated_at = clock.now()
    update_many([record], before.changed_columns(record))
    return written(actor, entry, record, history.UPDATED, changes, cause)


def written(
    actor: Actor, entry: ObjectType, record: Record, verb: str, changes: Changes, cause: str
) -> Record:
    """Do what follows every saving of a record: history, search and the consequences of other rooms."""
    now = record.updated_at if verb != history.RESTORED else clock.now()
    if verb != history.UPDATED or any(field.key in changes for field in entry.unique_fields):
        try:
            keep_values(entry, [record], new=verb == history.CREATED)
        except Taken as taken:
            raise Invalid(taken.errors()) from None
    hang_files(entry, record.pk, changes)
    history.build_entry(actor, entry.name, record.pk, verb, changes, recorded_at=now, cause=cause).save()
    if verb in (history.CREATED, history.RESTORED) or any(key in changes for key in entry.search_keys):
        index_records(entry, [record], new=verb == history.CREATED)
    run_effects(actor, entry.name, [Write(record, verb, changes)])
    return record


def _clashes(actor: Actor, entry: ObjectType, record: Record) -> list[FieldError]:
    """Return an error for each value that another record has, of fields in which no two may have the same."""
    values = {field.key: field.value_of(record) for field in entry.unique_fields}
    return Claims(actor, entry, [values]).judge(record)


def _nothing(value: Any) -> bool:
    return value is None or value == "" or value == []

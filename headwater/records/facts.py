"""Writing what the system knows about records: consequences that nobody typed.

For business services only, inside their own transaction: no rights are asked, and computed
fields may be set. History and search follow as at every door.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from headwater.history import services as history
from headwater.history.services import Changes
from headwater.lib import clock
from headwater.lib.update import update_many
from headwater.metadata import registry
from headwater.metadata.custom import standing
from headwater.metadata.objects import ObjectType
from headwater.records import values as reading
from headwater.records.effects import Write, run_effects
from headwater.records.models import Record
from headwater.records.search.index import index_records
from headwater.records.write import change_record
from headwater.users.actor import Actor


@dataclass
class Fact:
    """What is now known of one record.

    ``values`` are by model attribute, technical columns included. ``around`` are changes of
    things around the record, under keys with a colon; they make history but no new version.
    ``at`` is when it is recorded, if not now: a consequence is recorded with its cause.
    """

    record: Record
    values: dict[str, Any] = field(default_factory=dict)
    around: Changes = field(default_factory=dict)
    verb: str = history.UPDATED
    cause: str = ""
    at: datetime | None = None


def lock_records(object_name: str, pks: Collection[int]) -> dict[int, Record]:
    """Return records by number, deleted ones too, locked until the transaction ends."""
    if not pks:
        return {}
    manager = registry.whole(object_name).unscoped
    return {r.pk: r for r in manager.select_for_update().filter(pk__in=pks).order_by("pk")}


def write_facts(
    actor: Actor, record: Record, values: dict[str, Any], *, verb: str = history.UPDATED, cause: str = ""
) -> Record:
    """Write facts about one record."""
    write_facts_of_many(actor, registry.of(record).name, [Fact(record, values, verb=verb, cause=cause)])
    return record


def write_facts_of_many(actor: Actor, object_name: str, facts: Sequence[Fact]) -> None:
    """Write facts about many records of one object with few statements.

    What changes nothing that people see makes no history.
    """
    standing.keep()
    entry = registry.whole(object_name)
    now = clock.now()
    columns: set[str] = set()
    entries, writes = [], []
    for fact in facts:
        changes, changed = _apply(entry, fact)
        if changes:
            fact.record.version += 1
            fact.record.updated_at = fact.at or now
            changed |= {"version", "updated_at"}
        columns |= changed
        changes |= fact.around
        if changes:
            entries.append(
                history.build_entry(
                    actor,
                    object_name,
                    fact.record.pk,
                    fact.verb,
                    changes,
                    recorded_at=fact.at or now,
                    cause=fact.cause,
                )
            )
            writes.append(Write(fact.record, fact.verb, changes))
    update_many([fact.record for fact in facts], columns)
    history.save_entries(entries)
    renamed = [w.record for w in writes if any(key in w.changes for key in entry.search_keys)]
    index_records(entry, [record for record in renamed if record.deleted_at is None])
    run_effects(actor, object_name, writes)


def _apply(entry: ObjectType, fact: Fact) -> tuple[Changes, set[str]]:
    """Set a fact's values; return the changes of fields and the names of the columns that differ."""
    record = fact.record
    before = reading.Before(entry, record)
    for attname, value in fact.values.items():
        setattr(record, attname, value)
        if attname in entry.fields:
            reading.set_siblings(entry.fields[attname], record, value)
    change_record(entry, record, {})
    return before.changes(record), before.changed_columns(record)

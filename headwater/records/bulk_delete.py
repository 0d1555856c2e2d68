"""Deleting many records at once."""

from collections.abc import Sequence

from headwater.history import services as history
from headwater.lib import clock
from headwater.lib.update import update_many
from headwater.metadata import registry
from headwater.metadata.custom import standing
from headwater.metadata.objects import ObjectType
from headwater.records.effects import Write, run_effects
from headwater.records.models import Record
from headwater.records.search.index import unindex
from headwater.records.unique import drop_values
from headwater.users.actor import Actor


def withdraw_records(actor: Actor, entry: ObjectType, records: Sequence[Record], *, cause: str = "") -> None:
    """Delete records that the actor made herself, without asking for the right to delete.

    For undo only; the caller has checked who made them, and runs this inside a transaction.
    """
    if not records:
        return
    standing.keep()
    entry = registry.whole(entry.name)
    now = clock.now()
    for record in records:
        record.deleted_at = now
        record.version += 1
    update_many(records, {"deleted_at", "version"})
    unindex(entry, [record.pk for record in records])
    drop_values(entry, [record.pk for record in records])
    history.save_entries(
        [
            history.build_entry(
                actor, entry.name, record.pk, history.DELETED, {}, recorded_at=now, cause=cause
            )
            for record in records
        ]
    )
    run_effects(actor, entry.name, [Write(record, history.DELETED, {}) for record in records])

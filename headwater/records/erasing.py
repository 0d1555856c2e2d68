"""Writing over values of a record for good: below the doors, without keeping what they were.

For erasure only, which has asked for the right and takes the same values out of history.
"""

from collections.abc import Mapping
from typing import Any

from headwater.history import services as history
from headwater.history.services import Changes
from headwater.lib import clock
from headwater.lib.update import update_many
from headwater.metadata.objects import ObjectType
from headwater.records import values as reading
from headwater.records.effects import Write, run_effects
from headwater.records.models import Record
from headwater.records.search.index import index_records
from headwater.records.write import change_record
from headwater.users.actor import Actor


def overwrite(
    actor: Actor, entry: ObjectType, record: Record, values: Mapping[str, Any], word: str
) -> dict[str, Any]:
    """Set stored values of a locked record; ``word`` becomes its name where none is left.

    Returns what every field is now that differs from before, in JSON form: for the history entry, which the
    caller writes. Search and the consequences in other rooms follow as at every door.
    """
    before = reading.Before(entry, record)
    change_record(entry, record, dict(values))
    needed = [field for field in entry.never_empty if field.key in values and field.kind.name == "text"]
    for field in needed:
        if field.is_empty(field.value_of(record)):
            field.put(record, word)
    change_record(entry, record, {})
    if entry.title_field.is_empty(entry.title_field.value_of(record)):
        record.stand_in(word)
        change_record(entry, record, {})
    changes: Changes = before.changes(record)
    if not changes:
        return {}
    record.version += 1
    record.updated_at = clock.now()
    update_many([record], before.changed_columns(record))
    if record.deleted_at is None:
        index_records(entry, [record])
    run_effects(actor, entry.name, [Write(record, history.UPDATED, changes)])
    return {key: after for key, (_before, after) in changes.items()}

"""Saving a form over a record that somebody else may have saved meanwhile."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from headwater.metadata.objects import ObjectType
from headwater.records.errors import Stale
from headwater.records.models import Record
from headwater.records.write import update_record
from headwater.users.actor import Actor
from headwater.web.controls import Raw, for_door, raw_values


@dataclass
class Conflict(Exception):
    """Both changed the same fields. ``current`` is what is stored now."""

    current: Any
    keys: frozenset[str]


def changed(given: Mapping[str, Raw], was: Mapping[str, Raw]) -> dict[str, Raw]:
    """Return what the person changed in the form: what she left alone is never written."""
    return {key: raw for key, raw in given.items() if raw != was.get(key)}


def save_form(
    actor: Actor,
    entry: ObjectType,
    pk: int,
    given: Mapping[str, Raw],
    was: Mapping[str, Raw],
    version: int | None,
) -> Record:
    """Write the changed values. When others changed other fields meanwhile, both changes stand.

    Raises Conflict when the same field was changed to something else, and what the door raises.
    """
    values = changed(given, was)
    try:
        return update_record(actor, entry.name, pk, for_door(values), version=version)
    except Stale as stale:
        stored = raw_values(entry, stale.current, values)
        clash = frozenset(key for key in values if stored[key] != was.get(key) and stored[key] != values[key])
        if clash:
            raise Conflict(stale.current, clash) from None
        return update_record(actor, entry.name, pk, for_door(values), version=stale.current.version)

"""A record as it would be with the values of a form, before anybody saves it."""

from collections.abc import Mapping
from typing import Any

from headwater.access.fields import reading_as
from headwater.access.models import Action
from headwater.metadata import registry
from headwater.metadata.kinds.relations import id_or_none
from headwater.records.find import get_record
from headwater.records.models import Record
from headwater.records.stored_files import settle_files
from headwater.records.values import clean_values
from headwater.records.write import change_record, new_record
from headwater.users.actor import Actor


def preview_record(actor: Actor, object_name: str, given: Mapping[str, Any], pk: Any = None) -> Record:
    """Return a new or changed record that nobody saves; what cannot be read of ``given`` is left out.

    Raises NotFound and Forbidden for a stored record that the actor may not change.
    """
    entry = registry.whole(object_name)
    with reading_as(actor):
        cleaned = clean_values(registry.get(object_name), dict(given))
    cleaned.record_id = id_or_none(pk)
    settle_files(actor, entry, [cleaned])
    if pk is None:
        return new_record(actor, entry, cleaned.values)
    record = get_record(actor, object_name, pk, Action.EDIT)
    change_record(entry, record, cleaned.values)
    return record

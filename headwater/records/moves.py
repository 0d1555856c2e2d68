"""Giving one field another value by hand, as moving a card does, and not less than that."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from headwater.access.models import Action
from headwater.metadata import registry
from headwater.metadata.objects import Field
from headwater.records.errors import FieldError, Invalid
from headwater.records.find import lock_record
from headwater.records.models import Record
from headwater.records.write import update_record
from headwater.users.actor import Actor


@transaction.atomic
def move_record(
    actor: Actor, object_name: str, pk: Any, key: str, value: Any, more: Mapping[str, Any] | None = None
) -> Record:
    """Set one field; ``more`` are values that the new one needs, such as the reasons of a loss.

    Where the record's own rules would keep another value, nothing is written: a move that is only
    remembered, and shows nothing, would surprise everybody. Raises NotFound, Forbidden and Invalid.
    """
    field = registry.get(object_name).fields[key]
    if not field.editable:
        message = _("%(field)s cannot be set by hand.") % {"field": field.label}
        raise Invalid([FieldError(key, "not_editable", message)])
    limits = lock_record(actor, object_name, pk, Action.EDIT).limits(key)
    if limits is not None and _plain(value) not in {_plain(allowed) for allowed in limits.values}:
        raise Invalid([FieldError(key, "kept", limits.reason)])
    record = update_record(actor, object_name, pk, {**(more or {}), key: value})
    if _plain(field.value_of(record)) != _plain(value):
        raise Invalid([FieldError(key, "kept", _kept(record, field))])
    return record


def _plain(value: Any) -> Any:
    return value or None


def _kept(record: Record, field: Field) -> str:
    message = _("%(field)s stays “%(value)s”: what else is known of the record decides it.")
    return message % {"field": field.label, "value": field.kind.display(field.value_of(record), field)}

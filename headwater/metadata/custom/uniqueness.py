"""Which fields hold every value once only: noted when a field is marked "unique", until it no longer is."""

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from headwater.lib.phones import e164_of
from headwater.lib.text import fold
from headwater.metadata.custom import rows
from headwater.metadata.custom.listeners import UNIQUE, announce
from headwater.metadata.custom.slots import match_form
from headwater.metadata.errors import Problem
from headwater.metadata.models import CustomField, UniqueField
from headwater.metadata.objects import Field
from headwater.users import organization
from headwater.users.models.shared import renew_stamp

_TEXTS = frozenset({"text", "email", "url"})
CAN_BE_UNIQUE = _TEXTS | {"phone", "integer", "decimal", "duration", "date", "user", "relation"}
"""Kinds of which it can mean something that no two records have the same value."""


def check_unique(row: CustomField, default: Any) -> list[Problem]:
    """Return why a field cannot be unique as it asks to be."""
    if not row.is_unique:
        return []
    if row.kind not in CAN_BE_UNIQUE or row.formula:
        return [Problem("is_unique", "not_unique", _("Fields of this kind cannot be unique."))]
    if default not in (None, ""):
        message = _("A unique field has no default: every new record would begin with the same value.")
        return [Problem("is_unique", "default", message)]
    return []


def settle_unique(row: CustomField) -> None:
    """Begin to keep the values of a saved field unique, or end it; a job looks at the records there are.

    Whoever calls it has checked it, and that nobody writes records meanwhile.
    """
    mine = UniqueField.objects.filter(object=row.object, key=row.key)
    held = mine.exclude(state=UniqueField.State.REFUSED).first()
    wanted = row.is_unique and row.is_active
    if wanted == (held is not None):
        return
    mine.delete()
    if wanted:
        UniqueField.objects.create(object=row.object, key=row.key)
    renew_stamp()
    rows.refresh()
    announce(row, UNIQUE)


def unique_form(field: Field, value: Any) -> str:
    """Return what values of a field are compared by, texts without case; "" for nothing."""
    if field.is_empty(value):
        return ""
    if field.kind.name == "phone":
        found = e164_of(value, organization.current().phone_region)
        return found or match_form(fold(value))
    if isinstance(value, str):
        return match_form(fold(value))
    return format(value.normalize(), "f") if isinstance(value, Decimal) else str(value)

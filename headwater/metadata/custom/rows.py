"""The definitions of custom fields, as every request of every process reads them."""

from headwater.lib import memo
from headwater.lib.memo import shared
from headwater.metadata.models import CustomField

Rows = dict[str, tuple[CustomField, ...]]

_latest: Rows = {}
"""What this process read last: for what runs outside a unit of work, such as the start."""


def active_by_object() -> Rows:
    """Return the active fields of each object in their order; objects without any are left out."""
    return _stored() if memo.is_remembering() else _latest


def list_name(row: CustomField) -> str:
    """Return the name of the choice list that a field of options has for itself."""
    return f"{row.object}.{row.key}"


def refresh() -> None:
    """Read the definitions again, after they were written."""
    global _latest
    _latest = _read()


def forget() -> None:
    """Know of no field, as a process that has just begun."""
    global _latest
    _latest = {}


@shared
def _stored() -> Rows:
    return _read()


def _read() -> Rows:
    found: dict[str, list[CustomField]] = {}
    for row in CustomField.objects.filter(is_active=True):
        found.setdefault(row.object, []).append(row)
    return {name: tuple(rows) for name, rows in found.items()}

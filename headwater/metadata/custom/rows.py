"""The definitions of custom fields, as every request of every process reads them."""

from dataclasses import dataclass, field

from headwater.lib import memo
from headwater.lib.addresses import PostalAddress
from headwater.lib.memo import shared
from headwater.metadata.custom.stored import part_key
from headwater.metadata.models import CustomField, FieldSlot, FormLayout, UniqueField


@dataclass(frozen=True)
class Known:
    """The active fields of each object in order, the names of those switched off, what is kept of active ones
    beside their values, and form layouts."""

    active: dict[str, tuple[CustomField, ...]] = field(default_factory=dict)
    off: dict[tuple[str, str], str] = field(default_factory=dict)
    slots: dict[tuple[str, str], FieldSlot] = field(default_factory=dict)
    unique: dict[tuple[str, str], UniqueField] = field(default_factory=dict)
    layouts: dict[str, FormLayout] = field(default_factory=dict)


_latest = Known()
"""What this process read last: for what runs outside a unit of work, such as the start."""


def known() -> Known:
    """Return the fields there are now."""
    return _stored() if memo.is_remembering() else _latest


def active_by_object() -> dict[str, tuple[CustomField, ...]]:
    """Return the active fields of each object in their order; objects without any are left out."""
    return known().active


def list_name(row: CustomField) -> str:
    """Return the name of the choice list that a field of options has for itself."""
    return f"{row.object}.{row.key}"


def list_slug(row: CustomField) -> str:
    """Return how addresses name that list."""
    return f"{row.object}-{row.key.replace('_', '-')}"


def keys_of(row: CustomField) -> list[str]:
    """Return the keys of the fields that a row makes: its own, and those of the parts of its value."""
    return [row.key, *(part_key(row.key, part) for part in PostalAddress._fields if row.kind == "address")]


def refresh() -> None:
    """Read the definitions again, after they were written."""
    global _latest
    _latest = _read()


def forget() -> None:
    """Know of no field, as a process that has just begun."""
    global _latest
    _latest = Known()


@shared
def _stored() -> Known:
    return _read()


def _read() -> Known:
    active: dict[str, list[CustomField]] = {}
    off: dict[tuple[str, str], str] = {}
    for row in CustomField.objects.all():
        if row.is_active:
            active.setdefault(row.object, []).append(row)
        else:
            off |= {(row.object, key): row.label for key in keys_of(row)}
    layouts = {layout.object: layout for layout in FormLayout.objects.all()}
    if not active:
        return Known(off=off, layouts=layouts)
    in_use = FieldSlot.objects.exclude(state=FieldSlot.State.CLEARING)
    kept = UniqueField.objects.exclude(state=UniqueField.State.REFUSED)
    return Known(
        {name: tuple(rows) for name, rows in active.items()},
        off,
        {(slot.object, slot.key): slot for slot in in_use},
        {(unique.object, unique.key): unique for unique in kept},
        layouts,
    )

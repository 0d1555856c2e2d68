"""Which field has which slot: given when a field is marked "indexed", taken back when it no longer is."""

from django.utils.translation import gettext as _

from headwater.lib.joining import all_of
from headwater.metadata.custom import rows, slots
from headwater.metadata.custom.listeners import SLOT, announce
from headwater.metadata.errors import Problem
from headwater.metadata.models import CustomField, FieldSlot
from headwater.users.models.shared import renew_stamp


def check_index(row: CustomField) -> list[Problem]:
    """Return why a field cannot be indexed as it asks to be."""
    if not (row.is_indexed and row.is_active):
        return []
    family = slots.family_of(row.kind)
    if not family:
        return [Problem("is_indexed", "no_index", _("Fields of this kind cannot be indexed."))]
    if slot_of(row) is not None or _free(row.object, family):
        return []
    held = FieldSlot.objects.filter(object=row.object, slot__startswith=f"{family}_")
    keys = set(held.exclude(state=FieldSlot.State.CLEARING).values_list("key", flat=True))
    if len(keys) < slots.FAMILIES[family]:
        message = _("The column of a field that is no longer indexed is still being cleared; try again soon.")
        return [Problem("is_indexed", "clearing", message)]
    holders = CustomField.objects.filter(object=row.object, key__in=keys)
    message = _(
        "Only %(count)d fields of this kind can be indexed, and these are: %(fields)s. Unmark one first."
    )
    words = {"count": slots.FAMILIES[family], "fields": all_of(f"“{holder.label}”" for holder in holders)}
    return [Problem("is_indexed", "no_slot", message % words)]


def slot_of(row: CustomField) -> FieldSlot | None:
    """Return the slot that a field has, full or being filled."""
    if not row.key:
        return None
    mine = FieldSlot.objects.filter(object=row.object, key=row.key)
    return mine.exclude(state=FieldSlot.State.CLEARING).first()


def settle_index(row: CustomField) -> None:
    """Give a saved field the slot that it asks for, or take it back; a job fills and clears.

    Whoever calls it has checked that there is one, and that nobody writes records meanwhile.
    """
    held = slot_of(row)
    wanted = row.is_indexed and row.is_active
    if wanted and held is None:
        free = _free(row.object, slots.family_of(row.kind))
        FieldSlot.objects.create(object=row.object, slot=free[0], key=row.key)
    elif held is not None and not wanted:
        FieldSlot.objects.filter(pk=held.pk).update(state=FieldSlot.State.CLEARING, place=0)
    else:
        return
    renew_stamp()
    rows.refresh()
    announce(row, SLOT)


def _free(object_name: str, family: str) -> list[str]:
    taken = set(FieldSlot.objects.filter(object=object_name).values_list("slot", flat=True))
    return [slot for slot in slots.SLOTS if slot.startswith(f"{family}_") and slot not in taken]

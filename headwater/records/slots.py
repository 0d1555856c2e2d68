"""Filling, clearing and checking the slots of indexed fields. The JSON of a record is the truth."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Max, Q

from headwater.jobs import services as jobs
from headwater.lib.update import update_many
from headwater.metadata import registry
from headwater.metadata.custom import rows, slots, standing
from headwater.metadata.models import FieldSlot
from headwater.metadata.objects import Field, ObjectType
from headwater.records.models import Record
from headwater.users.models.shared import renew_stamp

BATCH = 1_000
State = FieldSlot.State


def keep_slot(number: int) -> None:
    """Fill a slot, or clear it, whatever its state asks for, in small transactions until it is done.

    Goes on where an earlier run stopped.
    """
    while True:
        with transaction.atomic():
            standing.keep()
            slot = FieldSlot.objects.select_for_update().filter(pk=number).first()
            if slot is None or slot.state == State.FULL:
                return
            last = _last(slot.object)
            if slot.state == State.CLEARING:
                _clear(slot, last)
            else:
                _fill(slot, last)
        jobs.report_progress(min(slot.place, last), last)


def progress_of(slot: FieldSlot) -> int:
    """Return how much of a slot is filled, in percent."""
    last = _last(slot.object)
    return 100 if slot.state == State.FULL else 99 * min(slot.place, last) // max(last, 1)


def _last(object_name: str) -> int:
    return registry.base(object_name).unscoped.aggregate(last=Max("pk"))["last"] or 0


def _fill(slot: FieldSlot, last: int) -> None:
    field = registry.whole(slot.object).fields[slot.key]
    records = list(_after(slot).select_for_update()[:BATCH])
    wrong = [record for record in records if _differs(field, record)]
    for record in wrong:
        slots.fill(field, record)
    update_many(wrong, slots.columns_of(slot.slot))
    slot.place = records[-1].pk if records else last
    if len(records) < BATCH:
        # Whoever wrote records since the field was marked wrote their slots too.
        slot.state = State.FULL
    slot.save(update_fields=["place", "state"])
    if slot.state == State.FULL:
        renew_stamp()
        rows.refresh()


def _clear(slot: FieldSlot, last: int) -> None:
    numbers = list(_after(slot).values_list("pk", flat=True)[:BATCH])
    nothing = dict.fromkeys(slots.columns_of(slot.slot))
    rows = registry.base(slot.object).unscoped
    rows.filter(pk__in=numbers, **{f"slot_{slot.slot}__isnull": False}).update(**nothing)
    slot.place = numbers[-1] if numbers else last
    slot.save(update_fields=["place"])
    if len(numbers) < BATCH:
        slot.delete()


def _after(slot: FieldSlot) -> Any:
    found = registry.base(slot.object).unscoped.filter(pk__gt=slot.place).order_by("pk")
    return found.only("id", "custom", *slots.columns_of(slot.slot))


def _differs(field: Field, record: Record) -> bool:
    expected = slots.values_of(field, record)
    return any(_plain(getattr(record, column)) != value for column, value in expected.items())


def _plain(value: Any) -> Any:
    return bytes(value) if isinstance(value, memoryview) else value


@dataclass(frozen=True)
class Difference:
    """A record whose slot does not hold what its JSON says."""

    object: str
    key: str
    record_id: int


def verify_slots() -> Iterator[Difference]:
    """Yield every record whose full slot differs from its JSON, and every value in a slot that nobody has."""
    for entry in registry.whole_objects():
        full = [field for field in entry.fields.values() if field.reads_slot]
        held = set(FieldSlot.objects.filter(object=entry.name).values_list("slot", flat=True))
        spare = [f"slot_{slot}" for slot in slots.SLOTS if slot not in held]
        if full:
            read = [column for field in full for column in slots.columns_of(field.slot)]
            for record in entry.unscoped.only("id", "custom", *read).iterator(chunk_size=BATCH):
                wrong = (field.key for field in full if _differs(field, record))
                yield from (Difference(entry.name, key, record.pk) for key in wrong)
        yield from _left_over(entry, spare)


def _left_over(entry: ObjectType, columns: Sequence[str]) -> Iterator[Difference]:
    """Yield what stands in slots that no field has."""
    filled = Q()
    for column in columns:
        filled |= Q(**{f"{column}__isnull": False})
    for number, *values in entry.unscoped.filter(filled).values_list("pk", *columns).iterator():
        for column, value in zip(columns, values, strict=True):
            if value is not None:
                yield Difference(entry.name, column, number)


def mend_slots() -> None:
    """Fill every slot anew from the JSON; queries read the JSON until it is full."""
    with transaction.atomic():
        standing.change()
        numbers = list(FieldSlot.objects.exclude(state=State.CLEARING).values_list("pk", flat=True))
        FieldSlot.objects.filter(pk__in=numbers).update(state=State.FILLING, place=0)
        renew_stamp()
        rows.refresh()
    for number in numbers:
        keep_slot(number)

"""Values that no two living records of an object share: those of unique custom fields.

Each is a row of a table with a unique index, so that two writers who do not know of each other cannot both
have it: the database lets the second wait for the first, and then says that it came too late. A change is
judged before it is written, so that errors are named; the index has the last word.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from headwater.jobs import services as jobs
from headwater.metadata import registry, titles
from headwater.metadata.custom import rows, standing
from headwater.metadata.custom.uniqueness import unique_form
from headwater.metadata.models import CustomField, UniqueField
from headwater.metadata.objects import Field, ObjectType
from headwater.records.context import filter_context
from headwater.records.errors import FieldError
from headwater.records.find import find_records
from headwater.records.models import Record, UniqueValue
from headwater.users.actor import Actor
from headwater.users.models.shared import renew_stamp

BATCH = 1_000
MOST_CLASHES = 20
Place = tuple[int, str]
"""The number of a unique field, and the form of a value."""


class Taken(Exception):
    """Another writer, whom nobody could know of when the values were judged, has them now."""

    def __init__(self, field: Field) -> None:
        super().__init__(field.key)
        self.field = field

    def errors(self) -> list[FieldError]:
        return [_error(self.field, "")]


def forms_of(entry: ObjectType, values: Mapping[str, Any]) -> dict[Place, Field]:
    """Return the unique ones among values by field key, as they are compared."""
    found = ((field, values.get(field.key)) for field in entry.unique_fields)
    return {(field.unique, form): field for field, value in found if (form := unique_form(field, value))}


def forms_in(entry: ObjectType, record: Record) -> dict[Place, Field]:
    """Return the unique values of a record."""
    return forms_of(entry, {field.key: field.value_of(record) for field in entry.unique_fields})


class Claims:
    """Who has the values that records of one object are to be written with."""

    def __init__(self, actor: Actor, entry: ObjectType, wanted: Iterable[Mapping[str, Any]]) -> None:
        """``wanted`` are the values of all of them, by field key. One query."""
        self.actor, self.entry = actor, entry
        self._holders: dict[Place, Any] = {}
        if entry.unique_fields:
            self._holders |= _held({place for values in wanted for place in forms_of(entry, values)})

    def judge(self, record: Record) -> list[FieldError]:
        """Return an error for each value of the record that another one has."""
        if not self._holders:
            return []
        errors = []
        for place, field in forms_in(self.entry, record).items():
            holder = self._holders.get(place)
            if holder is not None and holder is not record and holder != (record.pk or -1):
                errors.append(_error(field, self._name_of(holder)))
        return errors

    def take(self, record: Record) -> None:
        """Note that a record that is written has its values now, against those after it."""
        if self.entry.unique_fields:
            self._holders |= dict.fromkeys(forms_in(self.entry, record), record.pk or record)

    def _name_of(self, holder: Any) -> str:
        """Return the name of a stored record, if the actor may see it."""
        if not isinstance(holder, int):
            return ""
        return titles.titles_of(self.entry.name, [holder], filter_context(self.actor)).get(holder, "")


def _held(places: Iterable[Place]) -> Iterator[tuple[Place, int]]:
    by_field: dict[int, list[str]] = {}
    for number, form in places:
        by_field.setdefault(number, []).append(form)
    for number, forms in by_field.items():
        found = UniqueValue.objects.filter(field=number, form__in=forms)
        for form, record_id in found.values_list("form", "record_id"):
            yield (number, form), record_id


def held_by(number: int, forms: Sequence[str], actor: Actor, entry: ObjectType) -> list[tuple[str, int]]:
    """Return which of some values of a unique field records have that the actor sees, and which."""
    held = {pk: form for (_number, form), pk in _held((number, form) for form in forms)}
    seen = find_records(actor, entry.name).filter(pk__in=list(held)).values_list("pk", flat=True)
    return [(held[pk], pk) for pk in seen]


def _error(field: Field, holder: str) -> FieldError:
    if holder:
        message = _("%(field)s: “%(record)s” has this value already.")
        return FieldError(field.key, "taken", message % {"field": field.label, "record": holder})
    message = _("%(field)s: another record has this value already.")
    return FieldError(field.key, "taken", message % {"field": field.label})


def keep_values(entry: ObjectType, records: Sequence[Record], *, new: bool = False) -> None:
    """Store the unique values of saved records, in the transaction of the change itself.

    ``new`` says that none of them had any before. Raises Taken where another writer was quicker.
    """
    if not entry.unique_fields or not records:
        return
    wanted: dict[Place, tuple[int, Field]] = {}
    for record in records:
        for place, field in forms_in(entry, record).items():
            wanted[place] = (record.pk, field)
    numbers = [field.unique for field in entry.unique_fields]
    if not new:
        stored = UniqueValue.objects.filter(field__in=numbers, record_id__in=[each.pk for each in records])
        have = {(row.field, row.form): row for row in stored}
        stays = {place for place, row in have.items() if wanted.get(place, (0,))[0] == row.record_id}
        gone = [row.pk for place, row in have.items() if place not in stays]
        UniqueValue.objects.filter(pk__in=gone).delete()
        wanted = {place: found for place, found in wanted.items() if place not in stays}
    if lost := _insert({place: pk for place, (pk, _field) in wanted.items()}):
        raise Taken(wanted[lost[0]][1])


def _insert(wanted: Mapping[Place, int]) -> list[Place]:
    """Insert values; return those that somebody has. Waits for writers who are about to have one."""
    if not wanted:
        return []
    # In one order, so that two writers wait for each other in one direction only.
    rows = [(number, form, wanted[number, form]) for number, form in sorted(wanted)]
    table = connection.ops.quote_name(UniqueValue._meta.db_table)
    made = 0
    with connection.cursor() as cursor:
        for start in range(0, len(rows), BATCH):
            part = rows[start : start + BATCH]
            marks = ", ".join(["(%s, %s, %s)"] * len(part))
            cursor.execute(
                f"INSERT INTO {table} (field, form, record_id) VALUES {marks} ON CONFLICT DO NOTHING",  # noqa: S608
                [value for row in part for value in row],
            )
            made += cursor.rowcount
    if made == len(rows):
        return []
    return sorted(place for place, holder in _held(wanted) if holder != wanted[place])


def drop_values(entry: ObjectType, numbers: Sequence[int]) -> None:
    """Give the values of deleted records free."""
    if entry.unique_fields:
        fields = [field.unique for field in entry.unique_fields]
        UniqueValue.objects.filter(field__in=fields, record_id__in=list(numbers)).delete()


@dataclass(frozen=True)
class Uniqueness:
    """How far a field is with being unique; ``clashes`` are pairs of records, by number."""

    state: str
    percent: int
    clashes: list[tuple[int, int]]


def uniqueness_of(row: CustomField) -> Uniqueness | None:
    """Return how far a field is with being unique; None where it need not be."""
    found = UniqueField.objects.filter(object=row.object, key=row.key).first()
    if found is None or not (row.key and row.is_active):
        return None
    last = registry.base(row.object).unscoped.aggregate(last=Max("pk"))["last"] or 0
    percent = 99 * min(found.place, last) // max(last, 1) if found.state == found.State.CHECKING else 100
    return Uniqueness(found.state, percent, [(one, other) for one, other in found.clashes])


def check_values(number: int) -> None:
    """Look through the records for values of a field that clash; without any, the field is unique.

    In small transactions; goes on where an earlier run stopped. Values that nobody asks for any more are
    thrown away at the end.
    """
    while _check_some(number):
        pass
    while batch := list(_left_over().values_list("pk", flat=True)[:BATCH]):
        UniqueValue.objects.filter(pk__in=batch).delete()
        jobs.report_progress(0, 1)


def _left_over() -> Any:
    kept = UniqueField.objects.exclude(state=UniqueField.State.REFUSED).values("pk")
    return UniqueValue.objects.exclude(field__in=kept)


@transaction.atomic
def _check_some(number: int) -> bool:
    standing.keep()
    unique = UniqueField.objects.select_for_update().filter(pk=number).first()
    if unique is None or unique.state != UniqueField.State.CHECKING:
        return False
    entry = registry.whole(unique.object)
    field = entry.fields[unique.key]
    found = entry.unscoped.filter(pk__gt=unique.place, deleted_at__isnull=True).order_by("pk")
    records = list(found.select_for_update().only("id", "custom")[:BATCH])
    _enter(unique, field, records)
    unique.place = records[-1].pk if records else unique.place
    more = len(records) == BATCH and len(unique.clashes) < MOST_CLASHES
    if not more:
        unique.state = UniqueField.State.REFUSED if unique.clashes else UniqueField.State.UNIQUE
    unique.save()
    jobs.report_progress(unique.place, unique.place + BATCH)
    if not more:
        if unique.clashes:
            CustomField.objects.filter(object=unique.object, key=unique.key).update(is_unique=False)
        renew_stamp()
        rows.refresh()
    return more


def _enter(unique: UniqueField, field: Field, records: Sequence[Record]) -> None:
    """Enter the values of some records, and note which of them another record has."""
    by_record = {r.pk: form for r in records if (form := unique_form(field, field.value_of(r)))}
    mine = UniqueValue.objects.filter(field=unique.pk, record_id__in=list(by_record))
    entered = set(mine.values_list("record_id", flat=True))
    wanted: dict[Place, int] = {}
    for pk, form in by_record.items():
        first = wanted.setdefault((unique.pk, form), pk) if pk not in entered else pk
        if first != pk:
            unique.clashes.append([first, pk])
    lost = _insert(wanted)
    holders = dict(_held(lost))
    unique.clashes += [[holders[place], wanted[place]] for place in lost]
    del unique.clashes[MOST_CLASHES:]

"""Slots: columns that every record has in reserve, for the values of fields that are to be found by an index.

A running product changes no tables, so each object has a fixed pool: five columns each for texts, numbers
and dates. A field that is marked "indexed" takes a free one. The JSON stays the truth; a slot repeats it in
a form that the database can index. The indexes hold only records whose slot is in use: nothing, where no
field is.

A text has two columns: what it is matched by (folded, for fields of one line; an e-mail address and the key
of an option as they are) and, for fields of one line, what it is sorted by. In the slot of a field that is
never NULL for the ORM every record has a value, the empty text included.
"""

from datetime import date
from decimal import Decimal
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final

from django.db import models

if TYPE_CHECKING:
    from headwater.metadata.objects import Field

FAMILIES: Final = {"text": 5, "number": 5, "date": 5}
"""How many slots of each sort every object has."""
SLOTS: Final = tuple(
    f"{family}_{number}" for family, count in FAMILIES.items() for number in range(1, count + 1)
)
_FAMILY_OF = {
    "text": "text",
    "email": "text",
    "choice": "text",
    "integer": "number",
    "decimal": "number",
    "money": "number",
    "percent": "number",
    "duration": "number",
    "user": "number",
    "relation": "number",
    "date": "date",
}
_LONGEST_MATCH, _KEPT = 1_200, 100  # bytes that fit in an index of either database; letters kept of more
_LONGEST_SORT = 1_000


def family_of(kind: str) -> str:
    """Return the sort of slot that a kind needs; nothing for kinds that cannot be indexed."""
    return _FAMILY_OF.get(kind, "")


def columns_of(slot: str) -> tuple[str, ...]:
    """Return the columns that belong to a slot."""
    return (f"slot_{slot}", f"slot_{slot}_sort") if slot.startswith("text") else (f"slot_{slot}",)


COLUMNS: Final = tuple(column for slot in SLOTS for column in columns_of(slot))


def slot_fields() -> dict[str, models.Field]:  # type: ignore[type-arg]
    """Return the columns of the whole pool, by name."""
    found: dict[str, models.Field] = {}  # type: ignore[type-arg]
    for column in COLUMNS:
        options: dict[str, Any] = {"null": True, "blank": True, "editable": False}
        if column.endswith("_sort"):
            found[column] = models.BinaryField(**options)
        elif column.startswith("slot_text"):
            found[column] = models.TextField(**options)
        elif column.startswith("slot_number"):
            # What whole numbers and amounts of fifteen digits need, with six decimal places.
            found[column] = models.DecimalField(max_digits=21, decimal_places=6, **options)
        else:
            found[column] = models.DateField(**options)
    return found


def slot_indexes() -> list[models.Index]:
    """Return the indexes of the pool: by value, and by owner and value for what is merged from owners.

    A text is sorted, and so merged, by its key to sort by; its matching form only finds.
    """
    found = []
    for slot in SLOTS:
        column, *sort = columns_of(slot)
        found.append(_index(f"{slot}", column))
        if sort:
            found.append(_index(f"{slot}_sort", *sort))
        found.append(_index(f"{slot}_owner", "owner", sort[0] if sort else column))
    return found


def _index(name: str, *columns: str) -> models.Index:
    in_use = models.Q(deleted_at__isnull=True) & models.Q(**{f"{columns[-1]}__isnull": False})
    return models.Index(*columns, "id", condition=in_use, name=f"%(class)s_{name}")


def match_form(text: str) -> str:
    """Return a text as slots hold it: a very long one is cut, and told apart by a digest."""
    if len(text) <= _KEPT or len(text.encode()) <= _LONGEST_MATCH:
        return text
    return f"{text[:_KEPT]}\x01{sha256(text.encode()).hexdigest()}"


def sort_form(key: bytes) -> bytes:
    """Return a key to sort by as slots hold it: long enough for eighty letters of any script."""
    return key[:_LONGEST_SORT]


def values_of(field: "Field", record: Any) -> dict[str, Any]:
    """Return what the columns of a field's slot hold for a record, by the JSON of the record."""
    column, *sort = columns_of(field.slot)
    value = field.value_of(record)
    if sort:
        if field.folded:
            return {
                column: match_form(field.sibling_of(record, "fold")),
                sort[0]: sort_form(field.sibling_of(record, "sort")),
            }
        return {column: None if value is None else match_form(value), sort[0]: None}
    if field.slot.startswith("number"):
        return {column: None if value is None else Decimal(value)}
    assert value is None or type(value) is date
    return {column: value}


def fill(field: "Field", record: Any) -> None:
    """Set the columns of a field's slot on a record."""
    for column, value in values_of(field, record).items():
        setattr(record, column, value)

"""Orders of records: by which columns, and which records come after a position in one."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db import connection
from django.db.models import F, Q
from django.db.models.fields.tuple_lookups import Tuple, TupleGreaterThan, TupleLessThan
from django.utils.translation import gettext as _

from headwater.metadata.errors import FilterError, Problem, UnknownField
from headwater.metadata.filters.nodes import NOTHING
from headwater.metadata.objects import Field
from headwater.metadata.paths import resolve


@dataclass(frozen=True)
class SortKey:
    """One column of the order; ``attname`` is the ORM's name.

    Empty values come last either way, and first only where an order is read from its other end.
    """

    attname: str
    descending: bool
    nullable: bool
    field: Field | None
    empty_first: bool = False

    @property
    def name(self) -> str:
        """What it is called in cursors, whatever column it is read from."""
        return self.field.key if self.field else self.attname

    @property
    def column(self) -> str:
        """The model's column to load for it."""
        return self.field.column if self.field and self.field.custom else self.attname

    def value_of(self, record: Any) -> Any:
        """Return where a record stands in this column."""
        if self.field is None or not self.field.custom:
            return getattr(record, self.attname)
        return self.field.sibling_of(record, "sort") if self.field.folded else self.field.value_of(record)


def sort_keys(object_name: str, sort: Sequence[str]) -> list[SortKey]:
    """Read the names of an order. Raises FilterError naming the first that cannot be sorted by."""
    keys: list[SortKey] = []
    for word in sort:
        descending, name = word.startswith("-"), word.removeprefix("-")
        if name == "id":
            keys.append(SortKey("id", descending, nullable=False, field=None))
            continue
        try:
            path = resolve(object_name, name)
        except UnknownField:
            path = None
        if path is None or path.hops or not path.field.kind.sortable:
            message = _("“%(object)s” cannot be sorted by “%(word)s”.") % {
                "object": object_name,
                "word": name[:100],
            }
            raise FilterError([Problem("sort", "unknown_sort", message)])
        found = path.field
        attname = f"{found.attname}_sort" if found.folded else found.id_attname
        keys.append(SortKey(attname, descending, found.nullable, found))
    if not any(key.attname == "id" for key in keys):
        keys.append(SortKey("id", keys[-1].descending if keys else True, nullable=False, field=None))
    return keys


def ordering_of(keys: Sequence[SortKey]) -> list[Any]:
    """Return an order as the ORM takes it."""
    ordering = []
    for key in keys:
        column = F(key.attname)
        # Naming the place of NULLs on a column without any would keep the index from being used.
        nulls = {"nulls_first" if key.empty_first else "nulls_last": True} if key.nullable else {}
        ordering.append(column.desc(**nulls) if key.descending else column.asc(**nulls))
    return ordering


@dataclass(frozen=True)
class Stretch:
    """A part of an order that is read by itself: which records, in the order of which columns."""

    condition: Q
    keys: Sequence[SortKey]
    position: Sequence[Any] | None = None


def stretches_of(keys: Sequence[SortKey], position: Sequence[Any] | None) -> list[Stretch]:
    """Return the parts of an order one after the other, from a position on: usually one.

    The index of a slot holds what is filled; what is empty comes after, in the order of the other columns.
    """
    first = keys[0]
    if first.field is None or not first.field.reads_slot:
        return [Stretch(Q() if position is None else after_q(keys, position), keys, position)]
    filled = [replace(first, nullable=False), *keys[1:]]
    empty = keys[1:]
    in_index, not_in = (Q(**{f"{first.attname}__isnull": nothing}) for nothing in (False, True))
    if position is None:
        found = [Stretch(in_index, filled), Stretch(not_in, empty)]
    elif position[0] is None:
        return [Stretch(not_in & after_q(empty, position[1:]), empty)]
    else:
        found = [Stretch(in_index & after_q(filled, position), filled, position), Stretch(not_in, empty)]
    return found if first.nullable else found[:1]


def _beyond(key: SortKey, value: Any) -> Q:
    """Return the condition for coming after a value in one column."""
    if value is None:
        return Q(**{f"{key.attname}__isnull": False}) if key.empty_first else NOTHING
    further = Q(**{f"{key.attname}__{'lt' if key.descending else 'gt'}": value})
    return (
        further | Q(**{f"{key.attname}__isnull": True}) if key.nullable and not key.empty_first else further
    )


def _same(key: SortKey, value: Any) -> Q:
    return Q(**{f"{key.attname}__isnull": True}) if value is None else Q(**{key.attname: value})


def is_one_way(keys: Sequence[SortKey]) -> bool:
    """Say whether an index of these columns has the order, read from one end or from the other."""
    return all(not key.nullable and key.descending == keys[0].descending for key in keys)


def backwards(keys: Sequence[SortKey]) -> list[SortKey]:
    """Return the order from its other end."""
    return [replace(key, descending=not key.descending, empty_first=not key.empty_first) for key in keys]


def after_q(keys: Sequence[SortKey], values: Sequence[Any]) -> Q:
    """Return the condition for the rows after a position in the total order."""
    if is_one_way(keys) and connection.features.supports_tuple_lookups:
        # One comparison of rows: an index starts at the position, and there is little to plan.
        further = TupleLessThan if keys[0].descending else TupleGreaterThan
        return Q(further(Tuple(*[F(key.attname) for key in keys]), tuple(values)))
    condition = NOTHING
    tied = Q()
    for key, value in zip(keys, values, strict=True):
        condition |= tied & _beyond(key, value)
        tied &= _same(key, value)
    first, value = keys[0], values[0]
    if not first.nullable and value is not None:
        # Says again what follows from the rest, in the form in which an index can start at the position.
        condition &= Q(**{f"{first.attname}__{'lte' if first.descending else 'gte'}": value})
    return condition

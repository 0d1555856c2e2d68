"""Pages of records that cost the same at any depth."""

import base64
import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import F, Q, QuerySet
from django.db.models.fields.tuple_lookups import Tuple, TupleGreaterThan, TupleLessThan
from django.utils.translation import gettext as _

from headwater.access.fields import reading_as
from headwater.access.visibility import Streams
from headwater.metadata import registry
from headwater.metadata.errors import FilterError, Problem, UnknownField
from headwater.metadata.filters.nodes import NOTHING
from headwater.metadata.objects import Field
from headwater.metadata.paths import resolve
from headwater.records.find import FilterLike, find_by_streams, find_parts, find_records
from headwater.records.merging import first_numbers, pays
from headwater.records.models import Record
from headwater.users.actor import Actor

COUNT_CAP = 1000
MAX_PAGE = 500


@dataclass(frozen=True)
class SortKey:
    """One column of the order; ``attname`` is the ORM's name. Empty values come last either way."""

    attname: str
    descending: bool
    nullable: bool
    field: Field | None

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


@dataclass(frozen=True)
class Page:
    """One page. ``next`` opens the page after it; without ``count_exact`` there are more than ``count``."""

    items: list[Record]
    next: str | None
    count: int
    count_exact: bool


def page_records(
    actor: Actor,
    object_name: str,
    *,
    filter: FilterLike = None,
    sort: Sequence[str] = ("-created_at",),
    after: str | None = None,
    limit: int = 50,
    search: str = "",
    exact_count: bool = False,
    related: Sequence[str] = (),
    fields: Collection[str] = (),
) -> Page:
    """Return one page of records in a total order (the record's number breaks ties).

    ``sort`` names fields of the object, ``-`` before one for descending. Raises FilterError for
    unknown fields and for a cursor that belongs to another order. With ``fields`` only these are
    loaded (and what the order needs); reading another one costs a query a record.
    """
    with reading_as(actor):
        keys = sort_keys(object_name, sort)
    position = None if after is None else decode_cursor(after, keys)
    limit = max(1, min(limit, MAX_PAGE))
    parts = find_parts(actor, object_name, filter, search=search)
    found = parts[0] if len(parts) == 1 else find_records(actor, object_name, filter, search=search)
    loaded = _columns(object_name, fields, keys)

    def load(rows: QuerySet[Record]) -> QuerySet[Record]:
        # Without names, select_related would follow every link there is, and only load nothing.
        rows = rows.select_related(*related) if related else rows
        return rows.only(*loaded) if loaded else rows

    split = None if search.strip() else _split(actor, object_name, filter, keys)
    items: list[Record] = []
    for stretch in stretches_of(keys, position):
        wanted = limit + 1 - len(items)
        if wanted and split is None:
            items += load(found.filter(stretch.condition).order_by(*ordering_of(stretch.keys)))[:wanted]
        elif wanted and split is not None:
            merged = _merged(split, stretch, wanted)
            by_number = load(found).in_bulk(merged)
            items += [by_number[number] for number in merged if number in by_number]
    following = encode_cursor(items[limit - 1], keys) if len(items) > limit else None
    if position is None and following is None and len(items) <= COUNT_CAP:
        return Page(items, None, len(items), count_exact=True)
    count, exact = count_records(parts, exact=exact_count)
    return Page(items[:limit], following, count, exact)


def _columns(object_name: str, fields: Collection[str], keys: Sequence[SortKey]) -> list[str]:
    """Return the columns to load: of the fields, of the currencies beside amounts, of the order."""
    if not fields:
        return []
    known = registry.get(object_name).fields
    beside = [key for name in fields if (key := known[name].currency_key)]
    wanted = [known[name].column for name in (*fields, *beside)]
    return list(dict.fromkeys(["id", "version", *wanted, *(key.column for key in keys)]))


Split = tuple[QuerySet[Record], Streams]


def _split(actor: Actor, object_name: str, filter: FilterLike, keys: Sequence[SortKey]) -> Split | None:
    """Return everybody's records and the parts to merge, or None where merging does not pay."""
    split = find_by_streams(actor, object_name, filter)
    if split is None or not pays(split[1]) or keys[0].attname == "owner_id":
        return None
    return split


def _merged(split: Split, stretch: "Stretch", limit: int) -> list[int]:
    """Return the numbers of a page merged from those of its parts."""
    everybody, streams = split
    ordered = everybody.filter(stretch.condition).order_by(*ordering_of(stretch.keys))
    return first_numbers(ordered, streams, stretch.keys, limit, after=stretch.position)


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
        return [Stretch(Q() if position is None else _after(keys, position), keys, position)]
    filled = [SortKey(first.attname, first.descending, nullable=False, field=first.field), *keys[1:]]
    empty = keys[1:]
    in_index, not_in = (Q(**{f"{first.attname}__isnull": nothing}) for nothing in (False, True))
    if position is None:
        found = [Stretch(in_index, filled), Stretch(not_in, empty)]
    elif position[0] is None:
        return [Stretch(not_in & _after(empty, position[1:]), empty)]
    else:
        found = [Stretch(in_index & _after(filled, position), filled), Stretch(not_in, empty)]
    return found if first.nullable else found[:1]


def count_records(parts: Sequence[QuerySet[Record]], *, exact: bool = False) -> tuple[int, bool]:
    """Return how many records several parts have, and whether it is exact.

    Counting stops just past 1,000 unless asked.
    """
    seen = 0
    for part in parts:
        if exact:
            seen += part.count()
        elif seen <= COUNT_CAP:
            seen += part.order_by()[: COUNT_CAP + 1 - seen].count()
    return (seen, True) if exact else (min(seen, COUNT_CAP), seen <= COUNT_CAP)


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
    """Return an order as the ORM takes it, empty values last."""
    ordering = []
    for key in keys:
        column = F(key.attname)
        # Naming the place of NULLs on a column without any would keep the index from being used.
        nulls = True if key.nullable else None
        ordering.append(column.desc(nulls_last=nulls) if key.descending else column.asc(nulls_last=nulls))
    return ordering


def _beyond(key: SortKey, value: Any) -> Q:
    """Return the condition for coming after a value in one column, NULLs last."""
    if value is None:
        return NOTHING
    further = Q(**{f"{key.attname}__{'lt' if key.descending else 'gt'}": value})
    return further | Q(**{f"{key.attname}__isnull": True}) if key.nullable else further


def _same(key: SortKey, value: Any) -> Q:
    return Q(**{f"{key.attname}__isnull": True}) if value is None else Q(**{key.attname: value})


def _after(keys: Sequence[SortKey], values: Sequence[Any]) -> Q:
    """Return the condition for the rows after a position in the total order."""
    one_way = all(not key.nullable and key.descending == keys[0].descending for key in keys)
    if one_way and connection.features.supports_tuple_lookups:
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


def encode_cursor(record: Record, keys: Sequence[SortKey]) -> str:
    """Write a record's position in an order as an opaque word."""
    values = [_written(key, key.value_of(record)) for key in keys]
    names = [f"{'-' if key.descending else ''}{key.name}" for key in keys]
    packed = json.dumps([names, values], ensure_ascii=False, separators=(",", ":"), default=str)
    return base64.urlsafe_b64encode(packed.encode()).decode().rstrip("=")


def _written(key: SortKey, value: Any) -> Any:
    if key.field is None:
        return value
    return bytes(value).hex() if key.field.folded else key.field.kind.to_json(value)


def decode_cursor(cursor: str, keys: Sequence[SortKey]) -> list[Any]:
    """Read a position back. Raises FilterError when the cursor is broken or of another order."""
    names = [f"{'-' if key.descending else ''}{key.name}" for key in keys]
    try:
        found_names, values = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        if found_names != names or len(values) != len(keys):
            raise ValueError
        return [_read_back(key, value) for key, value in zip(keys, values, strict=True)]
    except (ValueError, TypeError, KeyError, AttributeError, ArithmeticError, RecursionError):
        message = _("This page address is not valid for this list; start again at the first page.")
        raise FilterError([Problem("after", "bad_cursor", message)]) from None


def _read_back(key: SortKey, value: Any) -> Any:
    if key.field is None:
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 2**63:
            raise ValueError
        return value
    if value is None:
        return None
    if key.field.folded:
        if not isinstance(value, str):
            raise ValueError
        return bytes.fromhex(value)
    return key.field.kind.clean(key.field.kind.from_json(value), key.field)

"""Pages of records that cost the same at any depth."""

import base64
import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from headwater.access.fields import reading_as
from headwater.metadata import registry
from headwater.metadata.errors import FilterError, Problem
from headwater.records.find import FilterLike, find_records, find_split
from headwater.records.merging import first_of, pays
from headwater.records.models import Record
from headwater.records.ordering import SortKey, ordering_of, sort_keys, stretches_of
from headwater.users.actor import Actor

COUNT_CAP = 1000
MAX_PAGE = 500


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
    count: int | None = None,
    related: Sequence[str] = (),
    fields: Collection[str] = (),
) -> Page:
    """Return one page of records in a total order (the record's number breaks ties).

    ``sort`` names fields of the object, ``-`` before one for descending. Raises FilterError for
    unknown fields and for a cursor that belongs to another order. Who knows how many there are says
    so in ``count``. With ``fields`` only these are loaded (and what the order needs); reading another
    one costs a query a record.
    """
    with reading_as(actor):
        keys = sort_keys(object_name, sort)
    position = None if after is None else decode_cursor(after, keys)
    limit = max(1, min(limit, MAX_PAGE))
    split = find_split(actor, object_name, filter, search=search)
    merged = split if split and not search.strip() and pays(split.streams, keys) else None
    whole = merged.everybody if merged else find_records(actor, object_name, filter, search=search)
    loaded = _columns(object_name, fields, keys)

    def load(rows: QuerySet[Record]) -> QuerySet[Record]:
        # Without names, select_related would follow every link there is, and only load nothing.
        rows = rows.select_related(*related) if related else rows
        return rows.only(*loaded) if loaded else rows

    items: list[Record] = []
    for stretch in stretches_of(keys, position):
        if wanted := limit + 1 - len(items):
            found = first_of(merged, stretch, wanted) if merged else whole.filter(stretch.condition)
            items += load(found.order_by(*ordering_of(stretch.keys)))[:wanted]
    following = encode_cursor(items[limit - 1], keys) if len(items) > limit else None
    if position is None and following is None and len(items) <= COUNT_CAP:
        return Page(items, None, len(items), count_exact=True)
    if count is not None:
        return Page(items[:limit], following, count, count_exact=True)
    seen, exact = count_records(split.parts() if split else [whole], exact=exact_count)
    return Page(items[:limit], following, seen, exact)


def _columns(object_name: str, fields: Collection[str], keys: Sequence[SortKey]) -> list[str]:
    """Return the columns to load: of the fields, of the currencies beside amounts, of the order."""
    if not fields:
        return []
    known = registry.get(object_name).fields
    beside = [key for name in fields if (key := known[name].currency_key)]
    wanted = [known[name].column for name in (*fields, *beside)]
    return list(dict.fromkeys(["id", "version", *wanted, *(key.column for key in keys)]))


def count_records(parts: Iterable[QuerySet[Record]], *, exact: bool = False) -> tuple[int, bool]:
    """Return how many records several parts have, and whether it is exact.

    Counting stops just past 1,000 unless asked.
    """
    seen = 0
    for part in parts:
        seen += part.count() if exact else part.order_by()[: COUNT_CAP + 1 - seen].count()
        if seen > COUNT_CAP and not exact:
            return COUNT_CAP, False
    return seen, True


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

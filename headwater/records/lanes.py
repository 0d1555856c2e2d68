"""The first records of several parts of a list, with one statement."""

from collections.abc import Sequence
from typing import Any

from django.db.models import BigIntegerField, Q
from django.db.models.expressions import RawSQL

from headwater.metadata import registry
from headwater.metadata.filters import Filter
from headwater.records.find import find_records
from headwater.records.models import Record
from headwater.records.ordering import ordering_of, sort_keys
from headwater.records.paging import encode_cursor
from headwater.users.actor import Actor


def first_of_each(
    actor: Actor,
    object_name: str,
    parts: Sequence[Q],
    *,
    filter: Filter,
    search: str = "",
    sort: Sequence[str],
    limit: int,
) -> list[Record]:
    """Return up to ``limit`` records of each part in the list's order, which the parts share. One query.

    Each part is read from an index and stops when it has enough, however many records there are.
    Raises FilterError for an order that means nothing.
    """
    keys = sort_keys(object_name, sort)
    found = find_records(actor, object_name, filter, search=search)
    if not parts:
        return []
    ordering = ordering_of(keys)
    pieces: list[str] = []
    values: list[Any] = []
    for number, part in enumerate(parts):
        piece = found.filter(part).order_by(*ordering).values_list("pk")[:limit]
        sql, params = piece.query.sql_with_params()
        pieces.append(f"SELECT * FROM ({sql}) AS p{number}")  # noqa: S608
        values += params
    numbers = RawSQL(" UNION ALL ".join(pieces), values, output_field=BigIntegerField())  # noqa: S611
    return list(registry.whole(object_name).unscoped.filter(pk__in=numbers).order_by(*ordering))


def cursor_after(object_name: str, record: Record, sort: Sequence[str]) -> str:
    """Return the position after a record, as ``page_records`` reads it."""
    return encode_cursor(record, sort_keys(object_name, sort))

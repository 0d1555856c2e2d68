"""One page from the records of several owners, each read in order from an index.

"The newest open leads of my five colleagues" can be answered by walking all leads and skipping
those of others, or by sorting everything the five have: both grow with the table. Reading the
first page of each owner from an index that begins with the owner, and merging the five, does not.
"""

# ruff: noqa: S608  (pieces that Django compiled are put together; what people type are parameters)

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.db import connection
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

from headwater.access.grants import Held
from headwater.access.models import Grant
from headwater.access.visibility import Streams

if TYPE_CHECKING:
    from headwater.records.paging import SortKey

# Beyond this many owners so large a part of the table is visible that walking it in order is cheap.
MOST_OWNERS = 60
# So many rows of every owner are read and sorted; of more they are merged.
MOST_OF_EACH = 1_000
# Stands for the owner in the compiled statement; no number of a record is ever negative.
_PLACE = -(2**62)


def pays(streams: Streams) -> bool:
    """Say whether reading the parts one by one is better than asking for them at once."""
    parts = len(streams.owners) + (0 if streams.held is None else len(streams.held.holders))
    return 1 < parts <= MOST_OWNERS


def first_numbers(
    found: QuerySet[Any],
    streams: Streams,
    keys: Sequence["SortKey"],
    limit: int,
    *,
    after: Sequence[Any] | None = None,
) -> list[int]:
    """Return the numbers of the first ``limit`` records in order. ``found`` is not limited to the parts yet.

    One statement; the last of ``keys`` is the record's number. ``found`` begins at the position ``after``.
    """
    found = found.values_list(*[key.attname for key in keys])
    order = ", ".join(_direction(position, key) for position, key in enumerate(keys, start=1))
    # Every object has an index of its owners' newest; in another order there may be none.
    if streams.owners and keys[0].attname == "created_at":
        sources = [merged_owners(found, streams.owners, order, limit)]
    else:
        sources = _of_each(found.filter(owner=_PLACE)[:limit], streams.owners)
    sources += [granted[:limit].query.sql_with_params() for granted in _granted(found, streams, keys, after)]
    pieces = [f"SELECT * FROM ({source}) AS p{number}" for number, (source, _) in enumerate(sources)]
    # What several holders hold, or one of the owners has as well, is one row.
    union = " UNION ALL " if streams.held is None else " UNION "
    statement = f"{union.join(pieces)} ORDER BY {order} LIMIT {int(limit)}"
    with connection.cursor() as cursor:
        cursor.execute(statement, [value for _, params in sources for value in params])
        return [row[-1] for row in cursor.fetchall()]


def _granted(
    found: QuerySet[Any], streams: Streams, keys: Sequence["SortKey"], after: Sequence[Any] | None
) -> list[QuerySet[Any]]:
    """Return the queries for what is granted: by creation one for each holder, read in order."""
    if streams.held is None:
        return []
    first, second = keys[0], keys[1] if len(keys) > 1 else keys[0]
    if (first.attname, second.attname) != ("created_at", "id") or first.descending != second.descending:
        return [found.filter(streams.granted_q)]
    return newest_granted(found, streams.held, descending=first.descending, after=after and after[0])


def newest_granted(
    found: QuerySet[Any], held: Held, *, descending: bool = True, after: Any = None
) -> list[QuerySet[Any]]:
    """Return for each holder the query for its records in the order of their creation, from an instant on."""
    table, grants = connection.ops.quote_name(found.model._meta.db_table), Grant._meta.db_table
    quoted = connection.ops.quote_name(grants)
    where = [f"{quoted}.record_id = {table}.id", f"{quoted}.object = %s", f"{quoted}.holder = %s"]
    where.append(f"{quoted}.level >= %s")
    created = Grant._meta.get_field("created_at")
    bound = [] if after is None else [created.get_db_prep_value(after, connection)]
    if bound:
        where.append(f"{quoted}.created_at {'<=' if descending else '>='} %s")
    order = [RawSQL(f"{quoted}.{column}", []) for column in ("created_at", "record_id")]  # noqa: S611
    ordering = [column.desc() if descending else column.asc() for column in order]
    return [
        found.extra(  # noqa: S610
            tables=[grants], where=where, params=[held.object_name, word, held.level, *bound]
        ).order_by(*ordering)
        for word in held.holders
    ]


def merged_owners(
    found: QuerySet[Any], owners: Sequence[int], order: str, limit: int
) -> tuple[str, Sequence[Any]]:
    """Return the query for the first rows of the owners together, where an index has their order.

    ``found`` gives the columns wanted, in an order that an index has for each owner; ``order`` says
    the same order by the places of the columns. Plainer than a page of each owner: SQLite merges no
    further than rows are asked for, PostgreSQL plans one piece for each owner only where many rows are asked.
    """
    if connection.vendor == "postgresql" and limit <= MOST_OF_EACH:
        sql, params = found.filter(owner=RawSQL("o.owner", []))[:limit].query.sql_with_params()
        source = f"SELECT p.* FROM unnest(%s::bigint[]) AS o(owner) CROSS JOIN LATERAL ({sql}) AS p"
        return f"{source} ORDER BY {order} LIMIT {int(limit)}", [list(owners), *params]
    ordered = f"ORDER BY {order} LIMIT {int(limit)}"
    pieces = _of_each(found.filter(owner=_PLACE).order_by(), owners)
    written = [f"({sql} {ordered})" if connection.vendor == "postgresql" else sql for sql, _ in pieces]
    return f"{' UNION ALL '.join(written)} {ordered}", [value for _, params in pieces for value in params]


def _of_each(found: QuerySet[Any], owners: Sequence[int]) -> list[tuple[str, Sequence[Any]]]:
    """Return one query for each owner in place of the one who stands for them, compiled once."""
    sql, params = found.query.sql_with_params()
    place = params.index(_PLACE)
    return [(sql, (*params[:place], owner, *params[place + 1 :])) for owner in owners]


def _direction(position: int, key: "SortKey") -> str:
    return f"{position} {'DESC' if key.descending else 'ASC'}{' NULLS LAST' if key.nullable else ''}"

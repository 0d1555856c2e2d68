"""One page from the records of several owners, each read in order from an index, and of what is granted.

"The newest open leads of my five colleagues" can be answered by walking all leads and skipping
those of others, or by sorting everything the five have: both grow with the table. Reading the
first page of each owner from an index that begins with the owner, and merging the five, does not.
The page of the owners then says how far to look among what is granted: no further than its end.
"""

# ruff: noqa: S608  (pieces that Django compiled are put together; what people type are parameters)

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

from headwater.access.visibility import Streams
from headwater.records.find import Split
from headwater.records.granted import Between, Source, granted_first, newest_granted, of_each, read_back, run
from headwater.records.ordering import SortKey, Stretch, is_one_way, ordering_of

# Beyond this many owners so large a part of the table is visible that walking it in order is cheap.
MOST_OWNERS = 60
# So many rows of every owner are read and sorted; of more they are merged.
MOST_OF_EACH = 1_000
# Stands for the owner in the compiled statement; no number of a record is ever negative.
_OWNER = -(2**62)


def pays(streams: Streams, keys: Sequence[SortKey] = ()) -> bool:
    """Say whether reading the parts one by one is better than asking for them at once, in some order."""
    parts = len(streams.owners) + (0 if streams.held is None else len(streams.held.holders))
    return 1 < parts <= MOST_OWNERS and not (keys and keys[0].attname == "owner_id")


def first_of(split: Split, stretch: Stretch, limit: int) -> QuerySet[Any]:
    """Return the query for some records of a stretch, its first ``limit`` among them, in no order."""
    try:
        return _first_of(split, stretch, limit)
    except EmptyResultSet:  # the filter can find nothing
        return split.everybody.none()


def _first_of(split: Split, stretch: Stretch, limit: int) -> QuerySet[Any]:
    keys, streams = stretch.keys, split.streams
    found = split.everybody.filter(stretch.condition).order_by(*ordering_of(keys))
    found = found.values_list(*[key.attname for key in keys])
    order = ", ".join(_direction(position, key) for position, key in enumerate(keys, start=1))
    # Every object has an index of its owners' newest; in another order there may be none.
    if keys[0].attname == "created_at":
        sources = [merged_owners(found, streams.owners, order, limit)]
    else:
        sources = of_each(found.filter(owner=_OWNER)[:limit], _OWNER, streams.owners)
    rows = _first(sources, order, limit)
    owned = [row[-1] for row in rows]
    if streams.held is None:
        return split.everybody.filter(streams.owned_q, pk__in=owned)
    last = rows[-1] if len(rows) == limit else None
    if is_one_way(keys) and [key.attname for key in keys] == ["created_at", "id"]:
        ends = stretch.position, last and read_back(found.model, keys, last)
        between = Between(*(end and end[0] for end in ends))
        sources = newest_granted(found, streams.held, limit, descending=keys[0].descending, between=between)
        granted = [row[-1] for row in _first(sources, order, limit, distinct=True)]
    else:
        granted = granted_first(found, streams, stretch, limit, last=last)
    # One list of numbers: PostgreSQL plans two alternatives longer than it takes to read the page.
    return split.everybody.filter(stretch.condition, pk__in=[*owned, *granted])


def _first(sources: Sequence[Source], order: str, limit: int, *, distinct: bool = False) -> list[Any]:
    pieces = [f"SELECT * FROM ({source}) AS p{number}" for number, (source, _) in enumerate(sources)]
    united = f"SELECT {'DISTINCT ' if distinct else ''}* FROM ({' UNION ALL '.join(pieces)}) AS u"
    return run(f"{united} ORDER BY {order} LIMIT {int(limit)}", [v for _, params in sources for v in params])


def merged_owners(found: QuerySet[Any], owners: Sequence[int], order: str, limit: int) -> Source:
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
    pieces = of_each(found.filter(owner=_OWNER).order_by(), _OWNER, owners)
    written = [f"({sql} {ordered})" if connection.vendor == "postgresql" else sql for sql, _ in pieces]
    return f"{' UNION ALL '.join(written)} {ordered}", [value for _, params in pieces for value in params]


def _direction(position: int, key: SortKey) -> str:
    return f"{position} {'DESC' if key.descending else 'ASC'}{' NULLS LAST' if key.nullable else ''}"

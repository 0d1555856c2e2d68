"""One page from the records of several owners, each read in order from an index.

"The newest open leads of my five colleagues" can be answered by walking all leads and skipping
those of others, or by sorting everything the five have: both grow with the table. Reading the
first page of each owner from an index that begins with the owner, and merging the five, does not.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.db import connection
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

if TYPE_CHECKING:
    from headwater.records.paging import SortKey

# Beyond this many owners so large a part of the table is visible that walking it in order is cheap.
MOST_OWNERS = 60
# So many rows of every owner are read and sorted; of more they are merged.
MOST_OF_EACH = 1_000
# Stands for the owner in the compiled statement; no number of a record is ever negative.
_PLACE = -(2**62)


def first_numbers(
    found: QuerySet[Any], owners: Sequence[int], keys: Sequence["SortKey"], limit: int
) -> list[int]:
    """Return the numbers of the first ``limit`` records in order. ``found`` is not limited to the owners yet.

    One statement; the last of ``keys`` is the record's number.
    """
    piece = found.filter(owner=_PLACE).values_list(*[key.attname for key in keys])[:limit]
    sql, params = piece.query.sql_with_params()
    place = params.index(_PLACE)
    pieces = [f"SELECT * FROM ({sql}) AS p{number}" for number in range(len(owners))]  # noqa: S608
    values = [value for owner in owners for value in (*params[:place], owner, *params[place + 1 :])]
    order = ", ".join(_direction(position, key) for position, key in enumerate(keys, start=1))
    statement = f"{' UNION ALL '.join(pieces)} ORDER BY {order} LIMIT {int(limit)}"
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return [row[-1] for row in cursor.fetchall()]


def merged_owners(
    found: QuerySet[Any], owners: Sequence[int], order: str, limit: int
) -> tuple[str, list[Any]]:
    """Return the query for the first rows of the owners together, where all that is asked is the owner.

    ``found`` gives the columns wanted, in an order that an index has for each owner; ``order`` says
    the same order by the places of the columns. Plainer than a page of each owner: SQLite merges no
    further than rows are asked for, PostgreSQL plans one piece for each owner only where many rows are asked.
    """
    if connection.vendor == "postgresql" and limit <= MOST_OF_EACH:
        sql, params = found.filter(owner=RawSQL("o.owner", []))[:limit].query.sql_with_params()
        source = f"SELECT p.* FROM unnest(%s::bigint[]) AS o(owner) CROSS JOIN LATERAL ({sql}) AS p"  # noqa: S608
        return f"{source} ORDER BY {order} LIMIT {int(limit)}", [list(owners), *params]
    sql, params = found.filter(owner=_PLACE).order_by().query.sql_with_params()
    place = params.index(_PLACE)
    values = [value for owner in owners for value in (*params[:place], owner, *params[place + 1 :])]
    ordered = f"ORDER BY {order} LIMIT {int(limit)}"
    piece = f"({sql} {ordered})" if connection.vendor == "postgresql" else sql
    return f"{' UNION ALL '.join([piece] * len(owners))} {ordered}", values


def _direction(position: int, key: "SortKey") -> str:
    return f"{position} {'DESC' if key.descending else 'ASC'}{' NULLS LAST' if key.nullable else ''}"

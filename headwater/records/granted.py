"""What is granted, read in the order of a list without looking at all of it."""

# ruff: noqa: S608, S610, S611  (pieces that Django compiled are put together; what people type are parameters)

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import F, Model, Q, QuerySet
from django.db.models.expressions import RawSQL

from headwater.access.grants import Held
from headwater.access.models import Grant, Level
from headwater.access.visibility import Streams
from headwater.records.find import EXISTS
from headwater.records.ordering import SortKey, Stretch, is_one_way

Source = tuple[str, Sequence[Any]]
"""A query as SQL with its parameters."""

# A user may have a record twice: shared, and as an assignee. Other holders have it once.
GRANTS_OF_RECORD = 2
# So few granted records are all looked at, whatever the order of the list ...
FEW = 1_000
# ... and so few numbers, no more than that, are handed on, for whoever fetches a page to choose among them.
HANDED_ON = 250
# So many entries of an index of everybody's records are walked rather than looking at more granted ones.
MOST_WALKED = 6_000
# Stands for the holder in the compiled statement; no text that is stored or asked for has this character.
_HOLDER = "\x00"


class Between(NamedTuple):
    """Instants of creation that limit a page: where it begins, and where it ends at the latest."""

    first: Any = None
    last: Any = None


NO_LIMITS = Between()


def newest_granted(
    found: QuerySet[Any], held: Held, limit: int, *, descending: bool = True, between: Between = NO_LIMITS
) -> list[Source]:
    """Return queries for the first records of holders in the order of their creation, both ends included.

    Each has the first ``limit`` of a holder or of all holders, and may have a record twice.
    """
    lateral = connection.vendor == "postgresql"
    table, grants = (connection.ops.quote_name(model._meta.db_table) for model in (found.model, Grant))
    where = [f"{grants}.record_id = {table}.id", f"{grants}.object = %s", f"{grants}.level >= %s"]
    params: list[Any] = [held.object_name, held.level]
    for instant, compared in zip(between, ("<=", ">=") if descending else (">=", "<="), strict=True):
        if instant is not None:
            where.append(f"{grants}.created_at {compared} %s")
            params.append(Grant._meta.get_field("created_at").get_db_prep_value(instant, connection))
    where.append(f"{grants}.holder = {'h.holder' if lateral else '%s'}")
    params += [] if lateral else [_HOLDER]
    columns = [RawSQL(f"{grants}.{column}", []) for column in ("created_at", "record_id")]
    ordering = [column.desc() if descending else column.asc() for column in columns]
    granted = found.extra(tables=[Grant._meta.db_table], where=where, params=params)
    granted = granted.order_by(*ordering)[: GRANTS_OF_RECORD * limit]
    if not lateral:
        return of_each(granted, _HOLDER, held.holders)
    # Planned once for all holders.
    sql, values = granted.query.sql_with_params()
    source = f"SELECT p.* FROM unnest(%s::text[]) AS h(holder) CROSS JOIN LATERAL ({sql}) AS p"
    return [(source, [list(held.holders), *values])]


def run(sql: str, params: Sequence[Any]) -> list[Any]:
    """Return the rows of a statement as the database gives them."""
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        rows: list[Any] = cursor.fetchall()
        return rows


def read_back(model: type[Model], keys: Sequence[SortKey], row: Sequence[Any]) -> list[Any]:
    """Return what ``run`` gave of columns of a model as the ORM reads it."""
    values = []
    for key, value in zip(keys, row, strict=True):
        field: Any = model._meta.get_field(key.attname)
        column = field.cached_col
        for convert in (*connection.ops.get_db_converters(column), *column.get_db_converters(connection)):
            value = convert(value, column, connection)
        values.append(value)
    return values


def of_each(found: QuerySet[Any], standing: Any, words: Sequence[Any]) -> list[Source]:
    """Return one query for each word in place of the one that stands for them, compiled once."""
    sql, params = found.query.sql_with_params()
    place = params.index(standing)
    return [(sql, (*params[:place], word, *params[place + 1 :])) for word in words]


def granted_first(
    found: QuerySet[Any], streams: Streams, stretch: Stretch, limit: int, *, last: Sequence[Any] | None
) -> list[int]:
    """Return numbers of granted records, the first ``limit`` of a stretch in any order among them.

    ``found`` gives the records of everybody in order, the number as the last column. Those beyond
    ``last``, a row of it, may be missing.
    """
    assert streams.held is not None
    held = _written(streams.held)
    count = _count(held, FEW + 1)
    if count <= HANDED_ON:
        return _up_to(HANDED_ON, held)
    walk = None if count <= FEW else _walk(found.model, stretch, last)
    if walk is not None:
        (source, params), order = walk
        few = None if last is None else _held_of_walk(streams.held, (source, params))
        if few is not None:
            if len(few) <= HANDED_ON:
                return few
            streams = _walking(streams, (source, params))
        elif _count(held, MOST_WALKED + 1) > MOST_WALKED:
            # Of so many, enough may be near the beginning.
            near = f"{source} ORDER BY {order} LIMIT {MOST_WALKED}"
            numbers = _numbers(found, _walking(streams, (near, params)), limit)
            if len(numbers) == limit:
                return numbers
    return _numbers(found, streams, limit)


def _held_of_walk(held: Held, walk: Source) -> list[int] | None:
    """Return numbers of a walk that are held, one more than is handed on at most; None of too long a walk."""
    source, params = walk
    if connection.vendor != "sqlite" or held.asked:
        if _count(walk, MOST_WALKED + 1) > MOST_WALKED:
            return None
        numbers, asked = _written(held)
        within = f"SELECT h.record_id FROM ({numbers}) AS h WHERE h.record_id IN ({source})"
        return _up_to(HANDED_ON + 1, (within, (*asked, *params)))
    # A record's grants are few: they are read once, not looked for once for each holder. Asked of each
    # record, because SQLite may go through all grants before it joins them.
    marks = ", ".join(["%s"] * len(held.holders))
    where = f"g.object = %s AND g.record_id = w.id AND +g.holder IN ({marks})"
    values: list[Any] = [*params, held.object_name, *held.holders]
    if held.level != Level.SEE:
        where += " AND g.level >= %s"
        values.append(held.level)
    grants = connection.ops.quote_name(Grant._meta.db_table)
    is_held = f"EXISTS (SELECT 1 FROM {grants} AS g WHERE {where})"
    walked = f"w AS MATERIALIZED ({source} LIMIT {MOST_WALKED + 1})"
    length = f"n AS MATERIALIZED (SELECT count(*) <= {MOST_WALKED} AS is_short FROM w)"
    numbers = f"SELECT NULL, w.id FROM n, w WHERE n.is_short AND {is_held} LIMIT {HANDED_ON + 1}"
    # One statement, because a second one takes longer to begin than this one to count.
    both = f"WITH {walked}, {length} SELECT is_short, NULL FROM n UNION ALL SELECT * FROM ({numbers})"
    rows = run(both, values)
    return None if (0, None) in rows else [number for _short, number in rows if number is not None]


def _walking(streams: Streams, walk: Source) -> Streams:
    """Return the parts of who looks at no granted records but those of a walk."""
    return streams.asking(Q(record_id__in=RawSQL(*walk)))


def _numbers(found: QuerySet[Any], streams: Streams, limit: int) -> list[int]:
    return [row[-1] for row in found.filter(streams.granted_q)[:limit]]


def _up_to(most: int, source: Source) -> list[int]:
    """Return the first numbers that a query gives."""
    return [number for (number,) in run(f"{source[0]} LIMIT {most}", source[1])]


def _count(source: Source, most: int) -> int:
    """Return how many rows a query gives, counted up to a number."""
    counted = run(f"SELECT count(*) FROM ({source[0]} LIMIT {most}) AS c", source[1])
    return int(counted[0][0])


def _written(held: Held) -> Source:
    """Return the query for the numbers of what is held. The ORM takes longer to write it than it runs."""
    if held.asked:
        return held.numbers().query.sql_with_params()
    return _written_plainly(held.object_name, held.holders, held.level)


@lru_cache(maxsize=512)
def _written_plainly(object_name: str, holders: tuple[str, ...], level: Level) -> Source:
    return Held(object_name, holders, level).numbers().query.sql_with_params()


def _walk(model: type[Model], stretch: Stretch, last: Sequence[Any] | None) -> tuple[Source, str] | None:
    """Return the query for the numbers of everybody's records of a stretch up to a row, and its order.

    None where no index has them in order. The row is as the database gave it.
    """
    keys = stretch.keys
    if not is_one_way(keys) or not _is_indexed(model, tuple(key.attname for key in keys)):
        return None
    fields: list[Any] = [model._meta.get_field(key.attname) for key in keys]
    columns = [connection.ops.quote_name(field.column) for field in fields]
    after, before = ("<", ">") if keys[0].descending else (">", "<")
    # Where a slot is filled: its index has no others.
    where, params = ["deleted_at IS NULL", f"{columns[0]} IS NOT NULL"], []
    if stretch.position is not None:
        where.append(_compared(columns, after))
        pairs = zip(fields, stretch.position, strict=True)
        params += [field.get_db_prep_value(value, connection) for field, value in pairs]
    if last is not None:
        where.append(_compared(columns, before))
        params += last
    source = f"SELECT id FROM {connection.ops.quote_name(model._meta.db_table)} WHERE {' AND '.join(where)}"
    direction = "DESC" if keys[0].descending else "ASC"
    return (source, params), ", ".join(f"{column} {direction}" for column in columns)


def _compared(columns: Sequence[str], sign: str) -> str:
    return f"({', '.join(columns)}) {sign} ({', '.join('%s' for _ in columns)})"


@lru_cache(maxsize=512)
def _is_indexed(model: type[Model], names: tuple[str, ...]) -> bool:
    """Say whether an index of everybody's records has columns in order: of a slot, where it is filled."""
    columns, whole = [F(name) for name in names], (EXISTS, EXISTS & Q(**{f"{names[0]}__isnull": False}))
    return any([*index.expressions] == columns and index.condition in whole for index in model._meta.indexes)

"""Ways through the search table, newest records first, as each database has them.

SQLite: FTS5 with trigrams and no positions, so the text itself is looked at again; words of one or
two letters inside others are the beginnings of trigrams, a range of its list of terms. PostgreSQL:
pg_trgm answers LIKE from three characters on; for shorter ones its planner walks the table.
"""

# ruff: noqa: S608  (what is put into the statements is written here; what people type are parameters)

from collections.abc import Sequence
from enum import IntEnum
from typing import Any, NamedTuple

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

from headwater.records.search.text import BREAK

TRIGRAMS = 12
"""The index is asked for so many of a long word's trigrams; the text decides."""
SHORT_PLACES = 20_000
"""So many places of a one- or two-letter word are read from the index, no more."""
FEW = 100
"""Rows that are read before those the reader may not see are passed over: often they are all."""
_LIKE_SPECIAL = {ord(character): f"\\{character}" for character in "\\%_"}


class Place(IntEnum):
    """Where in a text a word stands; the order is that of results."""

    WHOLE = 0
    BEGIN = 1
    INSIDE = 2


class Step(NamedTuple):
    """Records found, newest first, and whether these are all: False when a bound stopped the walk."""

    found: list[tuple[int, str]]
    complete: bool


class Seen(NamedTuple):
    """The condition that a reader may see the record of a row ``s``."""

    sql: str
    params: tuple[Any, ...]


def seen_by(visible: QuerySet[Any]) -> Seen:
    """Write what a reader may see as a question about each row, so that a walk can stop early."""
    try:
        one = visible.filter(pk=RawSQL("s.record_id", [])).order_by().values("pk")
        sql, params = one.query.sql_with_params()
    except EmptyResultSet:
        return Seen("1 = 0", ())
    return Seen(f"EXISTS ({sql})", tuple(params))


def needle_of(word: str, place: Place) -> str:
    """Return what a text holds that has the word at this place."""
    before = "" if place == Place.INSIDE else BREAK
    return f"{before}{word}{BREAK if place == Place.WHOLE else ''}"


def holds(column: str, words: Sequence[str], *, place: Place) -> tuple[str, list[str]]:
    """Return the condition for a text that has all the words at this place."""
    needles = [needle_of(word, place) for word in words]
    if connection.vendor == "sqlite":
        return " AND ".join([f"instr({column}, %s) > 0"] * len(needles)), needles
    patterns = [f"%{needle.translate(_LIKE_SPECIAL)}%" for needle in needles]
    return " AND ".join([f"{column} LIKE %s"] * len(patterns)), patterns


def newest(object_name: str, words: Sequence[str], seen: Seen, *, rows: int) -> Step:
    """Look at an object's newest rows only: where words are common, that is enough."""
    condition, params = holds("s.text", words, place=Place.INSIDE)
    table = "records_searchrow WHERE object = %s ORDER BY record_id DESC"
    found = _read(
        f"SELECT s.record_id, s.text FROM (SELECT record_id, text FROM {table} LIMIT {rows}) s "
        f"WHERE {condition} AND {seen.sql} ORDER BY s.record_id DESC",
        [object_name, *params, *seen.params],
    )
    older = _read(f"SELECT record_id FROM {table} LIMIT 1 OFFSET {rows}", [object_name])
    return Step(found, not older)


def indexed(
    object_name: str, words: Sequence[str], seen: Seen, *, place: Place, rows: int, wanted: int
) -> Step:
    """Ask the index for at most so many rows, and stop at so many that the reader may see."""
    few = min(FEW, rows)
    source, params = _rows(object_name, words, place, few)
    first = _read(f"SELECT s.record_id, s.text, {seen.sql} FROM ({source}) s", [*seen.params, *params])
    found = [(number, text) for number, text, visible in first if visible]
    if len(first) < few:
        return Step(found, _all_places_read(words[0], place))
    if len(found) >= wanted:
        return Step(found, False)
    source, params = _rows(object_name, words, place, rows)
    found = _read(
        f"SELECT s.record_id, s.text FROM ({source}) s WHERE {seen.sql} LIMIT {wanted}",
        [*params, *seen.params],
    )
    if len(found) == wanted:
        return Step(found, False)
    [[count]] = _read(f"SELECT count(*) FROM ({source}) s", params)
    return Step(found, count < rows and _all_places_read(words[0], place))


def _rows(object_name: str, words: Sequence[str], place: Place, rows: int) -> tuple[str, list[str]]:
    """Return the query for an object's newest rows with the words at a place."""
    condition, params = holds("s.text", words, place=place)
    if connection.vendor != "sqlite":
        sql = f"SELECT s.record_id, s.text FROM records_searchrow s WHERE s.object = %s AND {condition} "
        return f"{sql}ORDER BY s.record_id DESC LIMIT {rows}", [object_name, *params]
    source, asked = _sqlite_source(words[0], place)
    sql = f"SELECT s.record_id, s.text FROM {source} JOIN records_searchrow s ON s.id = f.number "
    sql += f"WHERE s.object = %s AND {condition} ORDER BY f.number DESC LIMIT {rows}"
    return sql, [*asked, object_name, *params]


def _is_short(word: str, place: Place) -> bool:
    return len(needle_of(word, place)) < 3


def _sqlite_source(word: str, place: Place, bound: int | None = SHORT_PLACES) -> tuple[str, list[str]]:
    """Return a subquery of the rows in which the index places a word."""
    if _is_short(word, place):
        limit = f" LIMIT {bound}" if bound else ""
        sql = f"SELECT doc AS number FROM records_search_terms WHERE term >= %s AND term < %s{limit}"
        return f"(SELECT DISTINCT number FROM ({sql})) f", _range(word)
    needle = needle_of(word, place)
    grams = list(dict.fromkeys(needle[at : at + 3] for at in range(len(needle) - 2)))[:TRIGRAMS]
    quoted = (gram.replace('"', '""') for gram in grams)
    sql = "SELECT rowid AS number FROM records_search_fts WHERE records_search_fts MATCH %s"
    return f"({sql}) f", [" AND ".join(f'"{gram}"' for gram in quoted)]


def _all_places_read(word: str, place: Place) -> bool:
    """Say whether no bound kept places of a short word from being read."""
    if connection.vendor != "sqlite" or not _is_short(word, place):
        return True
    return _places(word, place, SHORT_PLACES) < SHORT_PLACES


def _places(word: str, place: Place, bound: int) -> int:
    """Count the places of a word in SQLite's index, no further than a bound."""
    if _is_short(word, place):
        source, params = "records_search_terms WHERE term >= %s AND term < %s", _range(word)
    else:
        source, params = _sqlite_source(word, place)
    [[count]] = _read(f"SELECT count(*) FROM (SELECT 1 FROM {source} LIMIT {bound})", params)
    return int(count)


def _range(beginning: str) -> list[str]:
    return [beginning, f"{beginning}\U0010ffff"]


def is_common(words: Sequence[str], bound: int) -> bool:
    """Say whether SQLite's index places the rarest of the words at least so often."""
    return _places(words[0], Place.INSIDE, bound) >= bound


def all_numbers(object_name: str, words: Sequence[str]) -> tuple[str, list[str]]:
    """Return the query for the numbers of all records with the words."""
    condition, params = holds("s.text", words, place=Place.INSIDE)
    if connection.vendor != "sqlite":
        sql = f"SELECT s.record_id FROM records_searchrow s WHERE s.object = %s AND {condition}"
        return sql, [object_name, *params]
    source, asked = _sqlite_source(words[0], Place.INSIDE, bound=None)
    sql = f"SELECT s.record_id FROM {source} JOIN records_searchrow s ON s.id = f.number "
    return f"{sql}WHERE s.object = %s AND {condition}", [*asked, object_name, *params]


def _read(sql: str, params: Sequence[Any]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        rows: list[Any] = cursor.fetchall()
        return rows

"""Ways through the search table, newest records first, as each database has them.

SQLite: FTS5 with trigrams and no positions, so the text itself is looked at again; words of one or
two letters inside others are the beginnings of trigrams, a range of its list of terms. PostgreSQL:
pg_trgm answers LIKE from three characters on; for shorter ones its planner walks the table.
"""

# ruff: noqa: S608  (what is put into the statements is written here; what people type are parameters)

from collections.abc import Sequence
from enum import IntEnum
from typing import Any, NamedTuple

from django.db import connection

from headwater.records.search.text import BREAK

TRIGRAMS = 12
"""The index is asked for so many of a long word's trigrams; the text decides."""
SHORT_PLACES = 20_000
"""So many places of a one- or two-letter word are read from the index, no more."""
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


def newest(object_name: str, words: Sequence[str], *, rows: int) -> Step:
    """Look at an object's newest rows only: where words are common, that is enough."""
    condition, params = holds("s.text", words, place=Place.INSIDE)
    table = "records_searchrow WHERE object = %s ORDER BY record_id DESC"
    found = _read(
        f"SELECT s.record_id, s.text FROM (SELECT record_id, text FROM {table} LIMIT {rows}) s "
        f"WHERE {condition} ORDER BY s.record_id DESC",
        [object_name, *params],
    )
    older = _read(f"SELECT record_id FROM {table} LIMIT 1 OFFSET {rows}", [object_name])
    return Step(found, not older)


def indexed(object_name: str, words: Sequence[str], *, place: Place, rows: int) -> Step:
    """Ask the index for at most so many rows."""
    if connection.vendor == "sqlite":
        return _sqlite_indexed(object_name, words, place, rows)
    condition, params = holds("text", words, place=place)
    found = _read(
        f"SELECT record_id, text FROM records_searchrow WHERE object = %s AND {condition} "
        f"ORDER BY record_id DESC LIMIT {rows}",
        [object_name, *params],
    )
    return Step(found, len(found) < rows)


def _sqlite_indexed(object_name: str, words: Sequence[str], place: Place, rows: int) -> Step:
    condition, params = holds("s.text", words, place=place)
    source, asked = _sqlite_source(words[0], place)
    found = _read(
        f"SELECT s.record_id, s.text FROM {source} JOIN records_searchrow s ON s.id = f.number "
        f"WHERE s.object = %s AND {condition} ORDER BY f.number DESC LIMIT {rows}",
        [*asked, object_name, *params],
    )
    complete = len(found) < rows
    if complete and _is_short(words[0], place):
        complete = _places(words[0], place, SHORT_PLACES) < SHORT_PLACES
    return Step(found, complete)


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

"""What the indexes of each database say about typed words.

SQLite: FTS5 with trigrams, and FTS5 with whole words, both without positions, so that the text itself
is looked at again. What has one or two letters is the beginning of trigrams, a range of their list.
PostgreSQL: pg_trgm answers LIKE from three characters on; for less, and for whole words that are
nowhere, ``parts`` knows more.
"""

# ruff: noqa: S608  (what is put into the statements is written here; what people type are parameters)

import re
from collections.abc import Sequence
from typing import Any, NamedTuple

from django.db import connection

from headwater.records.search import parts
from headwater.records.search.models import SearchRow
from headwater.records.search.places import Place, holds, like, needle_of

TRIGRAMS = 16
"""The index is asked for so many trigrams of the words; the text decides."""
SHORT_PLACES = 20_000
"""So many places of a one- or two-letter word are read from SQLite's index, no more."""
MOST_PATTERNS = 300
"""PostgreSQL's index is asked for the texts that match one of so many patterns, no more."""
_NO_BOUND = -1
_DIGIT = re.compile(r"[0-9]")


class Found(NamedTuple):
    """Rows that the index names (object, number, text), and whether these are all; without, some may lack."""

    rows: list[tuple[str, int, str]]
    complete: bool


class Bounded(NamedTuple):
    """A query for what an index names, its parameters, and the number of rows at which it stops."""

    sql: str
    params: list[Any]
    bound: int


class Asked(NamedTuple):
    """A query (number, text) and its parameters; ``bounded`` is the part of it that a bound can stop."""

    sql: str
    params: list[Any]
    bounded: Bounded


def everywhere(words: Sequence[str], place: Place, bound: int) -> Found:
    """Return the rows of all objects that can have the words at a place; fewer than ``bound``, or not all."""
    if connection.vendor == "sqlite":
        return _sqlite_everywhere(words, place, bound)
    if place == Place.WHOLE and not parts.stand_whole(words):
        return Found([], True)
    if _is_short(words, place):
        # Some of it would be much for the index; what the reader has is looked at first.
        return Found([], parts.containing(words[0], 1) == [])
    condition, params = holds("text", words, place=place)
    source = f"records_searchrow WHERE {condition} LIMIT {bound}"
    rows = read(f"SELECT object, record_id, text FROM {source}", params)
    return Found(rows, len(rows) < bound)


def _sqlite_everywhere(words: Sequence[str], place: Place, bound: int) -> Found:
    plain = _plain(words, place)
    if place == Place.BEGIN and plain:
        # Place by place in the list of words: the index would first collect all for its order.
        sql, params, _bound = _places("records_search_word_list", plain[0], bound)
    else:
        sql, params, _bound = _sqlite_rows(words, place, bound)
    numbers = [number for (number,) in read(sql, params)]
    if len(numbers) == bound:
        return Found([], False)
    rows = SearchRow.objects.filter(pk__in=numbers).values_list("object", "record_id", "text")
    return Found(list(rows) if numbers else [], True)


def of_object(object_name: str, words: Sequence[str], place: Place, rows: int) -> Asked | None:
    """Return the query (number, text) for the records of an object with the words at a place.

    It is bounded by about ``rows`` of them. None where no index helps.
    """
    condition, params = holds("s.text", words, place=place)
    where = f"WHERE s.object = %s AND {condition}"
    asked = [object_name, *params]
    if connection.vendor == "sqlite":
        bounded = _sqlite_rows(words, place, SHORT_PLACES if _is_short(words, place) else rows)
        sql = f"SELECT s.record_id, s.text FROM ({bounded.sql}) f JOIN records_searchrow s ON s.id = f.number"
        return Asked(f"{sql} {where}", [*bounded.params, *asked], bounded)
    patterns: list[str] | None = [like(needle_of(words[0], place))]
    if _is_short(words, place):
        patterns = parts.containing(words[0], MOST_PATTERNS + 1)
    if patterns is None or len(patterns) > MOST_PATTERNS:
        return None
    # A function, for it has settings of its own: the planner may expect so much that it reads the table.
    bounded = Bounded("SELECT * FROM records_search_any(%s::text[], %s)", [patterns, rows], rows)
    sql = f"SELECT s.record_id, s.text FROM ({bounded.sql}) s {where}"
    return Asked(sql, [*bounded.params, *asked], bounded)


def named_all(asked: Asked) -> bool:
    """Say whether no bound kept the index from naming everything."""
    sql, params, bound = asked.bounded
    return bool(read(f"SELECT count(*) FROM ({sql}) f", params)[0][0] < bound)


def _sqlite_rows(words: Sequence[str], place: Place, bound: int) -> Bounded:
    """Return the query for the numbers of rows that SQLite's index names, last entered first where it can.

    Of a short word it gives every place, so that a row can come more than once.
    """
    if _is_short(words, place):
        return _places("records_search_terms", words[0], bound)
    table, match = _fts_query(words, place)
    sql = f"SELECT rowid AS number FROM {table} WHERE {table} MATCH %s ORDER BY rowid DESC LIMIT {bound}"
    return Bounded(sql, [match], bound)


def _places(table: str, beginning: str, bound: int) -> Bounded:
    sql = f"SELECT doc AS number FROM {table} WHERE term >= %s AND term < %s LIMIT {bound}"
    return Bounded(sql, [beginning, f"{beginning}\U0010ffff"], bound)


def _plain(words: Sequence[str], place: Place) -> list[str]:
    """Return the words for which the index of whole words is asked.

    Digits are not in it: numbers differ from record to record.
    """
    least = {Place.WHOLE: 1, Place.BEGIN: 3}.get(place, 10**6)
    return [word for word in words if len(word) >= least and not _DIGIT.search(word)]


def _fts_query(words: Sequence[str], place: Place) -> tuple[str, str]:
    plain = _plain(words, place)
    if plain:
        after = " *" if place == Place.BEGIN else ""
        return "records_search_words", " AND ".join(f"{_quoted(word)}{after}" for word in plain)
    grams = dict.fromkeys(gram for word in words for gram in _trigrams(word, place))
    return "records_search_fts", " AND ".join(_quoted(gram) for gram in list(grams)[:TRIGRAMS])


def _trigrams(word: str, place: Place) -> list[str]:
    """Return the trigrams that tell a word at a place; every word has two spaces before and after it."""
    before = "" if place == Place.INSIDE else " " if len(word) > 1 or place == Place.WHOLE else "  "
    framed = f"{before}{word}{' ' if place == Place.WHOLE else ''}"
    return [framed[at : at + 3] for at in range(len(framed) - 2)]


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def _is_short(words: Sequence[str], place: Place) -> bool:
    return place == Place.INSIDE and len(words[0]) < 3


def is_common(words: Sequence[str], bound: int) -> bool:
    """Say whether SQLite's index names at least so many rows, or places of a short word."""
    sql, params, _bound = _sqlite_rows(words, Place.INSIDE, bound)
    return bool(read(f"SELECT count(*) FROM ({sql}) f", params)[0][0] >= bound)


def all_numbers(object_name: str, words: Sequence[str]) -> tuple[str, list[Any]]:
    """Return the query for the numbers of all records with the words."""
    condition, params = holds("s.text", words, place=Place.INSIDE)
    if connection.vendor != "sqlite":
        sql = f"SELECT s.record_id FROM records_searchrow s WHERE s.object = %s AND {condition}"
        return sql, [object_name, *params]
    named = _sqlite_rows(words, Place.INSIDE, _NO_BOUND)
    sql = f"SELECT s.record_id FROM ({named.sql}) f JOIN records_searchrow s ON s.id = f.number "
    return f"{sql}WHERE s.object = %s AND {condition}", [*named.params, object_name, *params]


def read(sql: str, params: Sequence[Any]) -> list[Any]:
    """Run a statement and return its rows."""
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        rows: list[Any] = cursor.fetchall()
        return rows

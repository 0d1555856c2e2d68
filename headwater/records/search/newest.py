"""The newest records that a reader has, and which of them hold typed words.

Where words are common that is all that need be looked at, however many records others have; of a
reader who has few it is everything.
"""

# ruff: noqa: S608  (what is put into the statements is written here; what people type are parameters)

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, NamedTuple

from django.core.exceptions import EmptyResultSet
from django.db.models import QuerySet
from django.utils.dateparse import parse_datetime

from headwater.access import grants
from headwater.access.visibility import visible_streams
from headwater.records.find import find_existing, find_records
from headwater.records.granted import newest_granted
from headwater.records.merging import merged_owners, pays
from headwater.records.search.places import Place, contains
from headwater.records.search.sources import read
from headwater.records.search.texts import text_of
from headwater.users.actor import Actor

NEWEST_FIRST = ("-created_at", "-id")
COLUMNS = ("created_at", "id")


class Held(NamedTuple):
    """A record that holds the words."""

    number: int
    created_at: datetime
    text: str


class Newest(NamedTuple):
    """What was found of an object, newest first, and how many records were there to be looked at."""

    held: list[Held]
    looked_at: int


def newest_of_each(
    actor: Actor, object_names: Iterable[str], words: Sequence[str], place: Place, *, rows: int, wanted: int
) -> dict[str, Newest]:
    """Return of each object the first ``wanted`` that hold the words at a place, or at a better one.

    No more than the newest ``rows`` records that the reader has are looked at; one statement for all.
    """
    condition, asked = contains("s.text", words, place=place)
    pieces: list[str] = []
    params: list[Any] = []
    for name, (source, before) in _newest_of_each(actor, object_names, rows):
        # Joined in this order SQLite stops early; PostgreSQL's planner sees by itself that it can.
        joined = "r CROSS JOIN records_searchrow s WHERE s.object = %s AND s.record_id = r.id"
        first = (
            f"SELECT %s AS name, r.id, r.created_at, s.text FROM {joined} AND {condition} LIMIT {int(wanted)}"
        )
        count = "SELECT %s, count(*), NULL, NULL FROM r"
        piece = f"WITH r AS ({source}) SELECT * FROM ({first}) AS h UNION ALL {count}"
        pieces.append(f"SELECT * FROM ({piece}) AS w{len(pieces)}")
        params += [*before, name, text_of(actor, name), *asked, name]
    found = {name: Newest([], 0) for name in object_names}
    for name, number, created, text in read(" UNION ALL ".join(pieces), params) if pieces else ():
        if text is None:
            found[name] = found[name]._replace(looked_at=number)
        else:
            found[name].held.append(Held(number, _instant(created), text))
    return found


def _newest_of_each(
    actor: Actor, object_names: Iterable[str], rows: int
) -> Iterator[tuple[str, tuple[str, Sequence[Any]]]]:
    for name in object_names:
        with suppress(EmptyResultSet):
            yield name, _newest(actor, name, rows)


def _newest(actor: Actor, object_name: str, rows: int) -> tuple[str, Sequence[Any]]:
    """Return the query for the reader's newest records: their creation and number."""
    streams = visible_streams(actor, object_name)
    if streams is not None and pays(streams):
        if streams.held is None:
            return _newest_of_owners(object_name, streams.owners, rows)
        return _newest_of_streams(object_name, streams.owners, streams.held, rows)
    visible = find_records(actor, object_name).order_by(*NEWEST_FIRST).values_list(*COLUMNS)
    return visible[:rows].query.sql_with_params()


@lru_cache(maxsize=512)
def _newest_of_owners(object_name: str, owners: tuple[int, ...], rows: int) -> tuple[str, Sequence[Any]]:
    # Remembered, for writing the statement takes as long as running it.
    return merged_owners(_by_creation(object_name), owners, "1 DESC, 2 DESC", rows)


def _by_creation(object_name: str) -> QuerySet[Any, Any]:
    return find_existing(object_name).order_by(*NEWEST_FIRST).values_list(*COLUMNS)


def _newest_of_streams(
    object_name: str, owners: tuple[int, ...], held: grants.Held, rows: int
) -> tuple[str, Sequence[Any]]:
    sql, params = _newest_of_owners(object_name, owners, rows)
    sources, values = [sql], [*params]
    for source, more in newest_granted(_by_creation(object_name), held, rows):
        sources.append(source)
        values += more
    pieces = " UNION ".join(f"SELECT * FROM ({source}) AS n{n}" for n, source in enumerate(sources))
    return f"{pieces} ORDER BY 1 DESC, 2 DESC LIMIT {int(rows)}", values


def _instant(stored: datetime | str) -> datetime:
    """Read an instant as the cursor gives it: SQLite has text in UTC."""
    found = parse_datetime(stored) if isinstance(stored, str) else stored
    assert found is not None
    return found if found.tzinfo else found.replace(tzinfo=UTC)

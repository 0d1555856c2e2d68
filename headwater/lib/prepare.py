"""Turning model instances into rows of database values, thousands at a time."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from operator import attrgetter
from types import NoneType
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections, models
from pydantic_core import to_json

# What both databases take as it is.
_PLAIN = frozenset({str, bytes, int, bool, float, NoneType})
_REPEATING = frozenset({datetime, date, tuple})
_NOTHING = frozenset({NoneType})


def prepared_rows(rows: Sequence[models.Model], fields: Iterable[Any]) -> list[tuple[Any, ...]]:
    """Return what ``get_db_prep_save`` gives for each field of each instance; JSON as text.

    Works column by column and asks the field only where a value needs it, which is several times
    faster than asking for every cell.
    """
    return list(zip(*(_column(_values(rows, field), field) for field in fields), strict=True))


def filled_columns(
    rows: Sequence[models.Model], fields: Iterable[Any]
) -> tuple[list[Any], list[tuple[Any, ...]]]:
    """Return the fields of which any instance has a value, and the rows of these."""
    used, columns = [], []
    owned = [vars(row) for row in rows]
    for field in fields:
        # A new instance holds all its values itself.
        values = [own[field.attname] for own in owned]
        if field.null and _NOTHING.issuperset(map(type, values)):
            continue
        used.append(field)
        columns.append(_column(values, field, as_text=True))
    return used, list(zip(*columns, strict=True))


def _values(rows: Sequence[models.Model], field: Any) -> list[Any]:
    return list(map(attrgetter(field.attname), rows))


def _column(values: list[Any], field: Any, *, as_text: bool = False) -> list[Any]:
    connection = connections[DEFAULT_DB_ALIAS]  # the proxy ``django.db.connection`` looks it up every time
    prepare = field.get_db_prep_save
    if isinstance(field, models.JSONField):
        return [None if value is None else to_json(value).decode() for value in values]
    kinds = set(map(type, values))
    if _PLAIN.issuperset(kinds):
        return values
    known: dict[Any, Any] = {}
    column = []
    for value in values:
        kind = type(value)
        if kind in _PLAIN:
            column.append(value)
        elif kind in _REPEATING:
            if value not in known:
                found = prepare(value, connection)
                # What comes again and again is written as text once, not by psycopg each time.
                known[value] = str(found) if as_text else found
            column.append(known[value])
        else:
            column.append(prepare(value, connection))
    return column

"""Turning model instances into rows of database values, thousands at a time."""

from collections.abc import Sequence
from datetime import date, datetime
from types import NoneType
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections, models

# What both databases take as it is.
_PLAIN = frozenset({str, bytes, int, bool, float, NoneType})
_REPEATING = frozenset({datetime, date, tuple})


def prepared_rows(rows: Sequence[models.Model], fields: Sequence[Any]) -> list[tuple[Any, ...]]:
    """Return what ``get_db_prep_save`` gives for each field of each instance.

    Works column by column and asks the field only where a value needs it, which is several times
    faster than asking for every cell.
    """
    connection = connections[DEFAULT_DB_ALIAS]  # the proxy ``django.db.connection`` looks it up every time
    return list(zip(*(_column(rows, field, connection) for field in fields), strict=True))


def _column(rows: Sequence[models.Model], field: Any, connection: Any) -> list[Any]:
    attname, prepare = field.attname, field.get_db_prep_save
    values = [getattr(row, attname) for row in rows]
    if isinstance(field, models.JSONField):
        return [None if value is None else prepare(value, connection) for value in values]
    if _PLAIN.issuperset(map(type, values)):
        return values
    known: dict[Any, Any] = {}
    column = []
    for value in values:
        kind = type(value)
        if kind in _PLAIN:
            column.append(value)
        elif kind in _REPEATING:
            if value not in known:
                known[value] = prepare(value, connection)
            column.append(known[value])
        else:
            column.append(prepare(value, connection))
    return column

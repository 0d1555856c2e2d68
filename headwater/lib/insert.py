"""Inserting thousands of rows with one prepared statement."""

from collections.abc import Sequence
from typing import Any, TypeVar

from django.db import connection, models

from headwater.lib.prepare import prepared_rows

M = TypeVar("M", bound=models.Model)


def insert_many(rows: Sequence[M]) -> None:
    """Insert unsaved model instances of one class and give them their numbers, in order.

    About five times faster than the ORM's own bulk insert, which builds one long statement per
    batch. Must run inside a transaction. Model hooks are not called.
    """
    if not rows:
        return
    model = type(rows[0])
    for row, number in zip(rows, _reserve(model, len(rows)), strict=True):
        row.pk = number
        row._state.adding = False
    columns = [field for field in model._meta.concrete_fields if _is_used(field, rows)]
    quote = connection.ops.quote_name
    names = ", ".join(quote(str(field.column)) for field in columns)
    table = quote(model._meta.db_table)
    prepared = prepared_rows(rows, columns)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
                for values in prepared:
                    copy.write_row(values)
        else:
            marks = ", ".join(["%s"] * len(columns))
            cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks})", prepared)  # noqa: S608


def _is_used(field: Any, rows: Sequence[models.Model]) -> bool:
    """Say whether any row has a value: what is empty in all of them the database leaves empty by itself."""
    attname = field.attname
    return not field.null or any(row.__dict__[attname] is not None for row in rows)


def _reserve(model: type[models.Model], count: int) -> range | list[int]:
    """Return new numbers: of the sequence on PostgreSQL, after the highest ever used on SQLite.

    On SQLite the caller's transaction holds the write lock, so nobody else can take them.
    """
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)", [table, count]
            )
            return [row[0] for row in cursor.fetchall()]
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        found = cursor.fetchone()
        first = (found[0] if found else 0) + 1
        return range(first, first + count)

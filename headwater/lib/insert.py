"""Inserting thousands of rows with one prepared statement."""

# ruff: noqa: S608  (tables and columns are named by the models; values are parameters)

from collections.abc import Sequence
from typing import Any, TypeVar

from django.db import connection, models

from headwater.lib.prepare import filled_columns
from headwater.lib.sending import sender

M = TypeVar("M", bound=models.Model)
Values = tuple[Any, ...]


def insert_many(rows: Sequence[M], *, numbered: bool = True) -> None:
    """Insert unsaved model instances of one class and give them their numbers, in order.

    About five times faster than the ORM's own bulk insert, which builds one long statement per
    batch. Must run inside a transaction. Model hooks are not called. Where nobody needs the numbers,
    rows that are not ``numbered`` spare PostgreSQL a question.
    """
    if not rows:
        return
    model = type(rows[0])
    fields = list(model._meta.concrete_fields)
    if numbered:
        key = model._meta.pk.attname
        for row, number in zip(rows, _reserve(model, len(rows)), strict=True):
            setattr(row, key, number)
            row._state.adding = False
    else:
        fields.remove(model._meta.pk)
    # What is empty in all of them the database leaves empty by itself.
    _write(model, *filled_columns(rows, fields))


def insert_values(model: type[models.Model], attnames: Sequence[str], rows: Sequence[Values]) -> None:
    """Insert rows of values as the database takes them; it numbers them in their order.

    Must run inside a transaction.
    """
    _write(model, [model._meta.get_field(attname) for attname in attnames], rows)


def _write(model: type[models.Model], fields: Sequence[Any], rows: Sequence[Values]) -> None:
    quote = connection.ops.quote_name
    names = ", ".join(quote(str(field.column)) for field in fields)
    table = quote(model._meta.db_table)
    if ahead := sender():
        ahead.send(f"COPY {table} ({names}) FROM STDIN", rows)
        return
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
                for values in rows:
                    copy.write_row(values)
        else:
            marks = ", ".join(["%s"] * len(fields))
            cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks})", rows)


def _reserve(model: type[models.Model], count: int) -> range | list[int]:
    """Return new numbers: of the sequence on PostgreSQL, after the highest ever used on SQLite.

    On SQLite the caller's transaction holds the write lock, so nobody else can take them.
    """
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                # OFFSET 0 has the name of the sequence looked up once, not for every number.
                "SELECT nextval(name) FROM generate_series(1, %s),"
                " (SELECT pg_get_serial_sequence(%s, 'id')::regclass AS name OFFSET 0) AS sequence",
                [count, table],
            )
            return [row[0] for row in cursor.fetchall()]
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        found = cursor.fetchone()
        first = (found[0] if found else 0) + 1
        return range(first, first + count)

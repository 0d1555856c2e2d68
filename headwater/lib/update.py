"""Updating thousands of rows with few statements."""

# ruff: noqa: S608  (tables and columns are named by the models; values are parameters)

from collections.abc import Collection, Sequence
from typing import Any

from django.db import connection, models

from headwater.lib.prepare import prepared_rows


def update_many(rows: Sequence[models.Model], attnames: Collection[str]) -> None:
    """Save some columns of saved model instances of one class.

    Far faster than the ORM's bulk update, whose statement grows with rows times columns. Must
    run inside a transaction. Model hooks are not called.
    """
    if not rows or not attnames:
        return
    meta = type(rows[0])._meta
    columns = [f for f in meta.concrete_fields if f.attname in attnames]
    quote = connection.ops.quote_name
    settings = ", ".join(f"{quote(str(field.column))} = %s" for field in columns)
    prepared = prepared_rows(rows, [*columns, meta.pk])
    with connection.cursor() as cursor:
        cursor.executemany(f"UPDATE {quote(meta.db_table)} SET {settings} WHERE id = %s", prepared)


def update_temporary(table: str, columns: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None:
    """Write columns of a temporary table: of each row the values, then the number.

    Names come quoted, values as the database takes them. PostgreSQL gets them in one stream and takes
    them over in one statement, which is several times faster than one for each row.
    """
    settings = ", ".join(f"{column} = %s" for column in columns)
    with connection.cursor() as cursor:
        if connection.vendor != "postgresql":
            cursor.executemany(f"UPDATE {table} SET {settings} WHERE id = %s", rows)
            return
        names = ", ".join([*columns, "id"])
        cursor.execute(f"CREATE TEMPORARY TABLE written AS SELECT {names} FROM {table} WITH NO DATA")
        with cursor.copy(f"COPY written ({names}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        taken = ", ".join(f"{column} = written.{column}" for column in columns)
        cursor.execute(f"UPDATE {table} SET {taken} FROM written WHERE {table}.id = written.id")
        cursor.execute("DROP TABLE written")

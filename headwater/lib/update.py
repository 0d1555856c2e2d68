"""Updating thousands of rows with one prepared statement."""

from collections.abc import Collection, Sequence

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
        cursor.executemany(f"UPDATE {quote(meta.db_table)} SET {settings} WHERE id = %s", prepared)  # noqa: S608

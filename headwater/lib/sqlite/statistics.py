"""What SQLite's planner knows of the tables.

PostgreSQL looks by itself. SQLite looks only when told, and without figures it guesses: on a large
table it can then take the wrong one of two indexes.
"""

from django.db import connection

LARGE = 10_000
"""Rows from which a table is looked at. Figures of a small one would mislead when it has grown."""
_ROWS_PER_INDEX = 100_000
"""Enough to see how many records an owner has; some tenths of a second at a million."""


def renew_statistics() -> list[str]:
    """Look at the large tables, a part of each index; return their names. Nothing on PostgreSQL."""
    if connection.vendor != "sqlite":
        return []
    quote = connection.ops.quote_name
    looked_at = []
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA analysis_limit = {_ROWS_PER_INDEX}")
        for table in sorted(connection.introspection.django_table_names(only_existing=True)):
            cursor.execute(f"SELECT max(rowid) FROM {quote(table)}")  # noqa: S608
            if (cursor.fetchone()[0] or 0) >= LARGE:
                cursor.execute(f"ANALYZE {quote(table)}")
                looked_at.append(table)
    return looked_at

"""SQL pieces that both databases must answer alike."""

from typing import Any

from django.db.models import CharField, TextField, Transform


class Lowered(Transform):
    """``__lowered``: text in lower case by Unicode's rules, as Python's ``str.lower`` has it.

    SQLite's own LOWER knows only ASCII, so the connection brings a function; PostgreSQL's
    depends on how the database was made, so the ICU root collation is named.
    """

    lookup_name = "lowered"
    output_field = TextField()

    def as_sqlite(self, compiler: Any, connection: Any, **_options: Any) -> Any:
        sql, params = compiler.compile(self.lhs)
        return f"HEADWATER_LOWER({sql})", params

    def as_postgresql(self, compiler: Any, connection: Any, **_options: Any) -> Any:
        sql, params = compiler.compile(self.lhs)
        return f'LOWER({sql} COLLATE "und-x-icu")', params


def register_lookups() -> None:
    """Make ``__lowered`` known to text columns."""
    CharField.register_lookup(Lowered)
    TextField.register_lookup(Lowered)

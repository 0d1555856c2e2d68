"""The database engine ``headwater.lib.sqlite``."""

from typing import Any

from django.db.backends.sqlite3 import base


def lower(text: str | None) -> str | None:
    """Lower-case by Unicode's rules; SQLite's own function stops at ASCII."""
    return text.lower() if isinstance(text, str) else text


class DatabaseWrapper(base.DatabaseWrapper):
    """Registers our functions on every new connection."""

    def get_new_connection(self, conn_params: Any) -> Any:
        connection = super().get_new_connection(conn_params)
        connection.create_function("HEADWATER_LOWER", 1, lower, deterministic=True)
        return connection

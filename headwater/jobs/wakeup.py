"""How a worker learns that a job was queued: NOTIFY on PostgreSQL, the change counter on SQLite.

Only a shortcut: a worker looks for due jobs every second anyway, so a lost wake-up costs a second.
"""

from typing import Protocol

from django.db import connection

CHANNEL = "headwater_jobs"


def notify() -> None:
    """Wake the workers when the current transaction commits; nothing to do on SQLite."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"NOTIFY {CHANNEL}")


class Watch(Protocol):
    """Sees through the calling thread's connection that a job may have been queued."""

    tick: float
    """Seconds between two looks at ``changed``."""

    def files(self) -> list[int]:
        """Return the descriptors that become readable when something happened."""

    def changed(self) -> bool:
        """Say whether something happened since the last call."""


class SqliteWatch:
    """``PRAGMA data_version`` moves when another connection, in this or another process, commits."""

    tick = 0.1

    def __init__(self) -> None:
        self._version = -1

    def files(self) -> list[int]:
        return []

    def changed(self) -> bool:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA data_version")
            version: int = cursor.fetchone()[0]
        moved, self._version = version != self._version, version
        return moved


class PostgresWatch:
    """LISTEN on the thread's connection, again after every reconnection.

    A notification arrives either while a query of this thread runs (the handler sees it) or between
    queries (the descriptor becomes readable, and the next query reads it).
    """

    tick = 1.0

    def __init__(self) -> None:
        self._listening: object = None
        self._notified = False

    def files(self) -> list[int]:
        self._listen()
        with connection.wrap_database_errors:
            return [connection.connection.fileno()]

    def changed(self) -> bool:
        self._listen()
        notified, self._notified = self._notified, False
        return notified

    def _listen(self) -> None:
        connection.ensure_connection()
        if connection.connection is self._listening:
            return
        connection.connection.add_notify_handler(self._on_notify)
        with connection.cursor() as cursor:
            cursor.execute(f"LISTEN {CHANNEL}")
        self._listening = connection.connection
        self._notified = True  # what came before we listened was not heard

    def _on_notify(self, _notification: object) -> None:
        self._notified = True


def open_watch() -> Watch:
    return PostgresWatch() if connection.vendor == "postgresql" else SqliteWatch()

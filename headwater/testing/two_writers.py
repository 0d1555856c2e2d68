"""Two connections that write at the same time, on PostgreSQL: SQLite lets one transaction write at a time."""

from collections.abc import Callable, Iterator
from threading import Event, Thread
from typing import Any

import pytest
from django.db import connection, connections, transaction

from headwater.lib.memo import unit_of_work
from headwater.metadata.custom import rows

only_postgresql = pytest.mark.skipif(
    connection.vendor != "postgresql", reason="SQLite lets one transaction write at a time"
)


@pytest.fixture
def two_writers(transactional_db: None) -> Iterator[Callable[..., Any]]:
    """Return a function that lets a second connection work while the first has not committed yet."""

    def work(first: Callable[[], Any], second: Callable[[], Any]) -> Any:
        """Return what the second came to, a result or an exception."""
        outcome: list[Any] = []
        process: list[int] = []
        begun = Event()

        def run() -> None:
            try:
                connection.ensure_connection()
                process.append(connection.connection.info.backend_pid)
                begun.set()
                with unit_of_work():
                    outcome.append(second())
            except Exception as problem:
                outcome.append(problem)
            finally:
                begun.set()
                connections.close_all()

        thread = Thread(target=run)
        with unit_of_work(), transaction.atomic():
            first()
            thread.start()
            begun.wait()
            while thread.is_alive() and not _waits(process[0]):
                thread.join(0.01)
        thread.join()
        return outcome[0]

    yield work
    rows.forget()


def _waits(process: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT cardinality(pg_blocking_pids(%s)) > 0", [process])
        return bool(cursor.fetchone()[0])

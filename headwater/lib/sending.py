"""Sending rows to PostgreSQL without waiting until it has taken them in.

Whoever writes thousands of rows takes turns with the database: it idles while Python prepares them,
then Python waits while it checks, stores and indexes them. Inside ``sending_ahead`` rows go into the
connection's buffers and Python goes on; whatever is asked of the database next waits for them first.
So statements take effect in their order, as ever. What the database says against a row is raised
by the next statement, or by the end of the block.
"""

import selectors
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from typing import Any, TypeVar

import psycopg
from django.db import DatabaseError, connection
from psycopg.copy import LibpqWriter
from psycopg.pq import ExecStatus

T = TypeVar("T")

PORTION = 1_000
"""Rows that are worth sending while the next ones are prepared."""


class _Unasked(LibpqWriter):
    """Writes rows, and ends without asking what became of them."""

    def finish(self, exc: BaseException | None = None) -> None:
        if exc is not None:
            super().finish(exc)
            return
        server = self.connection.pgconn
        while not server.put_copy_end():  # 0 where libpq has no room for it at the moment
            server.flush()
        server.flush()


class Sender:
    """A connection on which rows may be under way."""

    def __init__(self, raw: "psycopg.Connection[Any]") -> None:
        self._raw = raw
        self._under_way = False

    def send(self, statement: str, rows: Sequence[tuple[Any, ...]]) -> None:
        """Send rows by a statement ``COPY … FROM STDIN``, once those before have arrived."""
        self.settle()
        with (
            connection.wrap_database_errors,
            psycopg.Cursor(self._raw) as cursor,
            cursor.copy(statement.encode(), writer=_Unasked(cursor)) as copy,
        ):
            for row in rows:
                copy.write_row(row)
        self._under_way = True

    def settle(self) -> None:
        """Wait until the rows have arrived. Raises what the database has against them."""
        if not self._under_way:
            return
        self._under_way = False
        with connection.wrap_database_errors:
            result = self._result()
            if result.status != ExecStatus.COMMAND_OK:
                raise psycopg.errors.error_from_result(result)

    def _result(self) -> Any:
        """Return what libpq says of the COPY, waiting for its socket as libpq's own guide has it."""
        server = self._raw.pgconn
        with selectors.DefaultSelector() as waiting:
            waiting.register(server.socket, selectors.EVENT_READ | selectors.EVENT_WRITE)
            while server.flush():
                waiting.select()
                server.consume_input()
            waiting.modify(server.socket, selectors.EVENT_READ)
            while server.is_busy():
                waiting.select()
                server.consume_input()
        result = server.get_result()
        while server.get_result():
            pass
        return result


_sender: ContextVar[Sender | None] = ContextVar("sender", default=None)


def sender() -> Sender | None:
    """Return by whom rows are sent ahead now; None where each statement is waited for."""
    return _sender.get()


@contextmanager
def sending_ahead() -> Iterator[None]:
    """Send rows ahead until the block ends. Must run inside a transaction; on SQLite nothing changes."""
    if connection.vendor != "postgresql" or _sender.get():
        yield
        return
    ahead = Sender(connection.connection)

    def first_settle(execute: Callable[..., Any], *statement: Any) -> Any:
        ahead.settle()
        return execute(*statement)

    token = _sender.set(ahead)
    try:
        with connection.execute_wrapper(first_settle):
            yield
        ahead.settle()
    except BaseException:
        # The connection must be free for the rollback; what comes of the rows does not matter any more.
        with suppress(DatabaseError):
            ahead.settle()
        raise
    finally:
        _sender.reset(token)


def portions(rows: Sequence[T]) -> Iterator[Sequence[T]]:
    """Return rows in parts, each to be sent while the next is prepared; all in one where none are sent."""
    size = PORTION if _sender.get() else max(len(rows), 1)
    for start in range(0, len(rows), size):
        yield rows[start : start + size]

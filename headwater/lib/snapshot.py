"""Asking several questions of one and the same state of the database."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection, transaction


@contextmanager
def snapshot() -> Iterator[None]:
    """Let every query of the block see the database of one moment; what the block writes is undone.

    What it may write are temporary tables, which nobody else sees. Nobody has to wait for it: on
    SQLite it takes no lock. Inside a transaction it is a part of that one and sees what it sees.
    """
    begins = not connection.in_atomic_block
    with _begun_to_read(), transaction.atomic():
        if begins and connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        yield
        transaction.set_rollback(True)


@contextmanager
def _begun_to_read() -> Iterator[None]:
    """Let a transaction on SQLite begin without the lock for writing, which ours take otherwise."""
    if connection.vendor != "sqlite":
        yield
        return
    sqlite: Any = connection
    mode, sqlite.transaction_mode = sqlite.transaction_mode, "DEFERRED"
    try:
        yield
    finally:
        sqlite.transaction_mode = mode

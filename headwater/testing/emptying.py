"""Letting tests that commit empty the tables which the product never empties."""

from collections.abc import Generator, Sequence
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.backends.base.operations import BaseDatabaseOperations

from headwater.history import guards


@pytest.fixture(autouse=True, scope="session")
def _history_may_be_emptied_between_tests() -> Generator[None]:
    """Take the guards of history off while Django flushes the tables after a test, and only then."""
    patch = pytest.MonkeyPatch()
    flush = BaseDatabaseOperations.execute_sql_flush

    def unguarded(self: BaseDatabaseOperations, statements: Sequence[str]) -> Any:
        with transaction.atomic(), connection.cursor() as cursor:
            guards.remove(cursor.execute, connection.vendor)
            answer = flush(self, statements)
            guards.install_all(cursor.execute, connection.vendor)
        return answer

    patch.setattr(BaseDatabaseOperations, "execute_sql_flush", unguarded)
    yield
    patch.undo()

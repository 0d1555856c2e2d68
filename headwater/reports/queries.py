"""Asking the database, and remembering what was asked."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db import connection

R = TypeVar("R")

_PLAIN = (str, int, float, bool, type(None))


@dataclass(frozen=True)
class Asked:
    """One statement as the database got it, and how long it took."""

    sql: str
    params: tuple[Any, ...]
    seconds: float

    def to_json(self) -> dict[str, Any]:
        """Return the statement as an administrator is shown it."""
        params = [value if isinstance(value, _PLAIN) else str(value) for value in self.params]
        return {"sql": self.sql, "params": params, "seconds": round(self.seconds, 6)}


def ask(fetch: Callable[[], R]) -> tuple[R, tuple[Asked, ...]]:
    """Return what ``fetch`` returns and the statements it caused; none when the ORM knew the answer."""
    statements: list[tuple[str, Any]] = []

    def record(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        statements.append((sql, params))
        return execute(sql, params, many, context)

    start = time.perf_counter()
    with connection.execute_wrapper(record):
        answer = fetch()
    seconds = time.perf_counter() - start
    return answer, tuple(Asked(sql, tuple(params or ()), seconds) for sql, params in statements)

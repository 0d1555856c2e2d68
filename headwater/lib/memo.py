"""Values worked out once per request or job.

Settings, teams and choice lists are small tables that every page reads many times and that
must take effect on the next request when changed, in every process. So they are remembered
for one unit of work and never longer; outside one, nothing is remembered.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")

_memo: ContextVar[dict[Any, Any] | None] = ContextVar("memo", default=None)


@contextmanager
def unit_of_work() -> Iterator[None]:
    """Remember memoized values until the block ends."""
    token = _memo.set({})
    try:
        yield
    finally:
        _memo.reset(token)


def forget() -> None:
    """Drop what is remembered, after a write to one of the remembered tables."""
    memo = _memo.get()
    if memo is not None:
        memo.clear()


def memoized(function: Callable[P, R]) -> Callable[P, R]:
    """Remember the results of a function with hashable arguments for the current unit of work."""

    @wraps(function)
    def wrapper(*args: P.args, **kwargs: P.kwargs) -> R:
        memo = _memo.get()
        if memo is None:
            return function(*args, **kwargs)
        key = (function, args, tuple(sorted(kwargs.items())))
        if key not in memo:
            memo[key] = function(*args, **kwargs)
        result: R = memo[key]
        return result

    return wrapper

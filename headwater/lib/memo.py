"""Values worked out once per request or job, and settings that outlive it while nothing changed.

Settings, teams, rights and option lists are small tables that every page reads many times, and a
change must take effect on the next request in every process. ``memoized`` remembers a value for
one unit of work. ``shared`` keeps it for later units too, as long as the *stamp* of these tables
stands: a random number that every write to one of them replaces in its own transaction, and that
each unit reads once. Outside a unit of work nothing is remembered.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")

_memo: ContextVar[dict[Any, Any] | None] = ContextVar("memo", default=None)
_STORE = object()
_STAMP = object()
_read_stamp: Callable[[], int] | None = None
# The stamp and what was worked out under it, replaced as a whole so that threads never mix two.
_latest: tuple[int | None, dict[Any, Any]] = (None, {})


def read_stamp_with(reader: Callable[[], int]) -> None:
    """Say how the stamp of the shared tables is read; the room that keeps it does so at start."""
    global _read_stamp
    _read_stamp = reader


@contextmanager
def unit_of_work() -> Iterator[None]:
    """Remember memoized values until the block ends."""
    token = _memo.set({})
    try:
        yield
    finally:
        _memo.reset(token)


def is_remembering() -> bool:
    """Whether a unit of work is going on."""
    return _memo.get() is not None


def forget(stamp: int | None = None) -> None:
    """Drop what this unit remembers; after a write it also stops sharing, for its write is not committed.

    ``stamp`` is the one that the write gave the shared tables.
    """
    memo = _memo.get()
    if memo is not None:
        memo.clear()
        memo[_STORE] = {_STAMP: stamp}


def renew() -> None:
    """Forget what this unit remembers where the shared tables have changed since it read their stamp.

    For a unit that goes on for long, or that must not act by settings of a moment ago.
    """
    memo = _memo.get()
    store = memo.get(_STORE) if memo else None
    if memo is None or store is None or _read_stamp is None:
        return
    stamp = _read_stamp()
    if store.get(_STAMP) != stamp:
        forget(stamp)


def _shared_store(memo: dict[Any, Any]) -> dict[Any, Any]:
    global _latest
    store: dict[Any, Any] | None = memo.get(_STORE)
    if store is None:
        stamp = _read_stamp() if _read_stamp else None
        if stamp is None or stamp != _latest[0]:
            _latest = (stamp, {_STAMP: stamp})
        store = memo[_STORE] = _latest[1]
    return store


def _remembering(
    function: Callable[P, R], store_of: Callable[[dict[Any, Any]], dict[Any, Any]]
) -> Callable[P, R]:
    @wraps(function)
    def wrapper(*args: P.args, **kwargs: P.kwargs) -> R:
        memo = _memo.get()
        if memo is None:
            return function(*args, **kwargs)
        store = store_of(memo)
        key = (function, args, tuple(sorted(kwargs.items()))) if kwargs else (function, args)
        try:
            result: R = store[key]
        except KeyError:
            result = store[key] = function(*args, **kwargs)
        return result

    return wrapper


def memoized(function: Callable[P, R]) -> Callable[P, R]:
    """Remember the results of a function with hashable arguments for the current unit of work."""
    return _remembering(function, lambda memo: memo)


def shared(function: Callable[P, R]) -> Callable[P, R]:
    """Remember results that depend on the shared tables alone, while these do not change.

    Results are used by many threads and must not be altered.
    """
    return _remembering(function, _shared_store)

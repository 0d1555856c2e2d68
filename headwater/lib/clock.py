"""The only source of "now" in the product, so that tests freeze one place."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime

_pretended: ContextVar[datetime | None] = ContextVar("pretended", default=None)


def now() -> datetime:
    """The current instant, aware, in UTC."""
    return _pretended.get() or datetime.now(UTC)


@contextmanager
def pretend(instant: datetime | None) -> Iterator[None]:
    """Let it be another instant inside the block; None changes nothing.

    For demonstration data, and for reading as of an earlier instant: real history is never dated back.
    """
    if instant is None:
        yield
        return
    token = _pretended.set(instant)
    try:
        yield
    finally:
        _pretended.reset(token)

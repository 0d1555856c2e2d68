"""Who acts in this unit of work, for what is written below the doors: settings, and where it came from."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

from headwater.users.actor import SYSTEM, Actor


@dataclass
class _Acting:
    find: Callable[[], Actor]
    address: str = ""
    found: Actor | None = field(default=None)


_acting: ContextVar[_Acting | None] = ContextVar("acting", default=None)


@contextmanager
def acting(find: Callable[[], Actor], address: str = "") -> Iterator[None]:
    """Let everything in the block be done by an actor, who is looked for when somebody asks.

    ``address`` is the network address of the request.
    """
    token = _acting.set(_Acting(find, address[:45]))
    try:
        yield
    finally:
        _acting.reset(token)


def current_actor() -> Actor:
    """Return who acts: the person of the request, or the system outside of one."""
    known = _acting.get()
    if known is None:
        return SYSTEM
    if known.found is None:
        known.found = known.find()
    return known.found


def current_address() -> str:
    """Return where the request came from; nothing for background work."""
    known = _acting.get()
    return known.address if known else ""

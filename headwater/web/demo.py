"""The demonstration, as the pages offer it.

The data belongs to the composition root, which knows every room; it says here how to load it.
"""

from collections.abc import Callable
from dataclasses import dataclass

from headwater.users.models import User


@dataclass(frozen=True)
class Demo:
    """``load`` and ``remove`` start a job and return its number; ``exists`` says whether any is left."""

    load: Callable[[User], int]
    remove: Callable[[User], int]
    exists: Callable[[], bool]


_registered: list[Demo] = []


def register(demo: Demo) -> None:
    """Say how the demonstration is loaded and taken away."""
    _registered[:] = [demo]


def demo() -> Demo:
    """Return what was registered when the product started."""
    return _registered[0]

"""How far the records of an object can get: what fields that are mandatory "from … on" refer to."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise


@dataclass(frozen=True)
class Point:
    """A value of ``field`` that records get to, such as a status; ``group`` is what it belongs to."""

    key: str
    label: str | Promise
    field: str
    group: str = ""


@dataclass(frozen=True)
class Progress:
    """``points`` are in their order. ``reached`` says whether a record is at a point or beyond it.

    ``reached`` answers no for a point that is gone, and must not query for one that is there.
    """

    points: Callable[[], Sequence[Point]]
    reached: Callable[[Any, str], bool]

    def point(self, key: str) -> Point | None:
        return next((point for point in self.points() if point.key == key), None)

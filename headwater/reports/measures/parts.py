"""What the database counts for a measure. Parts of disjoint groups merge without loss."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

from django.db.models import Aggregate, Count

Values = tuple[Any, ...]
"""What the database counted, part by part."""


def add(values: Iterable[Any]) -> Any:
    """Return the sum; None when there is nothing to add."""
    known = [value for value in values if value is not None]
    return sum(known) if known else None


def smallest(values: Iterable[Any]) -> Any:
    return min((value for value in values if value is not None), default=None)


def largest(values: Iterable[Any]) -> Any:
    return max((value for value in values if value is not None), default=None)


def joined(values: Iterable[Any]) -> Any:
    """Return the numbers of all groups together."""
    return tuple(chain.from_iterable(values))


@dataclass(frozen=True)
class Part:
    """One aggregate of a query. Measures that need the same part share it by its name.

    ``merge`` makes one value of those of disjoint groups; ``nothing`` is the value of no group.
    ``strand`` names the records it is counted of: "" for those of the definition's own period,
    else the date by which they enter it.
    """

    name: str
    expression: Aggregate
    merge: Callable[[Iterable[Any]], Any] = sum
    nothing: Any = 0
    strand: str = ""


class Counted(Count):
    """A count taken as the database returns it: converting whole numbers to themselves costs time."""

    def get_db_converters(self, connection: Any) -> list[Any]:
        return []


ROWS = Part("rows", Counted("*"))


def merged(parts: Sequence[Part], members: Sequence[Values]) -> Values:
    """Return the values of disjoint groups taken together."""
    if len(members) == 1:
        return members[0]
    if not members:
        return tuple(part.nothing for part in parts)
    return tuple(part.merge(column) for part, column in zip(parts, zip(*members, strict=True), strict=True))

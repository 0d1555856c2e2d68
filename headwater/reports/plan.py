"""What the steps of a run hand to each other."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet

from headwater.lib.ranges import Bounds
from headwater.metadata.context import FilterContext
from headwater.records.models import Record
from headwater.reports.axes.base import Axis, Key
from headwater.reports.definition import Definition
from headwater.reports.measures.parts import Part, Values
from headwater.reports.queries import Asked
from headwater.users.actor import Actor

Keys = tuple[Key, ...]
"""The keys of one row, or of one column: one for each dimension of that side."""


@dataclass(frozen=True)
class Grouped:
    """Values at every grain, in the order of ``Plan.parts``.

    All of them are merged from the same disjoint pieces, none from cells.
    """

    cells: dict[tuple[Keys, Keys], Values]
    rows: dict[Keys, Values]
    columns: dict[Keys, Values]
    grand: Values


@dataclass(frozen=True)
class Narrowed:
    """Which groups of a dimension are shown, of how many. The others are one group, Other."""

    keys: tuple[Key, ...]
    groups: int
    rest: tuple[Key, ...] = ()
    spelled: Mapping[Key, str] = field(default_factory=dict)

    @property
    def is_complete(self) -> bool:
        return len(self.keys) >= self.groups


@dataclass(frozen=True)
class Plan:
    """One run of one definition for one reader.

    Steps fill it from left to right and never look ahead. ``pieces`` are the rows of the
    aggregate query: raw values by dimension, then the values of the parts.
    """

    actor: Actor
    definition: Definition
    context: FilterContext
    bounds: Bounds | None = None
    base: QuerySet[Record] | None = None
    axes: Mapping[str, Axis] = field(default_factory=dict)
    parts: tuple[Part, ...] = ()
    narrowed: Mapping[str, Narrowed] = field(default_factory=dict)
    pieces: tuple[tuple[Any, ...], ...] = ()
    grouped: Grouped | None = None
    rows: tuple[Keys, ...] = ()
    columns: tuple[Keys, ...] = ()
    labels: Mapping[str, Mapping[Key, str]] = field(default_factory=dict)
    hidden: Mapping[str, int] = field(default_factory=dict)
    row_count: int = 0
    column_count: int = 0
    queries: tuple[Asked, ...] = ()

    def population(self) -> QuerySet[Record]:
        """Return the records that the report counts. Only after the step that finds them."""
        assert self.base is not None
        return self.base

    def figures(self) -> Grouped:
        """Return the merged values. Only after the step that groups them."""
        assert self.grouped is not None
        return self.grouped

    @property
    def part_names(self) -> list[str]:
        return [part.name for part in self.parts]

    @property
    def nothing(self) -> Values:
        """The values of a group without records."""
        return tuple(part.nothing for part in self.parts)

"""What the steps of a run hand to each other."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet

from headwater.lib.ranges import Bounds
from headwater.metadata.context import FilterContext
from headwater.metadata.paths import Path
from headwater.records.models import Record
from headwater.reports.axes.base import Axis, Key
from headwater.reports.comparison import Comparison
from headwater.reports.definition import Definition, Dimension, MeasureUse
from headwater.reports.measures.parts import Part, Values
from headwater.reports.measures.recipes import Recipe
from headwater.reports.measures.terms import Terms
from headwater.reports.queries import Asked
from headwater.users.actor import Actor

Keys = tuple[Key, ...]
"""The keys of one row, or of one column: one for each dimension of that side."""

BEFORE = "before "
"""What the names of parts begin with that are counted in the time before."""


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
    """Which groups of a dimension are shown, of how many. The others are one group, Other.

    ``met`` is how many meet the conditions on groups; None where these are not about this dimension.
    """

    keys: tuple[Key, ...]
    groups: int
    rest: tuple[Key, ...] = ()
    spelled: Mapping[Key, str] = field(default_factory=dict)
    met: int | None = None

    @property
    def is_complete(self) -> bool:
        return len(self.keys) >= self.groups


@dataclass(frozen=True)
class Strand:
    """Records that are counted by one date of theirs, in the period or in the time before.

    ``name`` is "" for the definition's own date, else the key of the date by which its measures
    count. Bounds are those of the period; a calendar of the report is cut from the strand's date.
    ``pieces`` are the rows of the strand's aggregate query: raw values by dimension, then the
    values of its parts. ``populations`` are the records that are counted, as queries of which no two
    find the same one: several where the reader holds grants. ``whole`` is all of them in one, only
    where the database chooses groups among them.
    """

    name: str
    path: Path | None
    bounds: Bounds | None
    is_before: bool = False
    parts: tuple[Part, ...] = ()
    populations: tuple[QuerySet[Record], ...] = ()
    whole: QuerySet[Record] | None = None
    axes: Mapping[str, Axis] = field(default_factory=dict)
    pieces: tuple[tuple[Any, ...], ...] = ()


@dataclass(frozen=True)
class Plan:
    """One run of one definition for one reader.

    Steps fill it from left to right and never look ahead. ``axes`` are the definition's own;
    ``recipes`` say by the id of a measure how it is made of parts, ``recipes_before`` the same of
    the time before. ``parts`` are those of all strands, one strand after the other. ``met`` says how
    many groups meet the conditions on groups, of how many.
    """

    actor: Actor
    definition: Definition
    context: FilterContext
    bounds: Bounds | None = None
    comparison: Comparison | None = None
    terms: Terms | None = None
    recipes: Mapping[str, Recipe] = field(default_factory=dict)
    recipes_before: Mapping[str, Recipe] = field(default_factory=dict)
    strands: tuple[Strand, ...] = ()
    axes: Mapping[str, Axis] = field(default_factory=dict)
    narrowed: Mapping[str, Narrowed] = field(default_factory=dict)
    grouped: Grouped | None = None
    rows: tuple[Keys, ...] = ()
    columns: tuple[Keys, ...] = ()
    labels: Mapping[str, Mapping[Key, str]] = field(default_factory=dict)
    hidden: Mapping[str, int] = field(default_factory=dict)
    met: tuple[int, int] | None = None
    row_count: int = 0
    column_count: int = 0
    queries: tuple[Asked, ...] = ()

    def figures(self) -> Grouped:
        """Return the merged values. Only after the step that groups them."""
        assert self.grouped is not None
        return self.grouped

    def settled(self) -> Terms:
        """Return the terms. Only after the step that binds the plan to now."""
        assert self.terms is not None
        return self.terms

    def is_calendar(self, dimension: Dimension) -> bool:
        """Whether a dimension cuts the date by which records are counted, each strand its own."""
        return dimension.has_buckets and dimension.field.key == self.definition.clock

    def recipe(self, use: MeasureUse, *, before: bool = False) -> Recipe:
        """Return how a measure is made, in the period or in the time before."""
        return (self.recipes_before if before else self.recipes)[use.id]

    def strands_of(self, use: MeasureUse, *, before: bool = False) -> list[Strand]:
        """Return the strands that a measure is counted of."""
        wanted = self.recipe(use, before=before).strands
        return [s for s in self.strands if s.is_before is before and s.name in wanted]

    @property
    def parts(self) -> tuple[Part, ...]:
        if len(self.strands) == 1:
            return self.strands[0].parts
        return tuple(part for strand in self.strands for part in strand.parts)

    @property
    def part_names(self) -> list[str]:
        return [part.name for part in self.parts]

    @property
    def nothing(self) -> Values:
        """The values of a group without records."""
        return tuple(part.nothing for part in self.parts)

"""A report definition as typed data: what was asked for, every word resolved."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from headwater.metadata.filters import Filter
from headwater.metadata.paths import Path
from headwater.reports.axes.computed import Computed
from headwater.reports.axes.grains import Grain
from headwater.reports.measures.measure import Basis, Measure
from headwater.reports.measures.terms import EVENT_DATE


@dataclass(frozen=True)
class MeasureUse:
    """A measure under the name by which this report knows it.

    ``of`` is the id of the measure of which this one is the share of the total, in percent.
    """

    id: str
    measure: Measure
    of: str = ""

    @property
    def basis(self) -> Basis | None:
        """How a rate is counted over time; None for everything else."""
        return self.measure.basis

    @property
    def is_percentage(self) -> bool:
        return self.measure.is_rate or bool(self.of)


@dataclass(frozen=True)
class Top:
    """Only the ``n`` largest groups by a measure (``by`` is its id); the rest is Other, or left out."""

    n: int
    by: str
    other: bool = True


@dataclass(frozen=True)
class Dimension:
    """What the records are grouped by: a field reached by to-one steps, or a computed one.

    ``grain`` is set for dates and instants only. ``show_none`` keeps the group of records without
    a value; ``fill`` adds calendar buckets in which nothing happened.
    """

    id: str
    field: Path | Computed
    grain: Grain | None = None
    show_none: bool = True
    top: Top | None = None
    fill: bool = True

    @property
    def label(self) -> str:
        return str(self.field.label)

    @property
    def has_buckets(self) -> bool:
        """Whether it cuts a date into calendar units."""
        return self.grain is not None and self.grain is not Grain.SET


@dataclass(frozen=True)
class Period:
    """Which records belong, by one date of theirs. ``spec`` is the range as written."""

    path: Path
    spec: dict[str, Any]
    locked: bool = False


@dataclass(frozen=True)
class Compare:
    """With which earlier time: ``n`` (below zero) times ``unit``, "period" for the length of the period."""

    unit: str
    n: int = -1
    align: str = "same_elapsed"


@dataclass(frozen=True)
class AsOf:
    """The records as they were known then: at the end of a day, or at an instant."""

    written: date | datetime
    instant: datetime


@dataclass(frozen=True)
class MeasureCondition:
    """A number that a group's own one is compared with. ``by`` is the id of a measure."""

    by: str
    op: str
    value: Decimal


@dataclass(frozen=True)
class Having:
    """Which groups of the rows are shown by themselves: those that meet all conditions, or any of them."""

    conditions: tuple[MeasureCondition, ...]
    is_any: bool = False


@dataclass(frozen=True)
class Sort:
    """``by`` is the id of a measure or of a row dimension."""

    by: str
    descending: bool = False
    nulls_first: bool = False


@dataclass(frozen=True)
class Chart:
    """What is drawn: ids of a dimension (``x``, ``series``) and of measures (``y``)."""

    kind: str
    x: str | None = None
    y: tuple[str, ...] = ()
    series: str | None = None
    target: float | None = None
    bands: tuple[dict[str, Any], ...] = ()


@dataclass(frozen=True)
class Table:
    """The list of counted records below the chart: field keys, and the order of the list."""

    columns: tuple[str, ...] = ()
    order: tuple[str, ...] = ()


@dataclass(frozen=True)
class Definition:
    """One report. Everything in it has been looked up; nothing of the request is left unread."""

    root: str
    measures: tuple[MeasureUse, ...]
    rows: tuple[Dimension, ...]
    columns: tuple[Dimension, ...]
    period: Period | None
    where: Filter
    sort: tuple[Sort, ...]
    limit: int
    chart: Chart
    table: Table
    totals: tuple[str, ...]
    name: str = ""
    preset: str = ""
    compare: Compare | None = None
    rate: str = EVENT_DATE
    as_of: AsOf | None = None
    having: Having | None = None

    @property
    def instant(self) -> datetime | None:
        """The recorded instant whose records are counted; None for now."""
        return None if self.as_of is None else self.as_of.instant

    @property
    def clock(self) -> str:
        """The key of the date by which records enter the period."""
        return "created_at" if self.period is None else self.period.path.key

    @property
    def dimensions(self) -> tuple[Dimension, ...]:
        return (*self.rows, *self.columns)

    def shows_other(self, dimension: Dimension) -> bool:
        """Whether what is not shown by itself is a group of its own, Other.

        Conditions on groups leave the others out, unless the largest groups and Other are asked for.
        """
        if dimension.top is not None:
            return dimension.top.other
        return self.having is None or dimension not in self.rows

    def measure(self, id: str) -> MeasureUse | None:
        return next((use for use in self.measures if use.id == id), None)

    def dimension(self, id: str) -> Dimension | None:
        return next((dimension for dimension in self.dimensions if dimension.id == id), None)

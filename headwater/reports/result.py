"""What a run gives back."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple, overload

from headwater.reports.measures.cells import Cell

Cells = Mapping[str, Cell]
"""Cells by the id of their measure."""


@dataclass(frozen=True)
class Column:
    """A dimension or measure of the table. ``kind``: the field's, or integer, number, percent, money."""

    id: str
    label: str
    kind: str
    currency: str | None = None

    def to_json(self) -> dict[str, Any]:
        data: dict[str, Any] = {"id": self.id, "label": self.label, "kind": self.kind}
        return data | {"currency": self.currency} if self.currency else data


class Group(NamedTuple):
    """The coordinates of a row or of a column: keys in JSON form and labels, by dimension.

    ``open`` marks a cohort so young that its rate will still rise.
    """

    key: Mapping[str, Any]
    labels: Mapping[str, str]
    open: bool = False

    def to_json(self) -> dict[str, Any]:
        data: dict[str, Any] = {"key": dict(self.key), "labels": dict(self.labels)}
        return data | {"open": True} if self.open else data


class Row(NamedTuple):
    """One row: its own cells over all columns, and, where there are columns, cells for each of them.

    ``by_column`` follows ``Result.column_groups``; None stands where no record is.
    """

    group: Group
    cells: Cells
    by_column: Sequence[Cells | None] | None = None

    def to_json(self) -> dict[str, Any]:
        data = self.group.to_json() | {"cells": cells_json(self.cells)}
        if self.by_column is not None:
            data["by_column"] = [None if cells is None else cells_json(cells) for cells in self.by_column]
        return data


class Rows(Sequence[Row]):
    """The rows of a table, each built when it is read: a page shows few of many."""

    def __init__(self, keys: Sequence[Any], build: Callable[[Any], Row]) -> None:
        self._keys, self._build = keys, build

    def __len__(self) -> int:
        return len(self._keys)

    def __iter__(self) -> Iterator[Row]:
        return map(self._build, self._keys)

    @overload
    def __getitem__(self, place: int) -> Row: ...
    @overload
    def __getitem__(self, place: slice) -> "Rows": ...
    def __getitem__(self, place: int | slice) -> "Row | Rows":
        if isinstance(place, slice):
            return Rows(self._keys[place], self._build)
        return self._build(self._keys[place])


@dataclass(frozen=True)
class Totals:
    """Totals of what was asked for; each is counted from records, never from cells."""

    grand: Cells | None
    columns: Sequence[Cells] | None = None

    def to_json(self) -> dict[str, Any]:
        data: dict[str, Any] = {}
        if self.grand is not None:
            data["grand"] = cells_json(self.grand)
        if self.columns is not None:
            data["columns"] = [cells_json(cells) for cells in self.columns]
        return data


@dataclass(frozen=True)
class Exclusion:
    """Records that a number leaves out. ``measure`` is set where only that measure does."""

    reason: str
    label: str
    count: int
    measure: str | None = None

    def to_json(self) -> dict[str, Any]:
        data: dict[str, Any] = {"reason": self.reason, "label": self.label, "count": self.count}
        return data | {"measure": self.measure} if self.measure else data


@dataclass(frozen=True)
class Truncation:
    """Groups that are not shown by themselves. ``dimension`` is None for rows cut at the limit."""

    dimension: str | None
    shown: int
    of: int
    other: bool = False

    def to_json(self) -> dict[str, Any]:
        return {"dimension": self.dimension, "shown": self.shown, "of": self.of, "other": self.other}


@dataclass(frozen=True)
class Result:
    """One answer, complete in itself: figures, what they mean, for whom and when they hold.

    ``behind`` is how many records the total of the first measure opens, None where nobody counted these.
    """

    title: str
    sentence: str
    columns: Sequence[Column]
    rows: Sequence[Row]
    column_groups: Sequence[Group] | None
    totals: Totals
    bounds: Mapping[str, str | None]
    period: str
    as_of: datetime
    zone: str
    is_open: bool
    excluded: Sequence[Exclusion]
    truncated: Sequence[Truncation]
    overlaps: Sequence[str]
    notes: Sequence[str]
    rights: str
    chart: Mapping[str, Any]
    definition: Mapping[str, Any]
    definition_hash: str
    milliseconds: int
    compare: Mapping[str, Any] | None = None
    having: Mapping[str, Any] | None = None
    behind: int | None = None
    sql: Sequence[Mapping[str, Any]] | None = field(default=None, repr=False)

    def to_json(self) -> dict[str, Any]:
        """Return the shape that the API promises; SQL only where the reader may see it."""
        data: dict[str, Any] = {
            "title": self.title,
            "sentence": self.sentence,
            "columns": [column.to_json() for column in self.columns],
            "rows": [row.to_json() for row in self.rows],
            "totals": self.totals.to_json(),
            "bounds": dict(self.bounds),
            "period": self.period,
            "as_of": self.as_of.isoformat(),
            "zone": self.zone,
            "open": self.is_open,
            "excluded": [exclusion.to_json() for exclusion in self.excluded],
            "truncated": [truncation.to_json() for truncation in self.truncated] or None,
            "overlaps": list(self.overlaps),
            "notes": list(self.notes),
            "rights": self.rights,
            "chart": dict(self.chart),
            "definition": dict(self.definition),
            "definition_hash": self.definition_hash,
            "milliseconds": self.milliseconds,
        }
        if self.column_groups is not None:
            data["column_groups"] = [group.to_json() for group in self.column_groups]
        if self.compare is not None:
            data["compare"] = dict(self.compare)
        if self.having is not None:
            data["having"] = dict(self.having)
        if self.sql is not None:
            data["sql"] = [dict(statement) for statement in self.sql]
        return data


def cells_json(cells: Cells) -> dict[str, Any]:
    """Return cells by the id of their measure as data."""
    return {id: cell.to_json() for id, cell in cells.items()}

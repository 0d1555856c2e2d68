"""A report cut both ways: groups down, segments across."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _

from headwater.reports.measures.cells import Cell
from headwater.reports.result import Cells
from headwater.web.views.reports.figures import Figures, Line
from headwater.web.views.reports.numbers import shown

MOST_SEGMENTS = 8
"""The chart has as many colors; the table shows every segment."""


@dataclass(frozen=True)
class Spot:
    """One number of the table; ``cell`` is "" where no record is."""

    id: str
    cell: str
    text: str
    small: bool = False


class Segments:
    """The first measure by two dimensions. Every number of it opens its own records."""

    def __init__(self, figures: Figures) -> None:
        self.figures = figures
        self.groups = figures.result.column_groups or ()
        self.dimension = figures.definition.columns[0]

    @cached_property
    def labels(self) -> list[str]:
        return [" · ".join(group.labels.values()) for group in self.groups]

    @property
    def _has_rest(self) -> bool:
        """Whether the last color stands for all that is left: a stack must be as high as its total."""
        return self.is_stacked and len(self.groups) > MOST_SEGMENTS

    @property
    def _drawn(self) -> int:
        return MOST_SEGMENTS - 1 if self._has_rest else MOST_SEGMENTS

    @property
    def drawn_labels(self) -> Sequence[str]:
        """The segments that have a color."""
        return self.labels[: self._drawn]

    @property
    def legend(self) -> list[str]:
        return [*self.drawn_labels, *([_("All others")] if self._has_rest else [])]

    @property
    def is_stacked(self) -> bool:
        """Whether segments add up: numbers and sums do, rates and averages do not."""
        overlaps = any(
            dimension.id in self.figures.result.overlaps for dimension in self.figures.definition.columns
        )
        return self.figures.use.measure.kind.value in ("count", "sum") and not overlaps

    @cached_property
    def rows(self) -> list[tuple[Line, list[Spot], Spot]]:
        """The lines with a number for each segment and one for all of them."""
        found = []
        for at, (line, row) in enumerate(zip(self.figures.lines, self.figures.result.rows, strict=True)):
            spots = [self._spot(at, place, cells) for place, cells in enumerate(row.by_column or ())]
            found.append((line, spots, Spot("", line.cell, self._text(row.cells))))
        return found

    def _text(self, cells: Cells) -> str:
        return shown(self.figures.column, cells[self.figures.use.id].value)

    def _spot(self, at: int, place: int, cells: Cells | None) -> Spot:
        if cells is None:
            return Spot("", "", "")
        row = self.figures.result.rows[at]
        cell = self.figures.cell_of(row.group, self.groups[place])
        return Spot(f"mark-{at}-{place}", cell, self._text(cells), cells[self.figures.use.id].small)

    @cached_property
    def totals(self) -> list[Spot]:
        """A number for each segment over all groups, then the one of the whole report."""
        columns = self.figures.result.totals.columns or ()
        found = [
            Spot("", self.figures.cell_of(None, group), self._text(cells))
            for group, cells in zip(self.groups, columns, strict=False)
        ]
        whole = self.figures.headline
        return [*found, Spot("", whole["cell"], whole["value"])] if found else []

    @property
    def note(self) -> str:
        if len(self.groups) <= MOST_SEGMENTS or self._has_rest:
            return ""
        text = _("The chart draws the first %(n)d segments; the table has all %(all)d.")
        return text % {"n": MOST_SEGMENTS, "all": len(self.groups)}

    def parts(self, at: int) -> list[dict[str, Any]]:
        """Return what the chart draws of a group: one part for each color."""
        cells = [
            None if cells is None else cells[self.figures.use.id]
            for cells in self.figures.result.rows[at].by_column or ()
        ]
        found = [self._part(f"mark-{at}-{place}", cell) for place, cell in enumerate(cells[: self._drawn])]
        if self._has_rest:
            rest = [
                cell.value for cell in cells[self._drawn :] if cell is not None and cell.value is not None
            ]
            found.append(self._part("", Cell(sum(rest)) if rest else None))
        return found

    def _part(self, opens: str, cell: Cell | None) -> dict[str, Any]:
        if cell is None:
            return {"opens": "", "value": None, "text": "", "detail": "", "small": False}
        return {
            "opens": opens,
            "value": None if cell.value is None else float(cell.value),
            "text": shown(self.figures.column, cell.value),
            "detail": self.figures.detail(cell),
            "small": cell.small,
        }

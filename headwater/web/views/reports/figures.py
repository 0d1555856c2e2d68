"""A result as the page shows it: the figures of the table, the bars of the chart, and what they warn of."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _

from headwater.lib import formats
from headwater.metadata import registry
from headwater.reports import words
from headwater.reports.definition import Definition
from headwater.reports.measures import MeasureKind
from headwater.reports.measures.cells import SMALL_SAMPLE, Cell
from headwater.reports.present import measure_column
from headwater.reports.result import Cells, Column, Group, Result, Truncation
from headwater.web.jinja import compact_json

MOST_BARS, MOST_DAYS = 20, 400
"""More groups than this are for the table, not for the drawing; calendars may be longer."""

_UNITS = {"percent": "percent", "money": "money"}


def shown(column: Column, value: Any) -> str:
    """Return a number as text; a dash where there is none."""
    if value is None:
        return "–"
    if column.kind == "percent":
        return formats.percent(value)
    if column.kind == "money":
        return formats.money(value, column.currency or "")
    return formats.number(value if value == int(value) else round(value, 2))


def _tag(column: Column, value: Any) -> str:
    """Return a number as it stands at a bar: amounts without decimals and currency."""
    return (
        formats.number(round(value)) if column.kind == "money" and value is not None else shown(column, value)
    )


@dataclass(frozen=True)
class Head:
    """A column of the table. ``sort`` is what a click on it asks for, "" for what cannot be sorted by."""

    label: str
    sort: str = ""
    direction: str = ""


@dataclass(frozen=True)
class Line:
    """One group. ``id`` is the page's name of its row and ``cell`` names the group to the engine."""

    id: str
    cell: str
    label: str
    figures: Sequence[str]
    share: float | None = None
    open: bool = False
    small: bool = False
    is_none: bool = False


class Figures:
    """The first measure is drawn and leads the table; the other ones stand beside it."""

    def __init__(self, definition: Definition, result: Result) -> None:
        self.definition, self.result = definition, result
        self.use = definition.measures[0]
        self.column = measure_column(self.use)
        self.objects = str(registry.get(definition.root).label_plural)

    @property
    def title(self) -> str:
        """What the chart shows: "Lead conversion rate by Source"."""
        return words.by_words(self.definition, [self.use])

    @property
    def by_label(self) -> str:
        return ", ".join(column.label for column in self.result.columns[: len(self.definition.rows)])

    @property
    def is_scorecard(self) -> bool:
        return self.definition.chart.kind == "scorecard" or not self.definition.rows

    @property
    def is_drawn(self) -> bool:
        return not self.is_scorecard and self.definition.chart.kind != "table"

    @cached_property
    def total(self) -> Cells:
        return self.result.totals.grand or {}

    @property
    def headline(self) -> dict[str, str]:
        """The number of the whole report."""
        cell = self.total.get(self.use.id, Cell(None))
        return {
            "value": shown(self.column, cell.value),
            "detail": self.detail(cell),
            "cell": self.cell_of(None),
        }

    @property
    def total_share(self) -> float | None:
        cell = self.total.get(self.use.id)
        return _width(cell) if cell and self.column.kind == "percent" else None

    def detail(self, cell: Cell) -> str:
        """Return the counts behind a rate or an average: "1,147 of 2,868"."""
        if cell.denominator is None:
            return ""
        whole = formats.number(cell.denominator)
        if self.use.measure.is_rate:
            return _("%(part)s of %(whole)s") % {"part": formats.number(cell.numerator or 0), "whole": whole}
        return _("over %(whole)s") % {"whole": whole}

    def cell_of(self, group: Group | None) -> str:
        """Return the coordinates of a cell as JSON; of the total without a group."""
        row = {"row": dict(group.key)} if group is not None and group.key else {}
        return compact_json(row | {"measure": self.use.id})

    @cached_property
    def heads(self) -> list[Head]:
        """The columns: the group, then for a rate its denominator and numerator, then the numbers."""
        found = (
            [self._head(self.by_label, self.definition.rows[0].id)] if self.definition.rows else [Head("")]
        )
        return found + [head for head, _read in self._readers]

    @cached_property
    def _readers(self) -> list[tuple[Head, Any]]:
        measures = self.definition.measures
        count = next((use for use in measures if use.measure.kind is MeasureKind.COUNT), None)
        found: list[tuple[Head, Any]] = []
        if count is not None:
            found.append((self._head(self.objects, count.id), lambda cells: _number(cells[count.id].value)))
        for use in measures:
            if use is count:
                continue
            column = measure_column(use)
            if use.measure.is_rate:
                if count is None:
                    found.append((Head(self.objects), _part_of(use.id, "denominator")))
                found.append((Head(str(use.measure.counted.label)), _part_of(use.id, "numerator")))
            label = _("Rate") if use.measure.is_rate else str(use.measure.label)
            found.append((self._head(label, use.id), _value_of(use.id, column)))
        return found

    def _head(self, label: str, id: str) -> Head:
        sort = next(iter(self.definition.sort), None)
        now = ("desc" if sort.descending else "asc") if sort is not None and sort.by == id else ""
        is_group = self.definition.measure(id) is None
        if is_group:
            following = {"": "", "asc": f"{id}:desc", "desc": ""}["asc" if sort is None else now]
            return Head(label, following or "natural", "asc" if sort is None else now)
        return Head(label, f"{id}:{'asc' if now == 'desc' else 'desc'}", now)

    @cached_property
    def lines(self) -> list[Line]:
        return [self._line(at, row.group, row.cells) for at, row in enumerate(self.result.rows)]

    def _line(self, at: int, group: Group, cells: Cells) -> Line:
        cell = cells[self.use.id]
        return Line(
            id=f"mark-{at}",
            cell=self.cell_of(group),
            label=" · ".join(group.labels.values())
            or _("All %(objects)s") % {"objects": self.objects.lower()},
            figures=[read(cells) for _head, read in self._readers],
            share=_width(cell) if self.column.kind == "percent" else None,
            open=group.open,
            small=cell.small,
            is_none=None in group.key.values(),
        )

    @property
    def total_figures(self) -> list[str]:
        return [read(self.total) for _head, read in self._readers] if self.total else []

    @property
    def _is_calendar(self) -> bool:
        grain = self.definition.rows[0].grain if len(self.definition.rows) == 1 else None
        return grain is not None and grain.value != "set"

    @property
    def _drawn(self) -> int:
        return min(len(self.lines), MOST_DAYS if self._is_calendar else MOST_BARS)

    @cached_property
    def chart(self) -> dict[str, Any]:
        """What the browser draws; see assets/js/chart-option.js. Every text in it is ready to be shown."""
        target = self.definition.chart.target
        drawn: dict[str, Any] = {
            "unit": _UNITS.get(self.column.kind, "number"),
            "whole": self.column.kind == "integer",
            "time": self._is_calendar,
            "bars": [
                self._bar(line, row.cells)
                for line, row in zip(self.lines[: self._drawn], self.result.rows, strict=False)
            ],
        }
        if target is not None:
            drawn |= {"target": target, "targetText": shown(self.column, target)}
        return drawn

    def _bar(self, line: Line, cells: Cells) -> dict[str, Any]:
        cell = cells[self.use.id]
        value = None if cell.value is None else float(cell.value)
        tag = _tag(self.column, cell.value)
        if line.small:
            tag = _("%(value)s (n=%(n)s)") % {"value": tag, "n": cell.denominator}
        return {
            "opens": line.id,
            "label": line.label,
            "value": value,
            "text": shown(self.column, cell.value),
            "tag": tag,
            "detail": self._bar_detail(cell),
            "notes": _warnings(line, cell),
            "small": line.small,
            "open": line.open,
        }

    def _bar_detail(self, cell: Cell) -> str:
        if self.use.measure.is_rate and cell.denominator:
            said = {"detail": self.detail(cell), "label": str(self.use.measure.counted.label).lower()}
            return _("%(detail)s %(label)s") % said
        return self.detail(cell)

    @property
    def has_small(self) -> bool:
        return any(line.small for line in self.lines)

    @property
    def has_open(self) -> bool:
        return any(line.open for line in self.lines)

    @property
    def notes(self) -> list[tuple[str, str]]:
        """What a reader must know to judge the figures: (the look that says so or "", the words)."""
        looks = {words.open_words(): ("open", self.has_open), _small_words(): ("small", self.has_small)}
        found = []
        for note in self.result.notes:
            look, is_drawn = looks.get(note, ("", True))
            if look != "small" or not self.is_scorecard:
                found.append((look if is_drawn and not self.is_scorecard else "", note))
        if self.is_scorecard:
            return found + [("", one.label) for one in self.result.excluded]
        found += [("", _cut_words(cut)) for cut in self.result.truncated]
        if self._drawn < len(self.lines) and self.is_drawn:
            text = _("The chart draws the first %(n)d groups; the table has all %(all)d.")
            found.append(("", text % {"n": self._drawn, "all": len(self.lines)}))
        return found + [("", one.label) for one in self.result.excluded]


def _small_words() -> str:
    """Return what the engine says of small samples, to show it beside its look."""
    return _("Rates of fewer than %(n)d records are uncertain and shown pale.") % {"n": SMALL_SAMPLE}


def _cut_words(cut: Truncation) -> str:
    counts = {"shown": formats.number(cut.shown), "of": formats.number(cut.of)}
    if cut.other:
        return _("%(shown)s of %(of)s groups are shown; the rest is “Other”.") % counts
    return _("%(shown)s of %(of)s groups are shown; the total counts all.") % counts


def _width(cell: Cell) -> float | None:
    return None if cell.value is None else max(0.0, min(100.0, float(cell.value)))


def _number(value: Any) -> str:
    return "–" if value is None else formats.number(value)


def _part_of(id: str, name: str) -> Any:
    return lambda cells: _number(getattr(cells[id], name) or 0)


def _value_of(id: str, column: Column) -> Any:
    return lambda cells: shown(column, cells[id].value)


def _warnings(line: Line, cell: Cell) -> list[str]:
    found = []
    if cell.value is None:
        found.append(_("There is nothing to divide by."))
    if line.small:
        found.append(_("Few records: the rate is uncertain."))
    if line.open:
        found.append(_("Still open: more may be converted."))
    return found

"""A result as the page shows it: its one number, the lines of its table, and what it warns of."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

from django.utils.translation import gettext as _

from headwater.lib import formats
from headwater.metadata import registry
from headwater.reports import words
from headwater.reports.definition import Definition, MeasureUse
from headwater.reports.measures import MeasureKind
from headwater.reports.measures.cells import SMALL_SAMPLE, Cell
from headwater.reports.present import measure_column
from headwater.reports.result import Cells, Column, Group, Result, Truncation
from headwater.users import organization
from headwater.web.jinja import compact_json
from headwater.web.views.reports.numbers import shown, signed, width

Reader = Callable[[Cells], str]


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
        """What is shown: "Lead conversion rate by Source"; one number by itself has no groups."""
        if self.is_scorecard:
            return str(self.use.measure.label)
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
            "said": self.said(cell),
            "cell": self.cell_of(None),
            "before": self.previous(cell),
            "change": self.change(cell),
        }

    @property
    def total_share(self) -> float | None:
        cell = self.total.get(self.use.id)
        return width(cell) if cell and self.column.kind == "percent" else None

    def detail(self, cell: Cell) -> str:
        """Return the counts behind a rate or an average: "1,147 of 2,868"."""
        if cell.denominator is None:
            return ""
        if not self.use.measure.is_rate:
            return _("over %(whole)s") % {"whole": formats.number(cell.denominator)}
        column = counts_column(self.use)
        words = {"part": shown(column, cell.numerator or 0), "whole": shown(column, cell.denominator)}
        return _("%(part)s of %(whole)s") % words

    def said(self, cell: Cell) -> str:
        """Return the counts behind the one number of a scorecard, with what they are counts of."""
        if cell.denominator is None:
            return ""
        column = counts_column(self.use)
        words = {"whole": formats.number(cell.denominator), "objects": self.objects.lower()}
        if not self.use.measure.is_rate:
            return _("over %(whole)s %(objects)s") % words
        words |= {"part": shown(column, cell.numerator or 0), "whole": shown(column, cell.denominator)}
        words["counted"] = str(self.use.measure.counted.label).lower()
        return _("%(part)s of %(whole)s %(objects)s %(counted)s") % words

    @property
    def before(self) -> str:
        """The earlier time with which the figures are compared, in words; "" where they are not."""
        return str(self.result.compare["period"]) if self.result.compare else ""

    def change(self, cell: Cell) -> str:
        """Return how much more it is than before: "+12 (+8.5 %)"; percentages change in points."""
        if cell.change is None:
            return ""
        if cell.is_percentage:
            return _("%(points)s points") % {"points": signed(round(cell.change, 1))}
        changed = signed(round(cell.change, 2), self.column)
        if cell.change_percent is None:
            return changed
        percent = signed(round(cell.change_percent, 1))
        return _("%(change)s (%(percent)s %%)") % {"change": changed, "percent": percent}

    def previous(self, cell: Cell) -> str:
        """Return the number of the time before."""
        return shown(self.column, cell.previous.value) if cell.previous is not None else ""

    def cell_of(self, group: Group | None, column: Group | None = None) -> str:
        """Return the coordinates of a cell as JSON; of the total without groups."""
        sides = {"row": group, "column": column}
        fixed = {side: dict(found.key) for side, found in sides.items() if found is not None and found.key}
        return compact_json(fixed | {"measure": self.use.id})

    @cached_property
    def heads(self) -> list[Head]:
        """The columns: the group, then for a rate its denominator and numerator, then the numbers."""
        return [self.group_head, *(head for head, _read in self._readers)]

    @property
    def group_head(self) -> Head:
        rows = self.definition.rows
        return self._group_head(rows[0].id) if rows else Head("")

    @cached_property
    def _readers(self) -> list[tuple[Head, Reader]]:
        """The heads after the first, each with what reads its text from the cells of a line."""
        measures = self.definition.measures
        counted = next((use for use in measures if use.measure.kind is MeasureKind.COUNT), None)
        found: list[tuple[Head, Reader]] = []
        if counted is not None:
            found.append((self._head(self.objects, counted.id), _reader(counted.id, measure_column(counted))))
        for use in measures:
            if use.measure.is_rate:
                found += self._counts_of(use, with_whole=counted is None)
            if use is not counted:
                label = _("Rate") if use.measure.is_rate else str(use.measure.label)
                found.append((self._head(label, use.id), _reader(use.id, measure_column(use))))
        if self.before:
            found.append((Head(_("Before")), lambda cells: self.previous(cells[self.use.id])))
            found.append((Head(_("Change")), lambda cells: self.change(cells[self.use.id])))
        return found

    def _counts_of(self, use: MeasureUse, *, with_whole: bool) -> list[tuple[Head, Reader]]:
        column = counts_column(use)
        name = str(use.measure.counted.label)
        part = (Head(name), _part_reader(use.id, column, "numerator"))
        whole = (Head(_whole_label(use, self.objects)), _part_reader(use.id, column, "denominator"))
        with_whole = with_whole or column.kind == "money"
        return [whole, part] if with_whole else [part]

    def _direction(self, id: str) -> str:
        sort = next(iter(self.definition.sort), None)
        return ("desc" if sort.descending else "asc") if sort is not None and sort.by == id else ""

    def _head(self, label: str, id: str) -> Head:
        now = self._direction(id)
        return Head(label, f"{id}:{'asc' if now == 'desc' else 'desc'}", now)

    def _group_head(self, id: str) -> Head:
        """The groups' own order is what holds when nothing else is asked for."""
        now = self._direction(id) if self.definition.sort else "asc"
        return Head(self.by_label, f"{id}:desc" if now == "asc" else "natural", now)

    @cached_property
    def lines(self) -> list[Line]:
        return [self._line(at, row.group, row.cells) for at, row in enumerate(self.result.rows)]

    def _line(self, at: int, group: Group, cells: Cells) -> Line:
        return Line(
            id=f"mark-{at}",
            cell=self.cell_of(group),
            label=" · ".join(group.labels.values())
            or _("All %(objects)s") % {"objects": self.objects.lower()},
            figures=[read(cells) for _head, read in self._readers],
            open=group.open,
            small=cells[self.use.id].small,
            is_none=None in group.key.values(),
        )

    @property
    def total_figures(self) -> list[str]:
        return [read(self.total) for _head, read in self._readers] if self.total else []

    @property
    def has_small(self) -> bool:
        return any(line.small for line in self.lines)

    @property
    def has_open(self) -> bool:
        return any(line.open for line in self.lines)

    @property
    def notes(self) -> list[tuple[str, str]]:
        """What a reader must know to judge the figures: (the look that says so or "", the words)."""
        left_out = [("", _("Left out: %(what)s.") % {"what": one.label}) for one in self.result.excluded]
        if self.is_scorecard:
            small = _small_words()
            return [("", note) for note in self.result.notes if note != small] + left_out
        looks = {
            words.open_words(): "open" if self.has_open else "",
            _small_words(): "small" if self.has_small else "",
        }
        found = [(looks.get(note, ""), note) for note in self.result.notes]
        return found + [("", _cut_words(cut)) for cut in self.result.truncated] + left_out


def _reader(id: str, column: Column) -> Reader:
    return lambda cells: shown(column, cells[id].value)


def counts_column(use: MeasureUse) -> Column:
    """Return the column of what a rate divides: records, or the money that weighs them."""
    if use.measure.value is None:
        return Column(use.id, "", "integer")
    return Column(use.id, "", "money", organization.current().currency)


def _whole_label(use: MeasureUse, objects: str) -> str:
    if use.measure.value is None:
        return objects
    return str(registry.get(use.measure.object_name).fields[use.measure.value].label)


def _part_reader(id: str, column: Column, name: str) -> Reader:
    return lambda cells: shown(column, getattr(cells[id], name) or 0)


def _small_words() -> str:
    """Return what the engine says of small samples, to show it beside its look."""
    return _("Rates of fewer than %(n)d records are uncertain and shown pale.") % {"n": SMALL_SAMPLE}


def _cut_words(cut: Truncation) -> str:
    counts = {"shown": formats.number(cut.shown), "of": formats.number(cut.of)}
    if cut.other:
        return _("%(shown)s of %(of)s groups are shown; the rest is “Other”.") % counts
    return _("%(shown)s of %(of)s groups are shown; the total counts all.") % counts

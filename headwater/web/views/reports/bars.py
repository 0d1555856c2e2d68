"""What the browser draws; see assets/js/chart-option.js. Every text in it is ready to be shown."""

from typing import Any

from django.utils.translation import gettext as _

from headwater.reports.definition import MeasureUse
from headwater.reports.measures.cells import Cell
from headwater.reports.present import measure_column
from headwater.web.views.reports.figures import Figures, Line
from headwater.web.views.reports.numbers import shown, tag
from headwater.web.views.reports.segments import MOST_SEGMENTS, Segments

MOST_BARS, MOST_BUCKETS = 20, 400
"""More groups than this are for the table, not for the drawing; calendars may be longer."""

_UNITS = ("percent", "money", "duration")


def is_calendar(figures: Figures) -> bool:
    """Whether the groups are one calendar, which stands in its order."""
    rows = figures.definition.rows
    grain = rows[0].grain if len(rows) == 1 else None
    return grain is not None and grain.value != "set"


def kind_of(figures: Figures) -> str:
    """Return how the groups are drawn: ``bar``, ``column`` or ``line``.

    Time runs from left to right, so a calendar never lies down; and only time has lines.
    """
    kind = figures.definition.chart.kind
    if is_calendar(figures):
        return "line" if kind == "line" else "column"
    return "column" if kind in ("column", "line") else "bar"


def drawn(figures: Figures, most: int = MOST_BARS) -> int:
    """Return how many groups the chart draws."""
    return min(len(figures.lines), MOST_BUCKETS if is_calendar(figures) else most)


def drawing_notes(figures: Figures, segments: Segments | None) -> list[str]:
    """Return what the drawing leaves to the table."""
    found = []
    if figures.definition.chart.kind == "line" and not is_calendar(figures):
        found.append(_("A line needs dates to run along: view by a date. These are columns."))
    if drawn(figures) < len(figures.lines):
        text = _("The chart draws the first %(n)d groups; the table has all %(all)d.")
        found.append(text % {"n": drawn(figures), "all": len(figures.lines)})
    if segments is not None and segments.note:
        found.append(segments.note)
    return found


def chart(figures: Figures, segments: Segments | None = None, most: int = MOST_BARS) -> dict[str, Any]:
    """Return the chart: groups in the order of the table, each with its parts when there are segments."""
    lines = figures.lines[: drawn(figures, most)]
    target = figures.definition.chart.target
    made: dict[str, Any] = {
        "kind": kind_of(figures),
        "unit": figures.column.kind if figures.column.kind in _UNITS else "number",
        "whole": figures.column.kind == "integer",
        "time": is_calendar(figures),
        "bars": [
            _bar(figures, line, figures.result.rows[at].cells[figures.use.id])
            for at, line in enumerate(lines)
        ],
    }
    if segments is not None:
        made |= {"segments": segments.legend, "stacked": segments.is_stacked}
        for at, bar in enumerate(made["bars"]):
            bar["parts"] = segments.parts(at)
    elif measures := drawn_beside(figures):
        made |= {"segments": [measure_column(use).label for use in measures], "stacked": False}
        for at, bar in enumerate(made["bars"]):
            cells = figures.result.rows[at].cells
            bar["parts"] = [_measure_part(use, cells[use.id]) for use in measures]
    if figures.before:
        made |= {"before": _("Before"), "now": _("Now")}
    if target is not None:
        made |= {"target": target, "targetText": shown(figures.column, target)}
    return made


def drawn_beside(figures: Figures) -> list[MeasureUse]:
    """Return the measures that the chart draws beside each other, when it is to draw several of a kind."""
    uses = [use for use in figures.definition.measures if use.id in figures.definition.chart.y]
    kinds = {measure_column(use).kind for use in uses}
    fits = len(uses) > 1 and len(kinds) == 1 and not figures.definition.columns
    return uses[:MOST_SEGMENTS] if fits else []


def _measure_part(use: MeasureUse, cell: Cell) -> dict[str, Any]:
    """Return one measure of a group; it opens the group, whose records are those of the first measure."""
    value = None if cell.value is None else float(cell.value)
    text = shown(measure_column(use), cell.value)
    return {"opens": "", "value": value, "text": text, "detail": "", "small": cell.small}


def _bar(figures: Figures, line: Line, cell: Cell) -> dict[str, Any]:
    label = tag(figures.column, cell.value)
    if line.small:
        label = _("%(value)s (n=%(n)s)") % {"value": label, "n": cell.denominator}
    return {
        "opens": line.id,
        "label": line.label,
        "value": None if cell.value is None else float(cell.value),
        "text": shown(figures.column, cell.value),
        "tag": label,
        "detail": _detail(figures, cell),
        "notes": _warnings(line, cell),
        "small": line.small,
        "open": line.open,
    } | _before(figures, cell)


def _before(figures: Figures, cell: Cell) -> dict[str, Any]:
    if cell.previous is None:
        return {}
    value = cell.previous.value
    words = {"text": figures.previous(cell), "change": figures.change(cell)}
    return {"before": {"value": None if value is None else float(value)} | words}


def _detail(figures: Figures, cell: Cell) -> str:
    if figures.use.measure.is_rate and cell.denominator:
        said = {"detail": figures.detail(cell), "label": str(figures.use.measure.counted.label).lower()}
        return _("%(detail)s %(label)s") % said
    return figures.detail(cell)


def _warnings(line: Line, cell: Cell) -> list[str]:
    found = []
    if cell.value is None:
        found.append(_("There is nothing to divide by."))
    if line.small:
        found.append(_("Few records: the rate is uncertain."))
    if line.open:
        found.append(_("Still open: more may be converted."))
    return found

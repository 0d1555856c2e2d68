"""From a finished plan to the result that is shown."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from headwater.access import rights
from headwater.metadata import registry
from headwater.reports import words
from headwater.reports.definition import Dimension, MeasureUse, definition_hash, to_json
from headwater.reports.definition.normal import chart_json
from headwater.reports.maturity import is_open_group, is_open_result
from headwater.reports.measures.cells import SMALL_SAMPLE, Cell, cell_of, left_out
from headwater.reports.measures.measure import MeasureKind
from headwater.reports.plan import Keys, Plan, Values
from headwater.reports.result import (
    Cells,
    Column,
    Exclusion,
    Group,
    Result,
    Row,
    Totals,
    Truncation,
    key_json,
)
from headwater.users import organization

_REASONS = {
    "no_value": lambda n: ngettext("%(n)d without a value", "%(n)d without a value", n),
    "no_rate": lambda n: ngettext(
        "%(n)d in a currency without a rate", "%(n)d in currencies without a rate", n
    ),
    "deleted": lambda n: ngettext("%(n)d deleted", "%(n)d deleted", n),
    "hidden_none": lambda n: ngettext(
        "%(n)d in the hidden group “(none)”", "%(n)d in the hidden group “(none)”", n
    ),
}


def present(plan: Plan, milliseconds: int) -> Result:
    """Label what was counted and say everything a reader must know to judge it."""
    figures = plan.figures()
    wanted = plan.definition.totals
    rows = _rows(plan)
    return Result(
        title=words.title_words(plan.definition),
        sentence=words.sentence(plan),
        columns=columns(plan),
        rows=rows,
        column_groups=_column_groups(plan),
        totals=Totals(
            grand=_cells(plan, figures.grand) if "grand" in wanted else None,
            columns=(
                [_cells(plan, figures.columns.get(keys, ())) for keys in plan.columns]
                if plan.definition.columns and "columns" in wanted
                else None
            ),
        ),
        bounds=_bounds(plan),
        period=words.period_words(plan),
        as_of=plan.context.now.astimezone(plan.context.rules.tz),
        zone=plan.context.rules.zone,
        is_open=is_open_result(plan),
        excluded=exclusions(plan),
        truncated=_truncations(plan),
        overlaps=[id for id, axis in plan.axes.items() if axis.overlaps],
        notes=_notes(plan, rows),
        rights=words.rights_words(plan.actor, plan.definition.root),
        chart=chart_json(plan.definition.chart),
        definition=to_json(plan.definition),
        definition_hash=definition_hash(plan.definition),
        milliseconds=milliseconds,
        sql=[asked.to_json() for asked in plan.queries] if rights.is_administrator(plan.actor) else None,
    )


def columns(plan: Plan) -> list[Column]:
    """Return the columns of the table: row dimensions, then measures."""
    dimensions = [Column(d.id, words.dimension_words(d), _kind(d)) for d in plan.definition.rows]
    return dimensions + [measure_column(use) for use in plan.definition.measures]


def _kind(dimension: Dimension) -> str:
    field = getattr(dimension.field, "field", None)
    return field.kind.name if field is not None else "text"


def measure_column(use: MeasureUse) -> Column:
    """Return the column of a measure."""
    measure, label = use.measure, str(use.measure.label)
    if measure.is_rate:
        return Column(use.id, label, "percent")
    if measure.kind is MeasureKind.COUNT or measure.field is None:
        return Column(use.id, label, "integer")
    field = registry.get(measure.object_name).fields[measure.field]
    if field.currency_key is not None:
        return Column(use.id, label, "money", organization.current().currency)
    return Column(use.id, label, "number")


def _cells(plan: Plan, values: Values) -> dict[str, Cell]:
    parts = plan.part_values(values)
    return {use.id: cell_of(use.measure, parts) for use in plan.definition.measures}


def _group(plan: Plan, dimensions: tuple[Dimension, ...], keys: Keys) -> Group:
    pairs = list(zip(dimensions, keys, strict=True))
    return Group(
        {d.id: key_json(plan.axes[d.id], key) for d, key in pairs},
        {d.id: plan.labels[d.id][key] for d, key in pairs},
        any(is_open_group(plan, d, key) for d, key in pairs),
    )


def _rows(plan: Plan) -> list[Row]:
    figures, definition = plan.figures(), plan.definition
    rows = []
    for keys in plan.rows:
        by_column: list[Cells | None] | None = None
        if definition.columns:
            found = [figures.cells.get((keys, column)) for column in plan.columns]
            by_column = [None if values is None else _cells(plan, values) for values in found]
        rows.append(
            Row(_group(plan, definition.rows, keys), _cells(plan, figures.rows.get(keys, ())), by_column)
        )
    return rows


def _column_groups(plan: Plan) -> list[Group] | None:
    if not plan.definition.columns:
        return None
    return [_group(plan, plan.definition.columns, keys) for keys in plan.columns]


def _bounds(plan: Plan) -> dict[str, str | None]:
    sides = (None, None) if plan.bounds is None else (plan.bounds.start, plan.bounds.end)
    tz = plan.context.rules.tz
    start, end = (None if side is None else side.astimezone(tz).isoformat() for side in sides)
    return {"from": start, "to": end}


def exclusions(plan: Plan) -> list[Exclusion]:
    """Return what the figures leave out of the population, with reasons and counts."""
    parts = plan.part_values(plan.figures().grand)
    found = [Exclusion("hidden_none", reason_words("hidden_none", n), n) for n in plan.hidden.values() if n]
    for use in plan.definition.measures:
        found += [
            Exclusion(why, reason_words(why, n), n, use.id) for why, n in left_out(use.measure, parts).items()
        ]
    return found


def reason_words(reason: str, count: int) -> str:
    """Return why records are left out: "2 without a value"."""
    return str(_REASONS[reason](count)) % {"n": count}


def _truncations(plan: Plan) -> list[Truncation]:
    found = [
        Truncation(
            d.id, len(plan.narrowed[d.id].keys), plan.narrowed[d.id].groups, d.top is None or d.top.other
        )
        for d in plan.definition.dimensions
        if d.id in plan.narrowed and not plan.narrowed[d.id].is_complete
    ]
    if plan.column_count > len(plan.columns):
        found.append(Truncation(plan.definition.columns[0].id, len(plan.columns), plan.column_count))
    if plan.row_count > len(plan.rows):
        found.append(Truncation(None, len(plan.rows), plan.row_count))
    return found


def _notes(plan: Plan, rows: list[Row]) -> list[str]:
    notes = []
    for dimension in plan.definition.dimensions:
        if plan.axes[dimension.id].overlaps:
            text = _(
                "Groups of %(field)s overlap: a record counts in each of its groups, and once in the total."
            )
            notes.append(text % {"field": dimension.label})
    if any(row.group.open for row in rows) or is_open_result(plan):
        notes.append(words.open_words())
    if any(cell.small for row in rows for cell in row.cells.values()):
        notes.append(
            _("Rates of fewer than %(n)d records are uncertain and shown pale.") % {"n": SMALL_SAMPLE}
        )
    return notes

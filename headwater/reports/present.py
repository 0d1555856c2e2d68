"""From a finished plan to the result that is shown."""

from collections.abc import Callable, Sequence
from functools import reduce
from operator import getitem
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from headwater.access import rights
from headwater.lib.ranges import Bounds
from headwater.reports import words
from headwater.reports.axes.base import OTHER, Axis, Key
from headwater.reports.definition import Dimension, MeasureUse, definition_hash, to_json
from headwater.reports.definition.normal import chart_json
from headwater.reports.maturity import is_open_group, is_open_result
from headwater.reports.measures.cells import SMALL_SAMPLE, Cell, cell_maker, share_of
from headwater.reports.measures.parts import Values
from headwater.reports.plan import Keys, Plan
from headwater.reports.result import (
    Cells,
    Column,
    Exclusion,
    Group,
    Result,
    Row,
    Rows,
    Totals,
    Truncation,
)
from headwater.users import organization

_REASONS = {
    "no_value": lambda n: ngettext("%(n)d without a value", "%(n)d without a value", n),
    "no_rate": lambda n: ngettext(
        "%(n)d in a currency without a rate", "%(n)d in currencies without a rate", n
    ),
    "deleted": lambda n: ngettext("%(n)d deleted", "%(n)d deleted", n),
    "immature": lambda n: ngettext("%(n)d too young to tell", "%(n)d too young to tell", n),
    "undecided": lambda n: ngettext("%(n)d not decided yet", "%(n)d not decided yet", n),
    "no_weight": lambda n: ngettext("%(n)d without a probability", "%(n)d without a probability", n),
    "hidden_none": lambda n: ngettext(
        "%(n)d in the hidden group “(none)”", "%(n)d in the hidden group “(none)”", n
    ),
}


def present(plan: Plan, milliseconds: int) -> Result:
    """Label what was counted and say everything a reader must know to judge it."""
    cells = _cells_maker(plan)
    groups = _Groups(plan, plan.definition.rows)
    return Result(
        title=words.title_words(plan.definition),
        sentence=words.sentence(plan),
        columns=columns(plan),
        rows=_rows(plan, groups, cells),
        column_groups=_column_groups(plan),
        totals=_totals(plan, cells),
        bounds=_bounds_json(plan, plan.bounds),
        period=words.period_words(plan),
        as_of=plan.context.now.astimezone(plan.context.rules.tz),
        zone=plan.context.rules.zone,
        is_open=is_open_result(plan),
        excluded=exclusions(plan),
        truncated=_truncations(plan),
        overlaps=[id for id, axis in plan.axes.items() if axis.overlaps],
        notes=_notes(plan, groups),
        rights=words.rights_words(plan.actor, plan.definition.root),
        chart=chart_json(plan.definition.chart),
        definition=to_json(plan.definition),
        definition_hash=definition_hash(plan.definition),
        milliseconds=milliseconds,
        compare=_compare(plan),
        having=_having(plan),
        behind=_behind(plan),
        sql=[asked.to_json() for asked in plan.queries] if rights.is_administrator(plan.actor) else None,
    )


def _behind(plan: Plan) -> int | None:
    part = plan.recipe(plan.definition.measures[0]).behind
    return plan.figures().grand[plan.part_names.index(part)] if part else None


def columns(plan: Plan) -> list[Column]:
    """Return the columns of the table: row dimensions, then measures."""
    dimensions = [Column(d.id, words.axis_words(plan, d), _kind(d)) for d in plan.definition.rows]
    return dimensions + [measure_column(use) for use in plan.definition.measures]


def _kind(dimension: Dimension) -> str:
    field = getattr(dimension.field, "field", None)
    return field.kind.name if field is not None else "text"


def measure_column(use: MeasureUse) -> Column:
    """Return the column of a measure."""
    kind = words.measure_kind(use)
    currency = organization.current().currency if kind == "money" else None
    return Column(use.id, words.use_words(use), kind, currency)


def _cells_maker(plan: Plan) -> Callable[[Values], Cells]:
    """Return what makes the cells of a group, each with that of the time before where there is one."""
    now = _cells_of(plan, before=False)
    if plan.comparison is None:
        return now
    then = _cells_of(plan, before=True)

    def both(values: Values) -> Cells:
        previous = then(values)
        return {id: cell._replace(previous=previous[id]) for id, cell in now(values).items()}

    return both


def _cells_of(plan: Plan, *, before: bool) -> Callable[[Values], Cells]:
    names, grand = plan.part_names, plan.figures().grand
    makers: list[tuple[str, Callable[[Values], Cell]]] = []
    for use in plan.definition.measures:
        make = cell_maker(plan.recipe(use, before=before), names)
        makers.append((use.id, _share_maker(make, make(grand)) if use.of else make))
    return lambda values: {id: make(values) for id, make in makers}


def _share_maker(make: Callable[[Values], Cell], whole: Cell) -> Callable[[Values], Cell]:
    return lambda values: share_of(make(values), whole)


class _Groups:
    """The coordinates of one side. What each key looks like is worked out once."""

    def __init__(self, plan: Plan, dimensions: Sequence[Dimension]) -> None:
        self.known = [
            {
                key: Group(
                    {d.id: _key_json(plan.axes[d.id], key)}, {d.id: label}, is_open_group(plan, d, key)
                )
                for key, label in plan.labels[d.id].items()
            }
            for d in dimensions
        ]

    @property
    def has_open(self) -> bool:
        return any(group.open for known in self.known for group in known.values())

    def group(self, keys: Keys) -> Group:
        return reduce(_together, map(getitem, self.known, keys)) if keys else Group({}, {})


def _together(left: Group, right: Group) -> Group:
    (key, labels, is_open), (more_key, more_labels, is_also_open) = left, right
    return Group({**key, **more_key}, {**labels, **more_labels}, is_open or is_also_open)


def _key_json(axis: Axis, key: Key) -> Any:
    """Return a group's key as data: null for no value, ``{"other": true}`` for Other."""
    if key is None:
        return None
    return {"other": True} if key is OTHER else axis.to_json(key)


def _rows(plan: Plan, groups: _Groups, cells: Callable[[Values], Cells]) -> Rows:
    figures, nothing = plan.figures(), plan.nothing

    def row(keys: Keys) -> Row:
        return Row(groups.group(keys), cells(figures.rows.get(keys, nothing)))

    def row_with_columns(keys: Keys) -> Row:
        found = [figures.cells.get((keys, column)) for column in plan.columns]
        return row(keys)._replace(by_column=[None if values is None else cells(values) for values in found])

    return Rows(plan.rows, row_with_columns if plan.definition.columns else row)


def _column_groups(plan: Plan) -> list[Group] | None:
    if not plan.definition.columns:
        return None
    groups = _Groups(plan, plan.definition.columns)
    return [groups.group(keys) for keys in plan.columns]


def _totals(plan: Plan, cells: Callable[[Values], Cells]) -> Totals:
    figures, wanted = plan.figures(), plan.definition.totals
    columns = None
    if plan.definition.columns and "columns" in wanted:
        columns = [cells(figures.columns.get(keys, plan.nothing)) for keys in plan.columns]
    return Totals(cells(figures.grand) if "grand" in wanted else None, columns)


def _bounds_json(plan: Plan, bounds: Bounds | None) -> dict[str, str | None]:
    sides = (None, None) if bounds is None else (bounds.start, bounds.end)
    tz = plan.context.rules.tz
    start, end = (None if side is None else side.astimezone(tz).isoformat() for side in sides)
    return {"from": start, "to": end}


def exclusions(plan: Plan) -> list[Exclusion]:
    """Return what the figures leave out of the population, with reasons and counts."""
    found = [Exclusion("hidden_none", reason_words("hidden_none", n), n) for n in plan.hidden.values() if n]
    for use in plan.definition.measures:
        if not use.of:
            cell = cell_maker(plan.recipe(use), plan.part_names)(plan.figures().grand)
            found += exclusions_of(use, cell)
    return found


def exclusions_of(use: MeasureUse, cell: Cell) -> list[Exclusion]:
    """Return what one measure leaves out of a group."""
    found = cell.left_out or {}
    return [Exclusion(why, reason_words(why, n), n, use.id) for why, n in found.items()]


def reason_words(reason: str, count: int) -> str:
    """Return why records are left out: "2 without a value"."""
    return str(_REASONS[reason](count)) % {"n": count}


def _truncations(plan: Plan) -> list[Truncation]:
    found = [
        Truncation(
            d.id, len(plan.narrowed[d.id].keys), plan.narrowed[d.id].groups, plan.definition.shows_other(d)
        )
        for d in plan.definition.dimensions
        if d.id in plan.narrowed and _is_cut(plan, d)
    ]
    if plan.column_count > len(plan.columns):
        found.append(Truncation(plan.definition.columns[0].id, len(plan.columns), plan.column_count))
    if plan.row_count > len(plan.rows):
        found.append(Truncation(None, len(plan.rows), plan.row_count))
    return found


def _is_cut(plan: Plan, dimension: Dimension) -> bool:
    """Whether groups are missing that no condition leaves out."""
    narrowed = plan.narrowed[dimension.id]
    if narrowed.met is None or plan.definition.shows_other(dimension):
        return not narrowed.is_complete
    return len(narrowed.keys) < narrowed.met


def _notes(plan: Plan, groups: _Groups) -> list[str]:
    notes = []
    for dimension in plan.definition.dimensions:
        if plan.axes[dimension.id].overlaps:
            text = _(
                "Groups of %(field)s overlap: a record counts in each of its groups, and once in the total."
            )
            notes.append(text % {"field": dimension.label})
    if groups.has_open or is_open_result(plan):
        notes.append(words.open_words())
    if _has_small_samples(plan):
        notes.append(
            _("Rates of fewer than %(n)d records are uncertain and shown pale.") % {"n": SMALL_SAMPLE}
        )
    return notes + words.method_words(plan, plan.definition.measures)


def _has_small_samples(plan: Plan) -> bool:
    """Whether a row shown has a rate of few records."""
    counted = plan.figures().rows
    for use in plan.definition.measures:
        if use.measure.is_rate:
            make = cell_maker(plan.recipe(use), plan.part_names)
            if any(make(counted[keys]).small for keys in plan.rows if keys in counted):
                return True
    return False


def _having(plan: Plan) -> dict[str, Any] | None:
    """Return by which conditions the groups were chosen, as data."""
    if plan.definition.having is None or plan.met is None:
        return None
    met, groups = plan.met
    return {"sentence": words.having_words(plan.definition), "met": met, "groups": groups}


def _compare(plan: Plan) -> dict[str, Any] | None:
    """Return with what the figures are compared, as data."""
    comparison = plan.comparison
    if comparison is None:
        return None
    now, before = comparison.days
    return {
        "bounds": _bounds_json(plan, comparison.before),
        "period": words.period_words(plan, before=True),
        "days": {"now": now, "before": before},
        "cut": comparison.is_cut,
        "clamped": comparison.is_clamped,
    }

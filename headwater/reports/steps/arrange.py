"""The order of the rows, and how many are shown."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from headwater.reports.axes.base import OTHER
from headwater.reports.definition import Sort
from headwater.reports.measures.cells import cell_maker
from headwater.reports.plan import Keys, Plan
from headwater.reports.steps.spine import MOST_COLUMNS

MOST_CELLS = 200_000


def arrange(plan: Plan) -> Plan:
    """Sort the rows, cut rows and columns at the limits; totals stay those of everything.

    Other and the group without a value come last whatever the order.
    """
    rows = list(plan.rows)
    for sort in reversed(plan.definition.sort):
        rows = _sorted(rows, sort, _value_of(plan, sort))
    if any(last in labels for labels in plan.labels.values() for last in (None, OTHER)):
        rows.sort(key=_place)
    columns = plan.columns[:MOST_COLUMNS]
    most = min(plan.definition.limit, MOST_CELLS // max(len(columns), 1))
    return replace(
        plan,
        rows=tuple(rows[:most]),
        row_count=len(rows),
        columns=columns,
        column_count=len(plan.columns),
    )


def _place(keys: Keys) -> int:
    if any(key is None for key in keys):
        return 2
    return 1 if any(key is OTHER for key in keys) else 0


def _value_of(plan: Plan, sort: Sort) -> Callable[[Keys], Any]:
    use = plan.definition.measure(sort.by)
    if use is not None:
        values, nothing = plan.figures().rows, plan.nothing
        cell = cell_maker(plan.recipe(use), plan.part_names)
        return lambda keys: cell(values.get(keys, nothing)).value
    place = next(i for i, dimension in enumerate(plan.definition.rows) if dimension.id == sort.by)
    order = {key: position for position, key in enumerate(plan.labels[sort.by])}
    return lambda keys: order[keys[place]]


def _sorted(rows: list[Keys], sort: Sort, value_of: Callable[[Keys], Any]) -> list[Keys]:
    valued = {keys: value_of(keys) for keys in rows}
    empty = [keys for keys in rows if valued[keys] is None]
    full = [keys for keys in rows if valued[keys] is not None]
    # A stable sort turned around would also turn around the order of equals.
    full.sort(key=lambda keys: -valued[keys] if sort.descending else valued[keys])
    return empty + full if sort.nulls_first else full + empty

"""Which rows and columns there are, and what they are called."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta

from headwater.metadata.paths import Path
from headwater.reports.axes.base import OTHER, Key
from headwater.reports.axes.dates import BucketAxis
from headwater.reports.definition import Dimension
from headwater.reports.period import first_day
from headwater.reports.plan import Keys, Plan
from headwater.reports.steps.group import axis_keys

MOST_COLUMNS = 400
"""How many columns a table has at most."""


def spine(plan: Plan) -> Plan:
    """List the groups of both sides in their natural order, calendars without holes.

    A calendar is filled where its dimension stands alone on its side, and never beyond today.
    Groups beyond those shown by themselves are left out where the definition wants no Other.
    """
    figures = plan.figures()
    labels: dict[str, dict[Key, str]] = {}
    rows = _side(plan, plan.definition.rows, list(figures.rows) or [()], labels)
    columns = _side(plan, plan.definition.columns, list(figures.columns) or [()], labels)
    return replace(plan, rows=rows, columns=columns, labels=labels)


def _side(
    plan: Plan, dimensions: Sequence[Dimension], known: list[Keys], labels: dict[str, dict[Key, str]]
) -> tuple[Keys, ...]:
    if not dimensions:
        return ((),)
    groups = [keys for keys in known if keys]
    if len(dimensions) == 1:
        groups = [(key,) for key in _filled(plan, dimensions[0], axis_keys(groups, 0))]
    for i, dimension in enumerate(dimensions):
        narrowed = plan.narrowed.get(dimension.id)
        keys = axis_keys(groups, i)
        if OTHER in keys and not plan.definition.shows_other(dimension):
            keys.discard(OTHER)
            groups = [group for group in groups if group[i] is not OTHER]
        named = plan.axes[dimension.id].groups(keys, narrowed.spelled if narrowed else {})
        labels[dimension.id] = named
    # Sorting is stable: the first dimension decides, the next ones among equals.
    for i, dimension in reversed(list(enumerate(dimensions))):
        places = {key: place for place, key in enumerate(labels[dimension.id])}
        groups.sort(key=_by_place(i, places))
    return tuple(groups)


def _by_place(i: int, places: dict[Key, int]) -> Callable[[Keys], int]:
    return lambda keys: places[keys[i]]


def _filled(plan: Plan, dimension: Dimension, keys: set[Key]) -> set[Key]:
    axis = plan.axes[dimension.id]
    # Of the largest buckets the ones between are in Other, and not empty.
    if not isinstance(axis, BucketAxis) or not dimension.fill or dimension.top is not None:
        return keys
    period, rules = plan.definition.period, plan.context.rules
    most = plan.definition.limit if dimension in plan.definition.rows else MOST_COLUMNS
    if (
        period is None
        or plan.bounds is None
        or not isinstance(dimension.field, Path)
        or period.path.key != dimension.field.key
    ):
        return axis.filled(keys, None, None, most)
    # Without an end of its own the calendar ends with what happened, not with years of nothing.
    stop: date | None = None
    if plan.bounds.stop is not None:
        stop = min(plan.bounds.stop, rules.local_date(plan.context.now) + timedelta(days=1))
    return axis.filled(keys, first_day(plan.bounds, rules), stop, most)

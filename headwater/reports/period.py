"""The period as a condition: for the database, and in the language of lists."""

from datetime import date
from typing import Any

from django.db.models import Q

from headwater.lib.periods import CalendarRules, day_number, month_number
from headwater.lib.ranges import Bounds
from headwater.metadata.context import FilterContext
from headwater.metadata.filters import parse_filter
from headwater.metadata.paths import Path
from headwater.reports.absolute import range_json
from headwater.reports.axes.grains import Grain
from headwater.reports.days import are_stored
from headwater.reports.definition import Definition

_MONTHLY = {Grain.MONTH, Grain.QUARTER, Grain.YEAR}


def period_tree(path: Path, bounds: Bounds, context: FilterContext) -> dict[str, Any]:
    """Return the period, by one date, as a filter with absolute bounds."""
    days = path.field.kind.name == "date" or is_daily(bounds, context.rules)
    return {"field": path.key, "op": "in_range", "value": range_json(bounds, context, days=days)}


def period_q(definition: Definition, path: Path, bounds: Bounds, context: FilterContext) -> Q:
    """Return the SQL condition of the period, by one date.

    Where days are stored beside the instant, they are compared: covering indexes hold them. The
    period is compared in the column that the groups are cut from, so that one index serves both.
    """
    stored = are_stored(path.field) and not path.hops
    if not stored or not is_daily(bounds, context.rules):
        return parse_filter(definition.root, period_tree(path, bounds, context)).to_q(context)
    name = path.field.attname
    if _is_monthly(bounds) and _grouped_by_month(definition):
        return _between(f"{name}_month", bounds, month_number)
    return _between(f"{name}_day", bounds, day_number)


def _between(name: str, bounds: Bounds, number: Any) -> Q:
    condition = Q()
    if bounds.first is not None:
        condition &= Q(**{f"{name}__gte": number(bounds.first)})
    if bounds.stop is not None:
        condition &= Q(**{f"{name}__lt": number(bounds.stop)})
    return condition


def is_daily(bounds: Bounds, rules: CalendarRules) -> bool:
    """Whether the bounds are the beginnings of days in the organization's zone."""
    sides = ((bounds.start, bounds.first), (bounds.end, bounds.stop))
    return all(
        instant is None or (day is not None and rules.start_of_day(day) == instant) for instant, day in sides
    )


def _is_monthly(bounds: Bounds) -> bool:
    return all(day is None or day.day == 1 for day in (bounds.first, bounds.stop))


def _grouped_by_month(definition: Definition) -> bool:
    """Whether the report's calendar, which every date of it is cut by, has months."""
    return any(
        dimension.field.key == definition.clock and dimension.grain in _MONTHLY
        for dimension in definition.dimensions
    )


def first_day(bounds: Bounds, rules: CalendarRules) -> date | None:
    """Return the local day in which the bounds begin."""
    return None if bounds.start is None else rules.local_date(bounds.start)

"""Which cohorts are so young that their rates will still rise."""

from datetime import date, datetime, timedelta

from headwater.lib.ranges import Bounds
from headwater.metadata.paths import Path
from headwater.reports.axes.dates import BucketAxis
from headwater.reports.definition import Dimension, MeasureUse
from headwater.reports.measures.measure import Basis
from headwater.reports.plan import Plan

OPEN_DAYS = 30
"""A cohort counts as open until its time has been over for this long."""


def open_date(plan: Plan) -> str | None:
    """Return the field by which the report's rates form cohorts; None without a cohort rate."""
    return next((use.measure.date for use in plan.definition.measures if is_cohort(use)), None)


def is_cohort(use: MeasureUse) -> bool:
    return use.basis is Basis.COHORT


def is_open_result(plan: Plan) -> bool:
    """Whether records of the report's whole period may still be counted by a rate."""
    field = open_date(plan)
    if field is None:
        return False
    period, bounds = plan.definition.period, plan.bounds
    if period is None or bounds is None or period.path.key != field or bounds.end is None:
        return True
    return _is_young(bounds.end, plan.context.now)


def is_open_group(plan: Plan, dimension: Dimension, key: object) -> bool:
    """Whether a group of a calendar is an open cohort, by the end of its part of the period."""
    field, axis = open_date(plan), plan.axes[dimension.id]
    if field is None or not isinstance(axis, BucketAxis) or not isinstance(key, date):
        return False
    if not isinstance(dimension.field, Path) or dimension.field.key != field:
        return False
    end = plan.context.rules.start_of_day(axis.next(key))
    return _is_young(_earlier(end, plan, field), plan.context.now)


def _earlier(end: datetime, plan: Plan, field: str) -> datetime:
    bounds: Bounds | None = plan.bounds
    period = plan.definition.period
    if bounds is None or period is None or bounds.end is None or period.path.key != field:
        return end
    return min(end, bounds.end)


def _is_young(end: datetime, now: datetime) -> bool:
    return end > now - timedelta(days=OPEN_DAYS)

"""Relative words become absolute."""

from dataclasses import replace

from headwater.lib.ranges import resolve_range
from headwater.reports.plan import Plan


def bind(plan: Plan) -> Plan:
    """Turn the period into absolute half-open bounds, once. Does nothing without a period."""
    period = plan.definition.period
    if period is None:
        return plan
    return replace(plan, bounds=resolve_range(period.spec, plan.context.rules, plan.context.now))

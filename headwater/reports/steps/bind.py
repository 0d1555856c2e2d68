"""Relative words become absolute."""

from dataclasses import replace

from headwater.lib.ranges import resolve_range
from headwater.reports.comparison import compared
from headwater.reports.measures.terms import Terms
from headwater.reports.plan import Plan


def bind(plan: Plan) -> Plan:
    """Settle what now means: the bounds of the period and of the earlier time, and the day of rates.

    A running period that is compared ends today, so that both times are of one sort.
    """
    definition, context = plan.definition, plan.context
    terms = Terms(definition.root, definition.clock, definition.rate, context.now, context.rules)
    period = definition.period
    if period is None:
        return replace(plan, terms=terms)
    bounds = resolve_range(period.spec, context.rules, context.now)
    if definition.compare is None:
        return replace(plan, terms=terms, bounds=bounds)
    today = context.rules.local_date(context.now)
    comparison = compared(definition.compare, period.spec, bounds, context.rules, today)
    if comparison.is_cut:
        bounds = comparison.now
    return replace(plan, terms=terms, bounds=bounds, comparison=comparison)

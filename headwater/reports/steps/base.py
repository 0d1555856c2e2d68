"""Which records are counted."""

from dataclasses import replace

from headwater.records.find import find_records
from headwater.reports.period import period_q
from headwater.reports.plan import Plan


def base(plan: Plan) -> Plan:
    """Take what the reading door gives this reader, the filter and the period.

    Everything below counts these rows and never touches a raw table.
    """
    found = find_records(plan.actor, plan.definition.root)
    if not plan.definition.where.is_empty:
        found = found.filter(plan.definition.where.to_q(plan.context))
    if plan.definition.period is not None and plan.bounds is not None:
        found = found.filter(period_q(plan.definition, plan.bounds, plan.context))
    return replace(plan, base=found)

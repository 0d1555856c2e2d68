"""Which records are counted."""

from dataclasses import replace

from django.db.models import Q

from headwater.records.find import find_parts, find_records
from headwater.reports.measures.recipes import presence
from headwater.reports.period import period_q
from headwater.reports.plan import Plan, Strand


def base(plan: Plan) -> Plan:
    """Take what the reading door gives this reader, the filter and each strand's period.

    Everything below counts these rows and never touches a raw table.
    """
    found = [find_records(plan.actor, plan.definition.root)]
    if len(parts := find_parts(plan.actor, plan.definition.root)) > 1:
        found += parts
    if not plan.definition.where.is_empty:
        found = [each.filter(plan.definition.where.to_q(plan.context)) for each in found]
    strands = []
    for strand in plan.strands:
        entered = _entered(plan, strand)
        whole, *split = [each.filter(entered) for each in found]
        strands.append(replace(strand, base=whole, split=tuple(split)))
    return replace(plan, strands=tuple(strands))


def _entered(plan: Plan, strand: Strand) -> Q:
    """Return the condition that a record's date lies in the strand's bounds, or that it has one at all."""
    if strand.path is None:
        return Q()
    if strand.bounds is not None:
        return period_q(plan.definition, strand.path, strand.bounds, plan.context)
    return Q(**{f"{presence(strand.path.field)}__isnull": False})

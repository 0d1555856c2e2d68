"""Which records are counted."""

from dataclasses import replace

from django.db.models import Q, QuerySet

from headwater.records.find import find_parts, find_records
from headwater.records.models import Record
from headwater.reports.measures.recipes import presence
from headwater.reports.period import period_q, period_tree
from headwater.reports.plan import Plan, Strand


def base(plan: Plan) -> Plan:
    """Take what the reading door gives this reader, the filter and each strand's period.

    Everything below counts these rows and never touches a raw table.
    """
    strands = []
    for strand in plan.strands:
        asked = plan.definition.where.to_q(plan.context) & _entered(plan, strand)
        whole, *split = [each.filter(asked) for each in _readers(plan, strand)]
        strands.append(replace(strand, base=whole, split=tuple(split)))
    return replace(plan, strands=tuple(strands))


def _readers(plan: Plan, strand: Strand) -> list[QuerySet[Record]]:
    """Return what the reading door gives as one query, then in parts where it comes in several."""
    root, period = plan.definition.root, None
    if strand.path is not None and strand.bounds is not None and not strand.path.hops:
        period = period_tree(strand.path, strand.bounds, plan.context)
    parts = find_parts(plan.actor, root, asked_besides=period)
    return [find_records(plan.actor, root), *parts] if len(parts) > 1 else parts


def _entered(plan: Plan, strand: Strand) -> Q:
    """Return the condition that a record's date lies in the strand's bounds, or that it has one at all."""
    if strand.path is None:
        return Q()
    if strand.bounds is not None:
        return period_q(plan.definition, strand.path, strand.bounds, plan.context)
    return Q(**{f"{presence(strand.path.field)}__isnull": False})

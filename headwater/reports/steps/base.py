"""Which records are counted."""

from dataclasses import replace

from django.db.models import Q, QuerySet

from headwater.metadata.filters import parse_filter
from headwater.records.find import find_parts, find_records
from headwater.records.models import Record
from headwater.reports.measures.recipes import presence
from headwater.reports.period import period_q, period_tree
from headwater.reports.plan import Plan, Strand


def base(plan: Plan) -> Plan:
    """Take what the reading door gives this reader, the filter and each strand's period.

    Everything below counts these rows and never touches a raw table. Records of a hidden "(none)"
    group leave the population and are counted.
    """
    hidden = dict.fromkeys((d.id for d in plan.definition.dimensions if not d.show_none), 0)
    needs_whole = any(axis.unbounded for axis in plan.axes.values())
    strands = []
    for strand in plan.strands:
        asked = plan.definition.where.to_q(plan.context) & _entered(plan, strand)
        populations = [part.filter(asked) for part in _parts(plan, strand)]
        whole = None
        if needs_whole:
            whole = populations[0]
            if len(populations) > 1:
                whole = find_records(plan.actor, plan.definition.root).filter(asked)
        for id in hidden:
            none = parse_filter(plan.definition.root, strand.axes[id].none_tree()).to_q(plan.context)
            if not strand.is_before:
                hidden[id] += sum(part.filter(none).count() for part in populations)
            populations = [part.filter(~none) for part in populations]
            whole = None if whole is None else whole.filter(~none)
        strands.append(replace(strand, populations=tuple(populations), whole=whole))
    return replace(plan, strands=tuple(strands), hidden=hidden)


def _parts(plan: Plan, strand: Strand) -> list[QuerySet[Record]]:
    """Return what the reading door gives, to be added up."""
    period = None
    if strand.path is not None and strand.bounds is not None and not strand.path.hops:
        period = period_tree(strand.path, strand.bounds, plan.context)
    return find_parts(plan.actor, plan.definition.root, asked_besides=period)


def _entered(plan: Plan, strand: Strand) -> Q:
    """Return the condition that a record's date lies in the strand's bounds, or that it has one at all."""
    if strand.path is None:
        return Q()
    if strand.bounds is not None:
        return period_q(plan.definition, strand.path, strand.bounds, plan.context)
    return Q(**{f"{presence(strand.path.field)}__isnull": False})

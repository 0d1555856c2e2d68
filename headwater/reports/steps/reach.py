"""How each dimension is reached from the records."""

from dataclasses import replace

from headwater.metadata.filters import parse_filter
from headwater.reports.axes.base import Axis
from headwater.reports.axes.factory import axis_of
from headwater.reports.plan import Plan, Strand


def reach(plan: Plan) -> Plan:
    """Bind dimensions to the reader, and leave out hidden groups.

    Every dimension lies at the end of to-one steps (the dictionary's paths know no others), so
    no join multiplies rows. Records of a hidden "(none)" group leave the population and are counted.
    """
    plan = replace(plan, axes={d.id: axis_of(d, plan.context) for d in plan.definition.dimensions})
    strands, hidden = [], dict.fromkeys((d.id for d in plan.definition.dimensions if not d.show_none), 0)
    for strand in plan.strands:
        axes = _axes(plan, strand)
        found, split = strand.population(), strand.split
        for id in hidden:
            none = parse_filter(plan.definition.root, axes[id].none_tree()).to_q(plan.context)
            if not strand.is_before:
                hidden[id] += found.filter(none).count()
            found, split = found.filter(~none), tuple(each.filter(~none) for each in split)
        strands.append(replace(strand, axes=axes, base=found, split=split))
    return replace(plan, strands=tuple(strands), hidden=hidden)


def _axes(plan: Plan, strand: Strand) -> dict[str, Axis]:
    """Return the strand's axes: a calendar of the report is cut from the strand's own date."""
    if not strand.name or strand.path is None:
        return dict(plan.axes)
    return {
        d.id: axis_of(replace(d, field=strand.path), plan.context) if plan.is_calendar(d) else plan.axes[d.id]
        for d in plan.definition.dimensions
    }

"""How each dimension is reached from the records."""

from dataclasses import replace

from headwater.reports.axes.base import Axis
from headwater.reports.axes.factory import axis_of
from headwater.reports.plan import Plan, Strand


def reach(plan: Plan) -> Plan:
    """Bind dimensions to the reader.

    Every dimension lies at the end of to-one steps (the dictionary's paths know no others), so
    no join multiplies rows.
    """
    plan = replace(plan, axes={d.id: axis_of(d, plan.context) for d in plan.definition.dimensions})
    strands = tuple(replace(strand, axes=_axes(plan, strand)) for strand in plan.strands)
    return replace(plan, strands=strands)


def _axes(plan: Plan, strand: Strand) -> dict[str, Axis]:
    """Return the strand's axes: a calendar of the report is cut from the strand's own date."""
    if not strand.name or strand.path is None:
        return dict(plan.axes)
    return {
        d.id: axis_of(replace(d, field=strand.path), plan.context) if plan.is_calendar(d) else plan.axes[d.id]
        for d in plan.definition.dimensions
    }

"""How each dimension is reached from the records, and what is counted of them."""

from dataclasses import replace

from headwater.metadata.filters import parse_filter
from headwater.reports.axes.factory import axis_of
from headwater.reports.measures.parts import Part, parts_of
from headwater.reports.plan import Plan


def reach(plan: Plan) -> Plan:
    """Bind dimensions to the reader, collect the parts of all measures, leave out hidden groups.

    Every dimension lies at the end of to-one steps (the dictionary's paths know no others), so
    no join multiplies rows. Records of a hidden "(none)" group leave the population and are counted.
    """
    axes = {dimension.id: axis_of(dimension, plan.context) for dimension in plan.definition.dimensions}
    parts: dict[str, Part] = {}
    for use in plan.definition.measures:
        parts.update({part.name: part for part in parts_of(use.measure)})
    found, hidden = plan.population(), {}
    for dimension in plan.definition.dimensions:
        if not dimension.show_none:
            none = parse_filter(plan.definition.root, axes[dimension.id].none_tree()).to_q(plan.context)
            hidden[dimension.id] = found.filter(none).count()
            found = found.filter(~none)
    return replace(plan, axes=axes, parts=tuple(parts.values()), base=found, hidden=hidden)

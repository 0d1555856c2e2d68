"""Who may run this at all."""

from headwater.access import rights
from headwater.access.models import Action
from headwater.metadata import registry
from headwater.metadata.paths import Path
from headwater.reports.plan import Plan


def authorize(plan: Plan) -> Plan:
    """Refuse a reader without the right to see the object or one that a dimension looks into.

    Which rows she sees is decided by the base. Raises Forbidden.
    """
    definition = plan.definition
    sources = [dimension.field for dimension in definition.dimensions]
    if definition.period is not None:
        sources.append(definition.period.path)
    names = {definition.root}
    for source in sources:
        names.update([hop.target or "" for hop in source.hops] if isinstance(source, Path) else source.links)
    for name in sorted(names):
        if registry.get(name).is_record:
            rights.require(plan.actor, name, Action.SEE)
    return plan

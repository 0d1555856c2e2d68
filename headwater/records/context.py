"""The context in which an actor's filters are understood."""

from headwater.access.visibility import visible_q
from headwater.lib import clock
from headwater.metadata.context import FilterContext, calendar_rules
from headwater.users.actor import Actor


def filter_context(actor: Actor) -> FilterContext:
    """Return who asks, when, by which calendar, and what of other objects she may see."""
    return FilterContext(
        actor=actor,
        now=clock.now(),
        rules=calendar_rules(),
        visible=lambda object_name, prefix: visible_q(actor, object_name, prefix),
    )

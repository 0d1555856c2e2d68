"""What a filter needs to know besides its tree."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from headwater.lib.periods import CalendarRules
from headwater.users import organization
from headwater.users.actor import Actor

VisibleQ = Callable[[str, str], Q]


@dataclass(frozen=True)
class FilterContext:
    """Who asks, when, by which calendar, and what of other objects she may see.

    ``visible`` gives the condition under which a linked record counts as seen, for an object
    name and an ORM prefix; filters never look through a link without it.
    """

    actor: Actor
    now: datetime
    rules: CalendarRules
    visible: VisibleQ


def calendar_rules() -> CalendarRules:
    """Return the organization's calendar: zone, first day of the week, fiscal year."""
    settings = organization.current()
    return CalendarRules(
        zone=settings.zone,
        week_start=settings.week_start,
        fiscal_month=settings.fiscal_month,
        fiscal_day=settings.fiscal_day,
    )

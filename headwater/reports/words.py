"""A report in words: its title, what it counts, over what time, for whom."""

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from headwater.access import rights
from headwater.access.models import Action, Scope
from headwater.lib import formats
from headwater.lib.range_words import bounds_words, range_words
from headwater.metadata import registry
from headwater.reports.axes import grains
from headwater.reports.definition import Definition, Dimension, MeasureUse
from headwater.reports.maturity import OPEN_DAYS
from headwater.reports.plan import Plan
from headwater.users import teams
from headwater.users.actor import Actor


def dimension_words(dimension: Dimension) -> str:
    """Return a dimension with its grain: "Created (month)"."""
    if dimension.grain is None:
        return dimension.label
    return f"{dimension.label} ({str(grains.LABELS[dimension.grain]).lower()})"


def title_words(definition: Definition) -> str:
    """Return the report's name, or what it shows, with the basis of its rates: "… by Source (cohort)"."""
    bases = sorted({basis_words(use.basis) for use in definition.measures if use.basis})
    title = definition.name or by_words(definition, definition.measures)
    return f"{title} ({', '.join(bases)})" if bases else title


def by_words(definition: Definition, uses: Sequence[MeasureUse]) -> str:
    """Return measures and dimensions: "Number of people by City, Created (month)"."""
    measures = ", ".join(str(use.measure.label) for use in uses)
    by = ", ".join(dimension_words(dimension) for dimension in definition.dimensions)
    return _("%(measures)s by %(by)s") % {"measures": measures, "by": by} if by else measures


def basis_words(basis: str) -> str:
    """Return the name of a rate's basis."""
    return {"cohort": _("cohort")}[basis]


def period_words(plan: Plan) -> str:
    """Return the period with its absolute dates: "Created this year: 1 Jan – 31 Dec 2026"."""
    period = plan.definition.period
    if period is None or plan.bounds is None:
        return _("any time")
    dates = bounds_words(plan.bounds, plan.context.rules, plan.context.now)
    relative = range_words(period.spec)
    words = {"field": period.path.label, "range": relative, "dates": dates}
    return _("%(field)s: %(range)s, %(dates)s") % words if relative else _("%(field)s: %(dates)s") % words


def sentence(plan: Plan) -> str:
    """Return what the report counts, in one sentence a reader can check."""
    entry = registry.get(plan.definition.root)
    parts = [f"{entry.label_plural}: {period_words(plan)}"]
    if conditions := plan.definition.where.sentence(plan.context):
        parts.append(conditions)
    if any(use.basis == "cohort" for use in plan.definition.measures):
        now = formats.instant(plan.context.now, plan.context.rules.tz)
        parts.append(_("cohort: counted by that date, whatever happened until %(now)s") % {"now": now})
    return "; ".join(parts)


def rights_words(actor: Actor, object_name: str) -> str:
    """Return whose records the reader's figures are made of."""
    scope = rights.scope(actor, object_name, Action.SEE)
    words = {"objects": str(registry.get(object_name).label_plural).lower()}
    owners = rights.owner_ids(actor, scope)
    if owners is None:
        return _("All %(objects)s: you may see every one.") % words
    if actor.user is None or not owners:
        return _("No %(objects)s: you may see none.") % words
    if len(owners) == 1 or actor.user.team is None:
        return _("Your own %(objects)s only.") % words
    words |= {"team": actor.user.team.name}
    people = ngettext("%(n)d person", "%(n)d people", len(owners)) % {"n": len(owners)}
    if scope == Scope.TEAM_AND_BELOW and len(teams.with_descendants(actor.user.team.pk)) > 1:
        text = _("The %(objects)s of team %(team)s and the teams below (%(people)s).")
    else:
        text = _("The %(objects)s of team %(team)s (%(people)s).")
    return text % {**words, "people": people}


def open_words() -> str:
    """Return when a cohort counts as open."""
    return _("Open groups may still rise: their time is not over, or ended less than %(days)d days ago.") % {
        "days": OPEN_DAYS
    }

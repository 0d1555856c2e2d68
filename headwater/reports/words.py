"""A report in words: its title, what it counts, over what time, for whom."""

from collections.abc import Sequence
from datetime import datetime
from functools import reduce

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from headwater.access import rights
from headwater.access.models import Action, Scope
from headwater.access.visibility import visible_streams
from headwater.lib import formats
from headwater.lib.range_words import bounds_words, range_words
from headwater.metadata import registry
from headwater.reports.axes import grains
from headwater.reports.definition import AsOf, Definition, Dimension, MeasureCondition, MeasureUse
from headwater.reports.maturity import OPEN_DAYS
from headwater.reports.measures.measure import Basis, Measure, MeasureKind
from headwater.reports.measures.terms import TODAY
from headwater.reports.plan import Plan
from headwater.users import organization, teams
from headwater.users.actor import Actor


def dimension_words(dimension: Dimension) -> str:
    """Return a dimension with its grain: "Created (month)"."""
    if dimension.grain is None:
        return dimension.label
    return f"{dimension.label} ({str(grains.LABELS[dimension.grain]).lower()})"


def axis_words(plan: Plan, dimension: Dimension) -> str:
    """Return a dimension's heading; only the calendar unit where each measure is cut by a date of its own."""
    if dimension.grain is not None and plan.is_calendar(dimension) and len(_dates(plan)) > 1:
        return str(grains.LABELS[dimension.grain])
    return dimension_words(dimension)


def _dates(plan: Plan) -> set[str]:
    return {strand.name for strand in plan.strands}


def title_words(definition: Definition) -> str:
    """Return the report's name, or what it shows, with the basis of its rates and a past "as of".

    "Conversion by Source (cohort, as of 31 Jan 2026)".
    """
    marks = sorted({basis_words(use.measure) for use in definition.measures if use.basis})
    if past := as_of_words(definition):
        marks.append(past)
    title = definition.name or by_words(definition, definition.measures)
    return f"{title} ({', '.join(marks)})" if marks else title


def as_of_words(definition: Definition) -> str:
    """Return as of when a report is: "as of 31 Jan 2026"; nothing for now."""
    if definition.as_of is None:
        return ""
    return _("as of %(instant)s") % {"instant": instant_words(definition.as_of)}


def instant_words(as_of: AsOf) -> str:
    """Return an earlier instant as it was asked for: "31 Jan 2026" for the end of that day."""
    written = as_of.written
    if isinstance(written, datetime):
        return formats.instant(written, organization.zone())
    return formats.date(written)


def moment_words(plan: Plan) -> str:
    """Return the instant that the figures are as of."""
    return _("as of %(instant)s") % {"instant": formats.instant(plan.context.now, plan.context.rules.tz)}


def by_words(definition: Definition, uses: Sequence[MeasureUse]) -> str:
    """Return measures and dimensions: "Number of people by City, Created (month)"."""
    measures = ", ".join(use_words(use) for use in uses)
    by = ", ".join(dimension_words(dimension) for dimension in definition.dimensions)
    return _("%(measures)s by %(by)s") % {"measures": measures, "by": by} if by else measures


def use_words(use: MeasureUse) -> str:
    """Return the heading of a measure."""
    if use.of:
        return _("Share of %(measure)s") % {"measure": use.measure.label}
    return str(use.measure.label)


BASES: dict[Basis, tuple[str | Promise, str | Promise]] = {
    Basis.COHORT: (
        gettext_lazy("Cohort"),
        gettext_lazy("Of the records of the period: how many converted at any time until now."),
    ),
    Basis.EVENT: (
        gettext_lazy("Event (throughput)"),
        gettext_lazy("What converted in the period, whenever created, over what was created in it."),
    ),
    Basis.WINDOWED: (
        gettext_lazy("Within a number of days"),
        gettext_lazy("Of the records old enough: how many converted within so many days."),
    ),
}
"""What designers choose from: a name and what it means."""


def basis_words(measure: Measure) -> str:
    """Return the name of a rate's basis, as titles give it."""
    if measure.basis is Basis.WINDOWED:
        days = measure.days or 0
        return ngettext("within %(n)d day", "within %(n)d days", days) % {"n": days}
    return _("event: throughput") if measure.basis is Basis.EVENT else _("cohort")


def period_words(plan: Plan, *, before: bool = False) -> str:
    """Return the period with its absolute dates: "Created this year: 1 Jan – 31 Dec 2026"."""
    period = plan.definition.period
    bounds = plan.comparison.before if before and plan.comparison else plan.bounds
    if period is None or bounds is None:
        return _("any time")
    dates = bounds_words(bounds, plan.context.rules, plan.context.now)
    relative = "" if before else range_words(period.spec)
    words = {"field": period.path.label, "range": relative, "dates": dates}
    if len(_dates(plan)) > 1:
        # Each measure has a date of its own, so that naming one would be wrong of the others.
        return _("%(range)s, %(dates)s") % words if relative else dates
    return _("%(field)s: %(range)s, %(dates)s") % words if relative else _("%(field)s: %(dates)s") % words


def method_words(plan: Plan, uses: Sequence[MeasureUse]) -> list[str]:
    """Return how numbers came about, as far as they do not show it: rates of exchange, the time before."""
    return [*_past_words(plan), *_money_words(plan, uses), *_compare_words(plan), *_chosen_words(plan)]


def measure_kind(use: MeasureUse) -> str:
    """Return what the numbers of a measure are: integer, number, percent, duration or money."""
    measure = use.measure
    if use.is_percentage:
        return "percent"
    if measure.kind is MeasureKind.COUNT or measure.field is None:
        return "integer"
    field = registry.whole(measure.object_name).fields[measure.field]
    if field.kind.name in ("percent", "duration"):
        return field.kind.name
    return "number" if field.currency_key is None else "money"


COMPARISONS: dict[str, tuple[str | Promise, str | Promise]] = {
    ">=": (gettext_lazy("at least"), gettext_lazy("%(measure)s is at least %(value)s")),
    ">": (gettext_lazy("more than"), gettext_lazy("%(measure)s is more than %(value)s")),
    "<=": (gettext_lazy("at most"), gettext_lazy("%(measure)s is at most %(value)s")),
    "<": (gettext_lazy("less than"), gettext_lazy("%(measure)s is less than %(value)s")),
    "=": (gettext_lazy("exactly"), gettext_lazy("%(measure)s is exactly %(value)s")),
    "!=": (gettext_lazy("other than"), gettext_lazy("%(measure)s is not %(value)s")),
}
"""How a group's number is compared: as designers offer it, and in a sentence."""


def having_words(definition: Definition) -> str:
    """Return the conditions on groups: "Number of people is at least 20"; "" without any."""
    if definition.having is None:
        return ""
    found = [_condition_words(definition, one) for one in definition.having.conditions]
    both = _("%(first)s or %(second)s") if definition.having.is_any else _("%(first)s and %(second)s")
    return reduce(lambda first, second: both % {"first": first, "second": second}, found)


def _condition_words(definition: Definition, condition: MeasureCondition) -> str:
    use = definition.measure(condition.by)
    assert use is not None
    kind = measure_kind(use)
    if kind == "money":
        value = formats.money(condition.value, organization.current().currency)
    elif kind == "duration":
        value = formats.duration(round(condition.value))
    else:
        places = max(0, -int(condition.value.normalize().as_tuple().exponent))
        is_percent = kind == "percent"
        value = formats.percent(condition.value, places) if is_percent else formats.number(condition.value)
    return str(COMPARISONS[condition.op][1]) % {"measure": use_words(use), "value": value}


def _chosen_words(plan: Plan) -> list[str]:
    """Return which groups are shown, once it is known of how many, and what becomes of the others."""
    if plan.definition.having is None:
        return []
    words = {"conditions": having_words(plan.definition)}
    if plan.met is None:
        return [_("Only groups are shown of which holds: %(conditions)s. Totals count all.") % words]
    words |= {"met": formats.number(plan.met[0]), "groups": formats.number(plan.met[1])}
    text = _("%(met)s of %(groups)s groups meet the condition (%(conditions)s). Totals count all.")
    found = [text % words]
    if any(d.top is not None and d.top.other for d in plan.definition.rows):
        found.append(_("“Other” is everything that is not shown by itself."))
    return found


def _past_words(plan: Plan) -> list[str]:
    if plan.definition.as_of is None:
        return []
    text = _(
        "The records are as they were known at %(instant)s, deleted ones among them; teams, names of people"
        " and what you may see are those of now."
    )
    return [text % {"instant": formats.instant(plan.context.now, plan.context.rules.tz)}]


def _money_words(plan: Plan, uses: Sequence[MeasureUse]) -> list[str]:
    entry, terms, found = registry.whole(plan.definition.root), plan.settled(), []
    currency = organization.current().currency
    for use in uses:
        number = entry.fields[use.measure.number] if use.measure.number else None
        if number is None or number.currency_key is None:
            continue
        if terms.rate == TODAY:
            text = _("Other currencies are converted into %(currency)s by the rates of today.")
            found.append(text % {"currency": currency})
            continue
        date = use.measure.date if use.measure.dated or use.measure.is_rate else ""
        text = _("Other currencies are converted into %(currency)s by the rate of the day of “%(date)s”.")
        label = entry.fields[terms.rate_date(number, date)].label
        found.append(text % {"currency": currency, "date": label})
    return list(dict.fromkeys(found))


def _compare_words(plan: Plan) -> list[str]:
    comparison = plan.comparison
    if comparison is None:
        return []
    now, before = comparison.days
    words = {"period": period_words(plan, before=True), "now": now, "before": before}
    found = [_("Compared with %(period)s.") % words]
    if comparison.is_cut:
        found.append(_("The period is not over: %(now)d days until today against %(before)d days.") % words)
    if comparison.is_clamped:
        found.append(_("The earlier time is shorter, so that fewer days are compared."))
    return found


def sentence(plan: Plan) -> str:
    """Return what the report counts, in one sentence a reader can check."""
    entry = registry.whole(plan.definition.root)
    parts = [f"{entry.label_plural}: {period_words(plan)}"]
    if conditions := plan.definition.where.sentence(plan.context):
        parts.append(conditions)
    if chosen := having_words(plan.definition):
        parts.append(_("only groups with: %(conditions)s") % {"conditions": chosen})
    dated = {use.measure.date: use for use in plan.definition.measures if use.measure.dated}
    for date, use in dated.items():
        words = {"measure": use.measure.label, "date": entry.fields[date].label}
        parts.append(_("“%(measure)s” by the date “%(date)s”") % words)
    parts += dict.fromkeys(
        _basis_sentence(plan, use.measure) for use in plan.definition.measures if use.basis
    )
    return "; ".join(parts)


def _basis_sentence(plan: Plan, measure: Measure) -> str:
    if measure.basis is Basis.EVENT:
        return _("throughput: what was converted in this time, whenever created, over what was created in it")
    if measure.basis is Basis.WINDOWED:
        days = measure.days or 0
        text = ngettext(
            "within %(n)d day after creation, of those that are at least as old",
            "within %(n)d days after creation, of those that are at least as old",
            days,
        )
        return text % {"n": days}
    now = formats.instant(plan.context.now, plan.context.rules.tz)
    return _("cohort: counted by that date, whatever happened until %(now)s") % {"now": now}


def rights_words(actor: Actor, object_name: str) -> str:
    """Return whose records the reader's figures are made of."""
    owned = _owned_words(actor, object_name)
    streams = visible_streams(actor, object_name)
    if streams is None or streams.held is None:
        return owned
    shared = _("And those that are shared with you, or that you are assigned to.")
    return f"{owned} {shared}"


def _owned_words(actor: Actor, object_name: str) -> str:
    scope = rights.scope(actor, object_name, Action.SEE)
    words = {"objects": str(registry.whole(object_name).label_plural).lower()}
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

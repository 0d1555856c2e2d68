"""Operators on dates and instants. Days begin in the organization's zone."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from headwater.lib.periods import CalendarRules, Unit, add_units
from headwater.lib.range_words import describe_range
from headwater.lib.ranges import Bounds, RangeError, resolve_range
from headwater.metadata.context import FilterContext
from headwater.metadata.errors import BadValue
from headwater.metadata.objects import Field
from headwater.metadata.operators.base import Operator, registry_of

Moment = datetime | date
_AGE_UNITS = ("hour", "day", "week", "month", "year")
_TODAY = {"rel": "today"}
_NOW = {"rel": "now"}


def _is_instant(value: Any) -> bool:
    return isinstance(value, datetime)


def _read_range(raw: Any, field: Field) -> dict[str, Any]:
    try:
        resolve_range(raw, CalendarRules(), datetime(2026, 1, 1, tzinfo=UTC))
    except RangeError as problem:
        raise BadValue("bad_range", str(problem)) from None
    return dict(raw)


def _bounds(operand: dict[str, Any], context: FilterContext) -> Bounds:
    return resolve_range(operand, context.rules, context.now)


def _range_q(field_kind: str, lookup: str, operand: dict[str, Any], context: FilterContext) -> Q:
    bounds = _bounds(operand, context)
    low: Moment | None = bounds.start if field_kind == "instant" else bounds.first
    high: Moment | None = bounds.end if field_kind == "instant" else bounds.stop
    condition = Q(**{f"{lookup}__isnull": False})
    if low is not None:
        condition &= Q(**{f"{lookup}__gte": low})
    if high is not None:
        condition &= Q(**{f"{lookup}__lt": high})
    return condition


def _in_range(value: Moment, operand: dict[str, Any], context: FilterContext) -> bool:
    bounds = _bounds(operand, context)
    return bounds.holds(value) if isinstance(value, datetime) else bounds.holds_date(value)


def _read_moment(raw: Any, field: Field) -> Any:
    if raw in (_TODAY, _NOW):
        return dict(raw)
    value = field.kind.clean(raw, field)
    if value is None:
        raise BadValue("no_value", say("Give a date to compare with."))
    return raw.isoformat() if isinstance(raw, date) else str(raw).strip()


def _day_or_instant(operand: Any, context: FilterContext) -> Moment:
    if operand == _TODAY:
        return context.rules.local_date(context.now)
    if operand == _NOW:
        return context.now
    if len(operand) <= 10:
        return date.fromisoformat(operand)
    moment = datetime.fromisoformat(operand)
    return (moment if moment.tzinfo else moment.replace(tzinfo=context.rules.tz)).astimezone(UTC)


def _edge(kind: str, operand: Any, context: FilterContext, *, after: bool) -> Moment:
    """Return the first moment not before (or the first one after) the operand, in the field's own type.

    "After a day" begins with the next day; "after an instant" is handled by the caller.
    """
    moment = _day_or_instant(operand, context)
    if isinstance(moment, datetime):
        return moment if kind == "instant" else context.rules.local_date(moment)
    day = moment + timedelta(days=1) if after else moment
    return context.rules.start_of_day(day) if kind == "instant" else day


def _before_q(kind: str, lookup: str, operand: Any, context: FilterContext) -> Q:
    return Q(**{f"{lookup}__lt": _edge(kind, operand, context, after=False)})


def _after_is_strict(operand: Any, context: FilterContext) -> bool:
    return isinstance(_day_or_instant(operand, context), datetime)


def _after_q(kind: str, lookup: str, operand: Any, context: FilterContext) -> Q:
    name = "gt" if _after_is_strict(operand, context) else "gte"
    return Q(**{f"{lookup}__{name}": _edge(kind, operand, context, after=True)})


def _kind(value: Moment) -> str:
    return "instant" if _is_instant(value) else "date"


def _before(value: Any, operand: Any, context: FilterContext) -> bool:
    return bool(value < _edge(_kind(value), operand, context, after=False))


def _after(value: Any, operand: Any, context: FilterContext) -> bool:
    edge: Any = _edge(_kind(value), operand, context, after=True)
    return bool(value > edge if _after_is_strict(operand, context) else value >= edge)


def _read_age(raw: Any, field: Field) -> dict[str, Any]:
    if not isinstance(raw, dict) or set(raw) - {"n", "unit"} or raw.get("unit") not in _AGE_UNITS:
        raise BadValue("bad_age", say('Give an age such as {"n": 7, "unit": "day"}.'))
    count = raw.get("n")
    if isinstance(count, bool) or not isinstance(count, int) or not 0 <= count <= 10_000:
        raise BadValue("bad_age", say("The age must be a whole number up to 10,000."))
    return {"n": count, "unit": raw["unit"]}


def cutoff(kind: str, operand: dict[str, Any], context: FilterContext) -> Moment:
    """Return now minus the age. Hours, days and weeks are exact spans of an instant's clock."""
    count, unit = operand["n"], operand["unit"]
    if kind == "instant" and unit in ("hour", "day", "week"):
        return context.now - timedelta(**{f"{unit}s": count})
    local = context.rules.local(context.now)
    if unit == "hour":
        return (local - timedelta(hours=count)).date()
    day = add_units(local.date(), -count, Unit(unit))
    return (
        day if kind == "date" else local.replace(year=day.year, month=day.month, day=day.day).astimezone(UTC)
    )


def turns_with(operator: str, operand: Any) -> str:
    """Say how long the answer for a value stands: until the next "day" or "hour"; "" is always."""
    if operator in ("older_than", "newer_than"):
        return "hour" if operand["unit"] == "hour" else "day"
    if operator in ("before", "after"):
        return {"today": "day", "now": "hour"}[operand["rel"]] if isinstance(operand, dict) else ""
    if operator == "in_range":
        return "day" if "rel" in operand or "since_start_of" in operand else ""
    return ""


def _show_range(operand: dict[str, Any], field: Field, context: FilterContext) -> str:
    return describe_range(operand, context.rules, context.now)


def _show_moment(operand: Any, field: Field, context: FilterContext) -> str:
    if operand == _TODAY:
        return say("today")
    if operand == _NOW:
        return say("now")
    return field.kind.display(field.kind.clean(operand, field), field)


def _show_age(operand: dict[str, Any], field: Field, context: FilterContext) -> str:
    words = {
        "hour": lambda n: ngettext("%(n)d hour", "%(n)d hours", n),
        "day": lambda n: ngettext("%(n)d day", "%(n)d days", n),
        "week": lambda n: ngettext("%(n)d week", "%(n)d weeks", n),
        "month": lambda n: ngettext("%(n)d month", "%(n)d months", n),
        "year": lambda n: ngettext("%(n)d year", "%(n)d years", n),
    }
    return str(words[operand["unit"]](operand["n"]) % {"n": operand["n"]})


def operators_for(kind: str) -> dict[str, Operator]:
    """Return the operators of one kind: the SQL differs in whether bounds are days or instants."""
    return registry_of(
        Operator(
            "in_range",
            _("%(field)s: %(value)s"),
            "range",
            _read_range,
            lambda lookup, operand, context: _range_q(kind, lookup, operand, context),
            _in_range,
            _show_range,
        ),
        Operator(
            "before",
            _("%(field)s is before %(value)s"),
            "moment",
            _read_moment,
            lambda lookup, operand, context: _before_q(kind, lookup, operand, context),
            _before,
            _show_moment,
        ),
        Operator(
            "after",
            _("%(field)s is after %(value)s"),
            "moment",
            _read_moment,
            lambda lookup, operand, context: _after_q(kind, lookup, operand, context),
            _after,
            _show_moment,
        ),
        Operator(
            "older_than",
            _("%(field)s is more than %(value)s ago"),
            "age",
            _read_age,
            lambda lookup, operand, context: Q(**{f"{lookup}__lt": cutoff(kind, operand, context)}),
            lambda value, operand, context: bool(value < cutoff(_kind(value), operand, context)),
            _show_age,
        ),
        Operator(
            "newer_than",
            _("%(field)s is less than %(value)s ago"),
            "age",
            _read_age,
            lambda lookup, operand, context: Q(**{f"{lookup}__gte": cutoff(kind, operand, context)}),
            lambda value, operand, context: bool(value >= cutoff(_kind(value), operand, context)),
            _show_age,
        ),
    )


DATE_OPERATORS = operators_for("date")
INSTANT_OPERATORS = operators_for("instant")

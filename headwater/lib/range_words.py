"""Ranges in words: "last 4 weeks: 16 Feb – 15 Mar"."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext_lazy

from headwater.lib import formats
from headwater.lib.periods import CalendarRules, Unit
from headwater.lib.ranges import Bounds, resolve_range

_ONE = {
    "this": {
        Unit.DAY: gettext_lazy("today"),
        Unit.WEEK: gettext_lazy("this week"),
        Unit.MONTH: gettext_lazy("this month"),
        Unit.QUARTER: gettext_lazy("this quarter"),
        Unit.YEAR: gettext_lazy("this year"),
        Unit.FISCAL_QUARTER: gettext_lazy("this fiscal quarter"),
        Unit.FISCAL_YEAR: gettext_lazy("this fiscal year"),
    },
    "last": {
        Unit.DAY: gettext_lazy("yesterday"),
        Unit.WEEK: gettext_lazy("last week"),
        Unit.MONTH: gettext_lazy("last month"),
        Unit.QUARTER: gettext_lazy("last quarter"),
        Unit.YEAR: gettext_lazy("last year"),
        Unit.FISCAL_QUARTER: gettext_lazy("last fiscal quarter"),
        Unit.FISCAL_YEAR: gettext_lazy("last fiscal year"),
    },
    "next": {
        Unit.DAY: gettext_lazy("tomorrow"),
        Unit.WEEK: gettext_lazy("next week"),
        Unit.MONTH: gettext_lazy("next month"),
        Unit.QUARTER: gettext_lazy("next quarter"),
        Unit.YEAR: gettext_lazy("next year"),
        Unit.FISCAL_QUARTER: gettext_lazy("next fiscal quarter"),
        Unit.FISCAL_YEAR: gettext_lazy("next fiscal year"),
    },
}
_SEVERAL = {
    "last": {
        Unit.DAY: ngettext_lazy("last %(n)d day", "last %(n)d days", "n"),
        Unit.WEEK: ngettext_lazy("last %(n)d week", "last %(n)d weeks", "n"),
        Unit.MONTH: ngettext_lazy("last %(n)d month", "last %(n)d months", "n"),
        Unit.QUARTER: ngettext_lazy("last %(n)d quarter", "last %(n)d quarters", "n"),
        Unit.YEAR: ngettext_lazy("last %(n)d year", "last %(n)d years", "n"),
        Unit.FISCAL_QUARTER: ngettext_lazy("last %(n)d fiscal quarter", "last %(n)d fiscal quarters", "n"),
        Unit.FISCAL_YEAR: ngettext_lazy("last %(n)d fiscal year", "last %(n)d fiscal years", "n"),
    },
    "next": {
        Unit.DAY: ngettext_lazy("next %(n)d day", "next %(n)d days", "n"),
        Unit.WEEK: ngettext_lazy("next %(n)d week", "next %(n)d weeks", "n"),
        Unit.MONTH: ngettext_lazy("next %(n)d month", "next %(n)d months", "n"),
        Unit.QUARTER: ngettext_lazy("next %(n)d quarter", "next %(n)d quarters", "n"),
        Unit.YEAR: ngettext_lazy("next %(n)d year", "next %(n)d years", "n"),
        Unit.FISCAL_QUARTER: ngettext_lazy("next %(n)d fiscal quarter", "next %(n)d fiscal quarters", "n"),
        Unit.FISCAL_YEAR: ngettext_lazy("next %(n)d fiscal year", "next %(n)d fiscal years", "n"),
    },
}
_SINCE = {
    Unit.DAY: gettext_lazy("today"),
    Unit.WEEK: gettext_lazy("since the start of this week"),
    Unit.MONTH: gettext_lazy("since the start of this month"),
    Unit.QUARTER: gettext_lazy("since the start of this quarter"),
    Unit.YEAR: gettext_lazy("since the start of this year"),
    Unit.FISCAL_QUARTER: gettext_lazy("since the start of this fiscal quarter"),
    Unit.FISCAL_YEAR: gettext_lazy("since the start of this fiscal year"),
}


def range_words(spec: Mapping[str, Any]) -> str:
    """The range without dates ("last 4 weeks"); empty when only dates can say it. ``spec`` is valid."""
    if "since_start_of" in spec:
        return str(_SINCE[Unit(spec["since_start_of"])])
    if "rel" not in spec:
        return ""
    rel, unit, count, offset = spec["rel"], Unit(spec["unit"]), spec.get("n", 1), spec.get("offset", 0)
    if rel == "this" and offset in (-1, 1):
        return str(_ONE["last" if offset < 0 else "next"][unit])
    if offset:
        return ""
    words = str(_ONE[rel][unit]) if count == 1 else _SEVERAL[rel][unit] % {"n": count}
    if spec.get("include_current") and rel != "this":
        current = str(_ONE["this"][unit])
        return _("%(range)s and %(current)s") % {"range": words, "current": current}
    return words


def bounds_words(bounds: Bounds, rules: CalendarRules, now: datetime, *, locale: str | None = None) -> str:
    """The absolute dates of bounds, the last day included: "16 Feb – 15 Mar", "since 1 Jan 2026"."""
    today = rules.local_date(now)
    last = bounds.stop - timedelta(days=1) if bounds.stop else None
    if bounds.first and last:
        if last < bounds.first:
            return _("no time at all")
        return formats.interval(bounds.first, last, today=today, locale=locale)
    if bounds.first:
        return _("since %(date)s") % {"date": formats.date(bounds.first, locale=locale)}
    if last:
        return _("until %(date)s") % {"date": formats.date(last, locale=locale)}
    return _("any time")


def describe_range(
    spec: Mapping[str, Any], rules: CalendarRules, now: datetime, *, locale: str | None = None
) -> str:
    """Words and dates: "last 4 weeks: 16 Feb – 15 Mar". Raises RangeError as ``resolve_range`` does."""
    dates = bounds_words(resolve_range(spec, rules, now), rules, now, locale=locale)
    words = range_words(spec)
    return _("%(range)s: %(dates)s") % {"range": words, "dates": dates} if words else dates

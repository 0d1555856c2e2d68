"""Numbers, money, dates and instants as a reader of a locale expects them.

``locale`` is a language code of the product ("en", "lv", "th", "km") or a full locale ("en_US");
without it the active language is used. A language without a territory takes its international
form: "en" shows 18 Mar 2026 and 14:05. Years are counted in the reader's calendar (``lib.calendars``).
"""

import datetime as dt
from contextlib import nullcontext
from decimal import Decimal
from functools import lru_cache
from typing import Literal

from babel import Locale, dates, numbers, units
from django.utils.translation import get_language, gettext_lazy, override
from django.utils.translation import gettext as _

from headwater.lib import calendars
from headwater.lib.durations import DAY, HOUR, MINUTE, SECOND
from headwater.lib.periods import CalendarRules, Unit, bucket_next

_TERRITORIES = {"en": "en_GB"}
_UNITS = ((31_536_000, "year"), (2_592_000, "month"), (86_400, "day"), (3_600, "hour"), (60, "minute"))
_LENGTHS = (
    (DAY, gettext_lazy("%(n)s d")),
    (HOUR, gettext_lazy("%(n)s h")),
    (MINUTE, gettext_lazy("%(n)s min")),
    (SECOND, gettext_lazy("%(n)s s")),
)
_SIZES = ("byte", "kilobyte", "megabyte", "gigabyte")

Number = int | float | Decimal
Width = Literal["short", "medium", "long", "full"]


@lru_cache(maxsize=64)
def _parsed(name: str) -> Locale:
    code = name.replace("-", "_")
    return Locale.parse(_TERRITORIES.get(code, code))


def _locale(name: str | None) -> Locale:
    return _parsed(name or get_language() or "en")


def number(value: Number, digits: int | None = None, *, locale: str | None = None) -> str:
    """``digits`` fixes the number of decimals; without it up to six are shown, without trailing zeros."""
    places = "0" * digits if digits is not None else "######"
    return numbers.format_decimal(value, format=f"#,##0.{places}".rstrip("."), locale=_locale(locale))


def money(amount: Number, currency: str, *, locale: str | None = None) -> str:
    """An amount with the decimals of its currency; without currency a plain number with two."""
    if not currency:
        return number(amount, 2, locale=locale)
    return _money(amount, currency, locale or get_language() or "en")


@lru_cache(maxsize=4096)
def _money(amount: Number, currency: str, locale: str) -> str:
    return numbers.format_currency(amount, currency, locale=_parsed(locale))


def percent(value: Number, digits: int = 1, *, locale: str | None = None) -> str:
    """``value`` counts in hundredths: 38.54 is shown as 38.5%."""
    places = f"0.{'0' * digits}" if digits else "0"
    pattern = _locale(locale).percent_formats[None].pattern.replace("#,##0", f"#,##{places}", 1)
    return numbers.format_percent(Decimal(str(value)) / 100, format=pattern, locale=_locale(locale))


def duration(seconds: int, *, locale: str | None = None) -> str:
    """A length of time in days, hours, minutes and seconds: "1 d 4 h 30 min"; a day has 24 hours."""
    with override(locale) if locale else nullcontext():
        rest, words = abs(seconds), []
        for size, unit in _LENGTHS:
            count, rest = divmod(rest, size)
            if count:
                words.append(str(unit) % {"n": number(count, locale=locale)})
        shown = " ".join(words) or str(_LENGTHS[2][1]) % {"n": number(0, locale=locale)}
    return f"\u2212{shown}" if seconds < 0 else shown


def file_size(value: int, *, locale: str | None = None) -> str:
    """``value`` counts bytes: 1536 is shown as 1.5 kB."""
    power = min(len(_SIZES) - 1, max(0, value.bit_length() - 1) // 10)
    amount = value / 1024**power
    shown = round(amount, 1) if power and amount < 10 else round(amount)
    return units.format_unit(shown, f"digital-{_SIZES[power]}", length="short", locale=_locale(locale))


def date(value: dt.date, width: Width = "medium", *, locale: str | None = None) -> str:
    """A day without time."""
    return calendars.in_words(_day(value, width, locale or get_language() or "en"))


def instant(
    value: dt.datetime, zone: dt.tzinfo, width: Width = "medium", *, locale: str | None = None
) -> str:
    """Date and time to the minute on the wall clock of ``zone``."""
    local = value.astimezone(zone)
    language = locale or get_language() or "en"
    day = calendars.in_words(_day(local.date(), width, language))
    return f"{day}, {_clock(local.hour, local.minute, language)}"


# A page shows the same days and minutes again and again, and Babel takes its time for each.
@lru_cache(maxsize=4096)
def _day(value: dt.date, width: Width, locale: str) -> str:
    return dates.format_date(value, width, locale=_parsed(locale))


@lru_cache(maxsize=4096)
def _clock(hour: int, minute: int, locale: str) -> str:
    return dates.format_time(dt.time(hour, minute), "short", locale=_parsed(locale))


def relative(value: dt.datetime, now: dt.datetime, *, locale: str | None = None) -> str:
    """The distance in the largest whole unit: "3 hours ago", "in 2 days", "now"."""
    seconds = int((value - now).total_seconds())
    for size, unit in _UNITS:
        if abs(seconds) >= size:
            whole = abs(seconds) // size * size
            return _distance(whole if seconds > 0 else -whole, unit, locale or get_language() or "en")
    return _("now")


@lru_cache(maxsize=4096)
def _distance(seconds: int, unit: str, locale: str) -> str:
    # The threshold is out of reach, so Babel keeps the unit given (no weeks).
    return dates.format_timedelta(
        dt.timedelta(seconds=seconds),
        granularity=unit,  # type: ignore[arg-type]
        threshold=10**9,
        add_direction=True,
        locale=_parsed(locale),
    )


def interval(first: dt.date, last: dt.date, *, today: dt.date, locale: str | None = None) -> str:
    """Both days included: "16 Feb – 15 Mar"; the year is shown unless both lie in the year of ``today``."""
    skeleton = "MMMd" if first.year == last.year == today.year else "yMMMd"
    if first == last:
        return calendars.in_words(dates.format_skeleton(skeleton, first, locale=_locale(locale)))
    return _span(first, last, skeleton, locale)


def _span(first: dt.date, last: dt.date, skeleton: str, locale: str | None) -> str:
    """Babel's interval with plain spaces: thin ones break searching and copying."""
    span = dates.format_interval(first, last, skeleton, locale=_locale(locale))
    return calendars.in_words(span.replace("\u2009", " "))


def bucket(first: dt.date, unit: Unit, rules: CalendarRules, *, locale: str | None = None) -> str:
    """The label of the bucket that begins on ``first``: "Mar 2026", "Q1 2026", "FY 2025/26", "W12 2026"."""
    match unit:
        case Unit.DAY:
            return date(first, locale=locale)
        case Unit.WEEK:
            return _week(first, rules, locale)
        case Unit.MONTH:
            return calendars.in_words(dates.format_skeleton("yMMM", first, locale=_locale(locale)))
        case Unit.QUARTER:
            return calendars.in_words(dates.format_skeleton("yQQQ", first, locale=_locale(locale)))
        case Unit.YEAR:
            return str(calendars.year(first.year))
        case _:
            return _fiscal(first, unit, rules)


def _week(first: dt.date, rules: CalendarRules, locale: str | None) -> str:
    """ISO week and its week-year where weeks begin on Monday; elsewhere the days themselves."""
    if rules.week_start == 0:
        year, week, _day = first.isocalendar()
        return _("W%(week)02d %(year)d") % {"week": week, "year": calendars.year(year)}
    return _span(first, first + dt.timedelta(days=6), "yMMMd", locale)


def _fiscal(first: dt.date, unit: Unit, rules: CalendarRules) -> str:
    """Both calendar years are named, because companies differ in which one names the fiscal year."""
    start, quarter = first, 1
    if unit is Unit.FISCAL_QUARTER:
        months = (first.month - rules.fiscal_month) % 12
        quarter = months // 3 + 1
        start = dt.date(first.year - (first.month < rules.fiscal_month), first.month, 1)
    last = bucket_next(first, Unit.FISCAL_YEAR, rules) - dt.timedelta(days=1)
    begin, end = calendars.year(start.year), calendars.year(last.year)
    year = str(end) if begin == end else f"{begin}/{end % 100:02d}"
    if unit is Unit.FISCAL_QUARTER:
        return _("FQ%(quarter)d %(year)s") % {"quarter": quarter, "year": year}
    return _("FY %(year)s") % {"year": year}

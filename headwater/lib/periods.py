"""Calendar arithmetic: units from day to fiscal year, in the organization's zone.

A *bucket* is one whole unit and is named by its first day. Bounds are half-open. Instants are UTC;
dates are local to the organization, so that a date-only field is never shifted.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import cached_property
from zoneinfo import ZoneInfo

DAY_ZERO = date(1970, 1, 1)
_DAY_ZERO_ORDINAL = DAY_ZERO.toordinal()


class Unit(StrEnum):
    """The sizes of a bucket, smallest first."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"
    FISCAL_QUARTER = "fiscal_quarter"
    FISCAL_YEAR = "fiscal_year"


_MONTHS = {Unit.MONTH: 1, Unit.QUARTER: 3, Unit.YEAR: 12, Unit.FISCAL_QUARTER: 3, Unit.FISCAL_YEAR: 12}
_FISCAL = frozenset({Unit.FISCAL_QUARTER, Unit.FISCAL_YEAR})


@dataclass(frozen=True)
class CalendarRules:
    """The organization's calendar: IANA zone, first weekday (0 = Monday), start of the fiscal year."""

    zone: str = "UTC"
    week_start: int = 0
    fiscal_month: int = 1
    fiscal_day: int = 1

    @cached_property
    def tz(self) -> ZoneInfo:
        return ZoneInfo(self.zone)

    def local(self, instant: datetime) -> datetime:
        """The wall clock at an aware instant."""
        return instant.astimezone(self.tz)

    def local_date(self, instant: datetime) -> date:
        return instant.astimezone(self.tz).date()

    def start_of_day(self, day: date) -> datetime:
        """The first instant (UTC) of a local day; also right where midnight is skipped or comes twice."""
        return datetime.combine(day, time.min, self.tz).astimezone(UTC)


def day_number(day: date) -> int:
    """Days since 1970-01-01, as stored in the ``…_day`` columns."""
    return day.toordinal() - _DAY_ZERO_ORDINAL


def day_of_number(number: int) -> date:
    return date.fromordinal(number + _DAY_ZERO_ORDINAL)


def month_number(day: date) -> int:
    """Year × 12 + month − 1, as stored in the ``…_month`` columns."""
    return day.year * 12 + day.month - 1


def _days_in_month(number: int) -> int:
    following = date(number // 12 + (number % 12 == 11), (number + 1) % 12 + 1, 1)
    return (following - timedelta(days=1)).day


def _fiscal_day(number: int, rules: CalendarRules) -> date:
    """The day of month ``number`` on which a fiscal period begins (31 becomes 30, 29 or 28)."""
    day = rules.fiscal_day if rules.fiscal_day <= 28 else min(rules.fiscal_day, _days_in_month(number))
    return date(number // 12, number % 12 + 1, day)


def bucket_index(day: date, unit: Unit, rules: CalendarRules) -> int:
    """The number of the bucket that holds ``day``; neighbors differ by one."""
    if unit is Unit.DAY:
        return day_number(day)
    if unit is Unit.WEEK:
        return (day_number(day) + 3 - rules.week_start) // 7  # day zero was a Thursday
    month = month_number(day)
    if unit not in _FISCAL:
        return month // _MONTHS[unit]
    size, offset = _MONTHS[unit], rules.fiscal_month - 1
    index = (month - offset) // size
    return index if day >= _fiscal_day(index * size + offset, rules) else index - 1


def bucket_first(index: int, unit: Unit, rules: CalendarRules) -> date:
    """The first day of a bucket; inverse of ``bucket_index``. Raises OverflowError out of years 1-9999."""
    try:
        if unit is Unit.DAY:
            return day_of_number(index)
        if unit is Unit.WEEK:
            return day_of_number(index * 7 - 3 + rules.week_start)
        month = index * _MONTHS[unit]
        if unit in _FISCAL:
            return _fiscal_day(month + rules.fiscal_month - 1, rules)
        return date(month // 12, month % 12 + 1, 1)
    except ValueError as error:
        raise OverflowError(str(error)) from error


def bucket_start(day: date, unit: Unit, rules: CalendarRules) -> date:
    """The first day of the bucket that holds ``day``."""
    return bucket_first(bucket_index(day, unit, rules), unit, rules)


def bucket_next(day: date, unit: Unit, rules: CalendarRules) -> date:
    """The first day of the bucket after the one that holds ``day``."""
    return bucket_first(bucket_index(day, unit, rules) + 1, unit, rules)


def add_units(day: date, count: int, unit: Unit) -> date:
    """The same day ``count`` units later (earlier if negative); the 31st becomes the month's last day."""
    if unit is Unit.DAY or unit is Unit.WEEK:
        return day + timedelta(days=count * (7 if unit is Unit.WEEK else 1))
    month = month_number(day) + count * _MONTHS[unit]
    try:
        return date(month // 12, month % 12 + 1, min(day.day, _days_in_month(month)))
    except ValueError as error:
        raise OverflowError(str(error)) from error

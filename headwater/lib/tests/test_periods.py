"""Calendar arithmetic against an oracle that only walks from day to day."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headwater.lib.periods import (
    CalendarRules,
    Unit,
    add_units,
    bucket_first,
    bucket_index,
    bucket_next,
    bucket_start,
    day_number,
    day_of_number,
    month_number,
)

ZONES = [
    "UTC",
    "Europe/Riga",
    "Asia/Bangkok",
    "America/New_York",
    "Africa/Cairo",
    "Asia/Beirut",
    "Australia/Lord_Howe",
    "Atlantic/Azores",
    "America/Sao_Paulo",
    "Pacific/Chatham",
]
ONE_DAY = timedelta(days=1)

days = st.dates(date(1950, 1, 1), date(2100, 12, 31))
units = st.sampled_from(list(Unit))
rules_of_all_kinds = st.builds(
    CalendarRules,
    zone=st.sampled_from(ZONES),
    week_start=st.integers(0, 6),
    fiscal_month=st.integers(1, 12),
    fiscal_day=st.integers(1, 31),
)


def last_day(year: int, month: int) -> int:
    day = date(year, month, 28)
    while (day + ONE_DAY).month == month:
        day += ONE_DAY
    return day.day


def begins(day: date, unit: Unit, rules: CalendarRules) -> bool:
    """Whether a unit begins on ``day``, said without arithmetic on bucket numbers."""
    fiscal = day.day == min(rules.fiscal_day, last_day(day.year, day.month))
    match unit:
        case Unit.DAY:
            return True
        case Unit.WEEK:
            return day.weekday() == rules.week_start
        case Unit.MONTH:
            return day.day == 1
        case Unit.QUARTER:
            return day.day == 1 and day.month in (1, 4, 7, 10)
        case Unit.YEAR:
            return (day.month, day.day) == (1, 1)
        case Unit.FISCAL_QUARTER:
            return fiscal and (day.month - rules.fiscal_month) % 3 == 0
        case Unit.FISCAL_YEAR:
            return fiscal and day.month == rules.fiscal_month


@given(days, units, rules_of_all_kinds)
def test_a_bucket_begins_where_walking_back_finds_it(day: date, unit: Unit, rules: CalendarRules) -> None:
    walked = day
    while not begins(walked, unit, rules):
        walked -= ONE_DAY
    assert bucket_start(day, unit, rules) == walked
    following = day + ONE_DAY
    while not begins(following, unit, rules):
        following += ONE_DAY
    assert bucket_next(day, unit, rules) == following


@given(days, units, rules_of_all_kinds)
def test_bucket_numbers_are_dense_and_invertible(day: date, unit: Unit, rules: CalendarRules) -> None:
    index = bucket_index(day, unit, rules)
    assert bucket_first(index, unit, rules) == bucket_start(day, unit, rules)
    assert bucket_index(bucket_next(day, unit, rules), unit, rules) == index + 1


@given(days)
def test_stored_day_and_month_numbers(day: date) -> None:
    assert day_of_number(day_number(day)) == day
    assert day_number(date(1970, 1, 1)) == 0
    assert divmod(month_number(day), 12) == (day.year, day.month - 1)


def instants_between(first: str, last: str) -> st.SearchStrategy[datetime]:
    return st.datetimes(datetime.fromisoformat(first), datetime.fromisoformat(last), timezones=st.just(UTC))


@given(instants_between("2012-01-01", "2037-12-31"), rules_of_all_kinds)
def test_every_instant_lies_in_its_local_day(instant: datetime, rules: CalendarRules) -> None:
    day = instant.astimezone(ZoneInfo(rules.zone)).date()
    assert rules.local_date(instant) == day
    assert rules.start_of_day(day) <= instant < rules.start_of_day(day + ONE_DAY)


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        ("Europe/Riga", date(2026, 3, 29), 23),
        ("Europe/Riga", date(2026, 10, 25), 25),
        ("Africa/Cairo", date(2026, 4, 24), 23),
        ("Asia/Beirut", date(2026, 3, 29), 23),
        ("Asia/Bangkok", date(2026, 3, 29), 24),
    ],
)
def test_days_of_clock_changes_have_their_true_length(zone: str, day: date, hours: int) -> None:
    rules = CalendarRules(zone)
    assert rules.start_of_day(day + ONE_DAY) - rules.start_of_day(day) == timedelta(hours=hours)


def test_a_fiscal_year_from_february_29_begins_on_the_28th_in_other_years() -> None:
    rules = CalendarRules(fiscal_month=2, fiscal_day=29)
    assert bucket_start(date(2025, 2, 28), Unit.FISCAL_YEAR, rules) == date(2025, 2, 28)
    assert bucket_start(date(2024, 2, 28), Unit.FISCAL_YEAR, rules) == date(2023, 2, 28)


@pytest.mark.parametrize(
    ("day", "count", "unit", "result"),
    [
        (date(2026, 3, 31), -1, Unit.MONTH, date(2026, 2, 28)),
        (date(2024, 2, 29), 1, Unit.YEAR, date(2025, 2, 28)),
        (date(2026, 1, 31), 1, Unit.QUARTER, date(2026, 4, 30)),
        (date(2026, 1, 1), 2, Unit.WEEK, date(2026, 1, 15)),
        (date(2026, 1, 1), -1, Unit.DAY, date(2025, 12, 31)),
    ],
)
def test_shifting_clamps_to_the_month(day: date, count: int, unit: Unit, result: date) -> None:
    assert add_units(day, count, unit) == result


@pytest.mark.parametrize("unit", list(Unit))
def test_leaving_the_calendar_is_said(unit: Unit) -> None:
    with pytest.raises(OverflowError):
        bucket_first(10**7, unit, CalendarRules())
    with pytest.raises(OverflowError):
        add_units(date(2026, 1, 1), 10**7, unit)

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.utils.translation import override

from headwater.lib import formats
from headwater.lib.periods import CalendarRules, Unit

NOW = datetime(2026, 3, 18, 10, tzinfo=UTC)


def test_numbers_follow_the_locale() -> None:
    assert formats.number(Decimal("1234567.5"), locale="en") == "1,234,567.5"
    assert formats.number(1234.5, 2, locale="lv") == "1\u00a0234,50"
    assert formats.number(3, 0, locale="en") == "3"


def test_money_has_the_decimals_of_its_currency() -> None:
    assert formats.money(Decimal("1234.5"), "EUR", locale="en") == "€1,234.50"
    assert formats.money(Decimal("1234.5"), "JPY", locale="en") == "JP¥1,234"
    assert formats.money(Decimal("1234.5"), "EUR", locale="lv") == "1\u00a0234,50\u00a0€"
    assert formats.money(Decimal("1234.5"), "", locale="en") == "1,234.50"


def test_percent_counts_in_hundredths() -> None:
    assert formats.percent(38.53896103896104, locale="en") == "38.5%"
    assert formats.percent(10.525, 3, locale="en") == "10.525%"
    assert formats.percent(150, 0, locale="lv") == "150%"


def test_dates_and_instants() -> None:
    assert formats.date(date(2026, 3, 18), locale="en") == "18 Mar 2026"
    assert formats.instant(NOW, ZoneInfo("Asia/Bangkok"), locale="en") == "18 Mar 2026, 17:00"
    assert formats.instant(NOW, ZoneInfo("Asia/Bangkok"), locale="th") == "18 มี.ค. 2026, 17:00"


@pytest.mark.parametrize(
    ("distance", "words"),
    [
        (timedelta(hours=-3, minutes=-59), "3 hours ago"),
        (timedelta(days=2), "in 2 days"),
        (timedelta(seconds=-20), "now"),
        (timedelta(days=-800), "2 years ago"),
        (timedelta(days=-29), "29 days ago"),
        (timedelta(days=-45), "1 month ago"),
    ],
)
def test_relative_time_names_the_largest_whole_unit(distance: timedelta, words: str) -> None:
    assert formats.relative(NOW + distance, NOW, locale="en") == words


def test_intervals_show_the_year_only_where_needed() -> None:
    today = date(2026, 3, 18)
    assert (
        formats.interval(date(2026, 2, 16), date(2026, 3, 15), today=today, locale="en") == "16 Feb – 15 Mar"
    )
    assert (
        formats.interval(date(2025, 2, 16), date(2025, 3, 15), today=today, locale="en")
        == "16 Feb – 15 Mar 2025"
    )
    assert formats.interval(today, today, today=today, locale="en") == "18 Mar"


@pytest.mark.parametrize(
    ("unit", "first", "label"),
    [
        (Unit.DAY, date(2026, 3, 18), "18 Mar 2026"),
        (Unit.WEEK, date(2025, 12, 29), "W01 2026"),
        (Unit.MONTH, date(2026, 3, 1), "Mar 2026"),
        (Unit.QUARTER, date(2026, 1, 1), "Q1 2026"),
        (Unit.YEAR, date(2026, 1, 1), "2026"),
        (Unit.FISCAL_QUARTER, date(2026, 1, 6), "FQ4 2025/26"),
        (Unit.FISCAL_QUARTER, date(2026, 4, 6), "FQ1 2026/27"),
        (Unit.FISCAL_YEAR, date(2025, 4, 6), "FY 2025/26"),
    ],
)
def test_bucket_labels(unit: Unit, first: date, label: str) -> None:
    assert formats.bucket(first, unit, CalendarRules(fiscal_month=4, fiscal_day=6), locale="en") == label


def test_buckets_of_other_calendars() -> None:
    assert formats.bucket(date(2026, 1, 1), Unit.FISCAL_YEAR, CalendarRules(), locale="en") == "FY 2026"
    sunday = CalendarRules(week_start=6)
    assert formats.bucket(date(2026, 3, 15), Unit.WEEK, sunday, locale="en") == "15–21 Mar 2026"


def test_without_a_locale_the_active_language_is_used() -> None:
    with override("lv"):
        assert formats.number(Decimal("0.5")) == "0,5"
    with override("en"):
        assert formats.number(Decimal("0.5")) == "0.5"

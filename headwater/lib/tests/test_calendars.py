"""Years as the reader counts them."""

from datetime import UTC, date, datetime

import pytest

from headwater.lib import calendars, formats
from headwater.lib.calendars import BUDDHIST, counting
from headwater.lib.periods import CalendarRules, Unit

DAY = date(2026, 3, 18)


@pytest.mark.parametrize(
    ("locale", "said"),
    [("en", "18 Mar 2569"), ("th", "18 มี.ค. 2569"), ("lv", "2569. gada 18. marts"), ("km", "18 មីនា 2569")],
)
def test_days_are_shown_in_the_buddhist_era(locale, said):
    with counting(BUDDHIST):
        assert formats.date(DAY, locale=locale) == said
    assert "2026" in formats.date(DAY, locale=locale)


def test_every_shape_of_a_date_counts_alike():
    rules = CalendarRules(fiscal_month=4)
    with counting(BUDDHIST):
        assert formats.instant(datetime(2026, 3, 18, 20, 26, tzinfo=UTC), UTC) == "18 Mar 2569, 20:26"
        span = formats.interval(date(2025, 12, 31), date(2026, 1, 2), today=DAY)
        buckets = {unit: formats.bucket(date(2026, 4, 1), unit, rules) for unit in Unit}
    assert "2568" in span
    assert "2569" in span
    assert buckets[Unit.YEAR] == "2569"
    assert buckets[Unit.MONTH] == "Apr 2569"
    assert buckets[Unit.FISCAL_YEAR] == "FY 2569/70"
    assert buckets[Unit.FISCAL_QUARTER] == "FQ1 2569/70"
    assert not [text for text in buckets.values() if "20" in text]


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("18/3/2569", "2026-03-18"),
        ("๑๘/๓/๒๕๖๙", "2026-03-18"),
        ("១៨.៣.២៥៦៩", "2026-03-18"),
        ("2026-03-18", "2026-03-18"),
        ("18/03/2569 14:05", "2026-03-18T14:05"),
        ("2026-03-18T14:05", "2026-03-18T14:05"),
        ("29/2/2568", "29/2/2568"),
        ("tomorrow", "tomorrow"),
    ],
)
def test_days_are_understood(typed, read):
    with counting(BUDDHIST):
        assert calendars.typed(typed) == read


def test_what_a_control_shows_is_what_it_understands():
    with counting(BUDDHIST):
        for iso in ("2026-03-18", "2000-02-29", "2026-12-31T23:59"):
            assert calendars.typed(calendars.for_typing(iso)) == iso
    assert calendars.typed("18/3/2569") == "2569-03-18"

"""Ranges against the brute-force reading of their definition."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headwater.lib.periods import CalendarRules, Unit, bucket_next, bucket_start
from headwater.lib.range_words import bounds_words, describe_range, range_words
from headwater.lib.ranges import MOST_UNITS, RangeError, resolve_range
from headwater.lib.tests.test_periods import instants_between, rules_of_all_kinds, units

RIGA = CalendarRules("Europe/Riga")
NOW = datetime(2026, 3, 18, 10, tzinfo=UTC)
ONE_DAY = timedelta(days=1)
instants = instants_between("2015-01-01", "2030-12-31")


def unit_starts(today: date, unit: Unit, rules: CalendarRules) -> tuple[list[date], int]:
    """Starts of the twelve units around today, and the place of the current one."""
    back = [bucket_start(today, unit, rules)]
    for _ in range(6):
        back.insert(0, bucket_start(back[0] - ONE_DAY, unit, rules))
    for _ in range(7):
        back.append(bucket_next(back[-1], unit, rules))
    return back, 6


@given(instants, rules_of_all_kinds, units, st.integers(1, 4), st.booleans(), st.integers(-2, 2))
def test_last_and_next_are_complete_units(
    now: datetime, rules: CalendarRules, unit: Unit, count: int, current: bool, offset: int
) -> None:
    starts, here = unit_starts(rules.local_date(now), unit, rules)
    here += offset
    spec = {"unit": unit.value, "n": count, "include_current": current, "offset": offset}
    last = resolve_range({"rel": "last", **spec}, rules, now)
    assert (last.first, last.stop) == (starts[here - count], starts[here + (1 if current else 0)])
    following = resolve_range({"rel": "next", **spec}, rules, now)
    assert (following.first, following.stop) == (
        starts[here + (0 if current else 1)],
        starts[here + count + 1],
    )
    this = resolve_range({"rel": "this", "unit": unit.value, "offset": offset}, rules, now)
    assert (this.first, this.stop) == (starts[here], starts[here + 1])


@given(instants, instants, rules_of_all_kinds, units)
def test_instants_and_dates_agree(now: datetime, other: datetime, rules: CalendarRules, unit: Unit) -> None:
    bounds = resolve_range({"rel": "this", "unit": unit.value}, rules, now)
    assert bounds.holds(now)
    assert bounds.holds_date(rules.local_date(now))
    assert bounds.holds(other) == bounds.holds_date(rules.local_date(other))
    assert bounds.start
    assert bounds.start.tzinfo is UTC


@pytest.mark.parametrize(
    ("spec", "first", "stop"),
    [
        ({"rel": "last", "unit": "week", "n": 4}, date(2026, 2, 16), date(2026, 3, 16)),
        ({"rel": "this", "unit": "year"}, date(2026, 1, 1), date(2027, 1, 1)),
        ({"rel": "next", "unit": "day", "n": 5}, date(2026, 3, 19), date(2026, 3, 24)),
        (
            {"rel": "next", "unit": "day", "n": 5, "include_current": True},
            date(2026, 3, 18),
            date(2026, 3, 24),
        ),
        ({"since_start_of": "quarter"}, date(2026, 1, 1), date(2026, 3, 19)),
        ({"from": "2026-01-01", "to": "2026-04-01"}, date(2026, 1, 1), date(2026, 4, 1)),
        ({"from": "2026-01-01"}, date(2026, 1, 1), None),
        (
            {"from": "2025-12-31T22:00:00+00:00", "to": "2026-02-01T00:00:00"},
            date(2026, 1, 1),
            date(2026, 2, 1),
        ),
        ({"from": "2026-01-01T10:00:00+02:00"}, date(2026, 1, 2), None),
    ],
)
def test_named_ranges(spec: dict[str, Any], first: date, stop: date | None) -> None:
    bounds = resolve_range(spec, RIGA, NOW)
    assert (bounds.first, bounds.stop) == (first, stop)


def test_the_last_monday_counts_in_the_zone_of_the_organization() -> None:
    bounds = resolve_range({"rel": "this", "unit": "week"}, RIGA, NOW)
    assert bounds.start == datetime(2026, 3, 15, 22, tzinfo=UTC)


@pytest.mark.parametrize(
    ("spec", "word"),
    [
        ({"rel": "past", "unit": "day"}, "past"),
        ({"rel": "last", "unit": "fortnight"}, "fortnight"),
        ({"rel": "last"}, "None"),
        ({"rel": "last", "unit": "day", "n": 0}, "n"),
        ({"rel": "last", "unit": "day", "n": True}, "n"),
        ({"rel": "last", "unit": "day", "n": MOST_UNITS + 1}, "n"),
        ({"rel": "last", "unit": "year", "n": MOST_UNITS}, "n"),
        ({"rel": "this", "unit": "day", "n": 2}, "n"),
        ({"rel": "last", "unit": "day", "include_current": 1}, "include_current"),
        ({"rel": "last", "unit": "day", "until": 1}, "until"),
        ({"rel": ["last"], "unit": "day"}, "['last']"),
        ({"rel": "last", "unit": ["day"]}, "['day']"),
        ({"since_start_of": "century"}, "century"),
        ({"from": "01.02.2026"}, "from"),
        ({"from": 20260101}, "from"),
        ({"from": "2026-02-01", "to": "2026-01-01"}, "to"),
        ({"from": "9999-12-31", "to": "9999-12-31T23:59:59-12:00"}, "n"),
        ({}, "from"),
        ("this year", "this year"),
        (None, "None"),
    ],
)
def test_what_means_nothing_is_named(spec: object, word: str) -> None:
    with pytest.raises(RangeError) as caught:
        resolve_range(spec, RIGA, NOW)
    assert caught.value.word == word
    assert str(caught.value)


@pytest.mark.parametrize(
    ("spec", "sentence"),
    [
        ({"rel": "this", "unit": "year"}, "this year: 1 Jan – 31 Dec"),
        ({"rel": "last", "unit": "week", "n": 4}, "last 4 weeks: 16 Feb – 15 Mar"),
        ({"rel": "last", "unit": "day"}, "yesterday: 17 Mar"),
        ({"rel": "this", "unit": "year", "offset": -1}, "last year: 1 Jan – 31 Dec 2025"),
        ({"rel": "last", "unit": "month", "n": 2, "offset": -12}, "1 Jan – 28 Feb 2025"),
        ({"rel": "next", "unit": "day", "n": 5, "include_current": True}, "next 5 days and today: 18–23 Mar"),
        ({"since_start_of": "month"}, "since the start of this month: 1–18 Mar"),
        ({"from": "2025-12-01", "to": "2026-04-01"}, "1 Dec 2025 – 31 Mar 2026"),
        ({"from": "2026-01-01"}, "since 1 Jan 2026"),
        ({"to": "2026-01-01"}, "until 31 Dec 2025"),
        ({"from": "2026-01-01", "to": "2026-01-01"}, "no time at all"),
    ],
)
def test_sentences(spec: dict[str, Any], sentence: str) -> None:
    assert describe_range(spec, RIGA, NOW, locale="en") == sentence


@given(
    st.fixed_dictionaries(
        {"rel": st.sampled_from(["last", "next"]), "unit": st.sampled_from([unit.value for unit in Unit])},
        optional={"n": st.integers(1, 30), "include_current": st.booleans(), "offset": st.integers(-3, 3)},
    )
)
def test_every_relative_range_has_a_sentence_with_its_dates(spec: dict[str, Any]) -> None:
    dates = bounds_words(resolve_range(spec, RIGA, NOW), RIGA, NOW, locale="en")
    assert describe_range(spec, RIGA, NOW, locale="en") == (
        f"{range_words(spec)}: {dates}" if range_words(spec) else dates
    )
    assert bool(range_words(spec)) == (spec.get("offset", 0) == 0)

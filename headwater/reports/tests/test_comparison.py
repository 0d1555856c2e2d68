"""Which earlier time stands against a period."""

from datetime import date
from typing import Any

import pytest

from headwater.lib.periods import CalendarRules, Unit
from headwater.lib.ranges import resolve_range
from headwater.reports.comparison import Comparison, compared
from headwater.reports.definition import Compare, DefinitionError
from headwater.reports.run import run
from headwater.testing.factories import SYSTEM, make_lead

RULES = CalendarRules("Europe/Riga", 0, 4, 1)


def compare(spec: dict[str, Any], today: date, unit: str = "period", n: int = -1, **more: str) -> Comparison:
    bounds = resolve_range(spec, RULES, RULES.start_of_day(today))
    return compared(Compare(unit, n, **more), spec, bounds, RULES, today)


def this(unit: str) -> dict[str, Any]:
    return {"rel": "this", "unit": unit}


def days(found: Comparison) -> tuple[str, str, str, str]:
    spans = (found.now.first, found.now.stop, found.before.first, found.before.stop)
    first, stop, before, end = (str(day) for day in spans)
    return first, stop, before, end


@pytest.mark.parametrize(
    ("spec", "today", "more", "expected", "clamped"),
    [
        (this("month"), (2026, 3, 18), {}, ("2026-03-01", "2026-03-19", "2026-02-01", "2026-02-19"), False),
        (this("month"), (2026, 3, 30), {}, ("2026-03-01", "2026-03-31", "2026-02-01", "2026-03-01"), True),
        (this("month"), (2026, 3, 31), {}, ("2026-03-01", "2026-04-01", "2026-02-01", "2026-03-01"), False),
        (this("week"), (2026, 3, 18), {}, ("2026-03-16", "2026-03-19", "2026-03-09", "2026-03-12"), False),
        (this("quarter"), (2026, 3, 15), {}, ("2026-01-01", "2026-03-16", "2025-10-01", "2025-12-14"), False),
        (
            this("year"),
            (2028, 3, 18),
            {"unit": "year"},
            ("2028-01-01", "2028-03-19", "2027-01-01", "2027-03-19"),
            False,
        ),
        (
            this("year"),
            (2028, 2, 29),
            {"unit": "year"},
            ("2028-01-01", "2028-03-01", "2027-01-01", "2027-03-01"),
            False,
        ),
        (
            this("fiscal_year"),
            (2026, 5, 2),
            {},
            ("2026-04-01", "2026-05-03", "2025-04-01", "2025-05-03"),
            False,
        ),
        (
            this("month"),
            (2026, 3, 18),
            {"align": "whole"},
            ("2026-03-01", "2026-04-01", "2026-02-01", "2026-03-01"),
            False,
        ),
        (
            {"since_start_of": "quarter"},
            (2026, 2, 10),
            {},
            ("2026-01-01", "2026-02-11", "2025-10-01", "2025-11-11"),
            False,
        ),
        (
            {"from": "2026-03-10"},
            (2026, 3, 18),
            {},
            ("2026-03-10", "2026-03-19", "2026-03-01", "2026-03-10"),
            False,
        ),
        (
            {"rel": "last", "unit": "month", "n": 2},
            (2026, 3, 18),
            {"unit": "year", "n": -2},
            ("2026-01-01", "2026-03-01", "2024-01-01", "2024-03-01"),
            False,
        ),
    ],
)
def test_a_running_time_is_compared_as_far_as_it_has_passed(spec, today, more, expected, clamped):
    found = compare(spec, date(*today), **more)
    assert (days(found), found.is_clamped) == (expected, clamped)


def test_the_nth_bucket_stands_against_the_nth():
    found = compare(this("month"), date(2026, 3, 18), align="whole")
    assert found.later(date(2026, 2, 5), Unit.DAY, RULES) == date(2026, 3, 5)
    assert found.earlier(date(2026, 3, 5), Unit.DAY, RULES) == date(2026, 2, 5)
    february = compare(this("month"), date(2026, 2, 18), align="whole")
    assert february.later(date(2026, 1, 31), Unit.DAY, RULES) is None


@pytest.mark.parametrize(
    ("period", "more", "code"),
    [
        ({"to": "2026-03-01"}, {}, "no_beginning"),
        ({"from": "2026-03-01T10:30:00+02:00", "to": "2026-03-02"}, {}, "no_beginning"),
        ({"from": "0001-01-05", "to": "0001-01-09"}, {"shift": {"unit": "year"}}, "bad_range"),
    ],
)
@pytest.mark.django_db
def test_what_cannot_be_compared_is_refused_by_name(company, period, more, code):
    definition = {
        "root": "lead",
        "measures": ["count"],
        "period": {"range": period},
        "compare": {"shift": {"unit": "period"}, **more},
    }
    with pytest.raises(DefinitionError) as caught:
        run(company.all_seeing, definition)
    assert [problem.code for problem in caught.value.problems] == [code]


@pytest.mark.django_db
def test_a_comparison_says_what_it_compares(company, frozen):
    frozen.move_to("2026-03-30T10:00:00+03:00")
    for day in ("2026-02-02", "2026-02-28", "2026-03-02", "2026-03-03", "2026-03-04"):
        make_lead(SYSTEM, created_at=day, source="web_form" if day < "2026-03" else "fair")
    definition = {
        "root": "lead",
        "measures": ["count"],
        "rows": ["source"],
        "period": {"range": this("month")},
        "compare": {"shift": {"unit": "period"}},
    }
    result = run(company.all_seeing, definition).to_json()
    assert result["totals"]["grand"]["m1"] == {
        "value": 3,
        "previous": {"value": 2},
        "change": 1.0,
        "change_percent": 50.0,
    }
    # A group that only the earlier time has is a row too.
    cells = {row["labels"]["d1"]: row["cells"]["m1"] for row in result["rows"]}
    assert {label: (cell["value"], cell["previous"]["value"]) for label, cell in cells.items()} == {
        "Web form": (0, 2),
        "Fair": (3, 0),
    }
    assert "change_percent" not in cells["Fair"]
    assert result["compare"]["clamped"]
    assert result["notes"] == [
        "Compared with Created: 1–28 Feb.",
        "The period is not over: 30 days until today against 28 days.",
        "The earlier time is shorter, so that fewer days are compared.",
    ]

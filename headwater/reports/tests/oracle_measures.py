"""Measures computed the slow way: by several dates, in the time before, in another currency.

Like ``oracle`` it shares no code with the engine.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cache
from statistics import median
from typing import Any

from headwater.pipeline.models import Lead
from headwater.reports.tests.oracle import World, first_of

Cell = dict[str, Any]
Span = tuple[date, date] | None
"""The first day and the one after the last; None is any time."""


@dataclass(frozen=True)
class Setting:
    """A world with the rates that hold in it, and now."""

    world: World
    now: datetime
    rates: tuple[tuple[str, date, float], ...] = ()

    @property
    def today(self) -> date:
        return self.world.day(self.now)

    def seen_by(self, owners: frozenset[int] | None) -> "Setting":
        return replace(self, world=replace(self.world, owners=owners))

    def worth(self, lead: Lead, day: date | None = None) -> float | None:
        """Return a lead's value in euros by the rate of its creation, or of a day."""
        if lead.value is None:
            return None
        if lead.currency == "EUR":
            return float(lead.value)
        day = day or self.world.day(lead.created_at)
        known = sorted((since, rate) for code, since, rate in self.rates if code == lead.currency)
        held = [rate for since, rate in known if since <= day]
        return float(lead.value) * held[-1] if held else None


def entered(leads: list[Lead], date_: str, span: Span, setting: Setting) -> list[Lead]:
    """Return the leads that entered a time by one of their dates."""
    known = [lead for lead in leads if getattr(lead, date_) is not None]
    if span is None:
        return known
    return [lead for lead in known if span[0] <= setting.world.day(getattr(lead, date_)) < span[1]]


@dataclass(frozen=True)
class Counted:
    """How a measure is written, by which dates it counts, and what it makes of the leads of each."""

    use: dict[str, Any]
    dates: tuple[str, ...]
    cell: Callable[[list[list[Lead]], Setting], Cell]
    listed: Callable[[list[Lead], Setting], list[Lead]] = lambda leads, setting: leads


def percent(top: float, under: float, sample: int) -> Cell:
    cell: Cell = {"value": top * 100 / under if under else None, "numerator": top, "denominator": under}
    return cell | ({"small": True} if under and sample < 5 else {})


def _left_out(**counts: int) -> Cell:
    found = {reason: count for reason, count in counts.items() if count}
    return {"left_out": found} if found else {}


def _amounts(leads: list[Lead], setting: Setting) -> tuple[list[float], Cell]:
    given = [lead for lead in leads if lead.value is not None]
    usable = [amount for lead in given if (amount := setting.worth(lead)) is not None]
    return usable, _left_out(no_value=len(leads) - len(given), no_rate=len(given) - len(usable))


def _of_amounts(make: Callable[[list[float]], Cell]) -> Callable[[list[list[Lead]], Setting], Cell]:
    def cell(members: list[list[Lead]], setting: Setting) -> Cell:
        usable, left_out = _amounts(members[0], setting)
        return make(usable) | left_out

    return cell


def _cohort(members: list[list[Lead]], setting: Setting) -> Cell:
    leads = members[0]
    return percent(sum(lead.converted_at is not None for lead in leads), len(leads), len(leads))


def _event(members: list[list[Lead]], setting: Setting) -> Cell:
    converted, created = members
    return percent(len(converted), len(created), len(created))


DAYS = 20


def _mature(leads: list[Lead], setting: Setting) -> list[Lead]:
    return [lead for lead in leads if lead.created_at <= setting.now - timedelta(days=DAYS)]


def _is_quick(lead: Lead) -> bool:
    return lead.converted_at is not None and lead.converted_at - lead.created_at <= timedelta(days=DAYS)


def _windowed(members: list[list[Lead]], setting: Setting) -> Cell:
    mature = _mature(members[0], setting)
    cell = percent(sum(map(_is_quick, mature)), len(mature), len(mature))
    return cell | _left_out(immature=len(members[0]) - len(mature))


def _by_value(members: list[list[Lead]], setting: Setting) -> Cell:
    usable, left_out = _amounts(members[0], setting)
    converted, _ignored = _amounts([lead for lead in members[0] if lead.converted_at], setting)
    return percent(sum(converted), sum(usable), len(usable)) | left_out


def _mean(usable: list[float]) -> Cell:
    value = sum(usable) / len(usable) if usable else None
    return {"value": value, "numerator": sum(usable) if usable else None, "denominator": len(usable)}


def _middle(usable: list[float]) -> Cell:
    return {"value": median(usable) if usable else None, "numerator": None, "denominator": len(usable)}


def _count(members: list[list[Lead]], setting: Setting) -> Cell:
    return {"value": len(members[0])}


RATE = "lead.conversion_rate"
OWN = ""
"""Stands for the date of the report's period."""

MEASURES: dict[str, Counted] = {
    "count": Counted({"ref": "lead.count"}, (OWN,), _count),
    "cohort": Counted({"ref": RATE}, (OWN,), _cohort),
    "event": Counted({"ref": RATE, "basis": "event"}, ("converted_at", "created_at"), _event),
    "windowed": Counted({"ref": RATE, "basis": "windowed", "days": DAYS}, (OWN,), _windowed, _mature),
    "by value": Counted({"ref": "lead.value_conversion_rate"}, (OWN,), _by_value),
    "converted": Counted({"ref": "lead.converted"}, ("converted_at",), _count),
    "archived": Counted({"ref": "lead.archived"}, ("archived_at",), _count),
    "sum": Counted({"ref": "lead.value.sum"}, (OWN,), _of_amounts(lambda usable: {"value": sum(usable)})),
    "avg": Counted({"ref": "lead.value.avg"}, (OWN,), _of_amounts(_mean)),
    "median": Counted({"ref": "lead.value.median"}, (OWN,), _of_amounts(_middle)),
    "max": Counted(
        {"ref": "lead.value.max"}, (OWN,), _of_amounts(lambda usable: {"value": max(usable, default=None)})
    ),
}


def _month(day: date, months: int = 0) -> date:
    number = day.year * 12 + day.month - 1 + months
    return date(number // 12, number % 12 + 1, 1)


def _this_month(today: date) -> tuple[Span, Span]:
    first, before = _month(today), _month(today, -1)
    stop = today + timedelta(days=1)
    if stop == _month(today, 1):  # the last day: nothing of the month is to come
        return (first, stop), (before, first)
    return (first, stop), (before, min(before + (stop - first), first))


def _this_year(today: date) -> tuple[Span, Span]:
    stop = today + timedelta(days=1)
    return (date(today.year, 1, 1), stop), (date(today.year - 1, 1, 1), stop.replace(year=stop.year - 1))


def _last_weeks(today: date, week_start: int) -> tuple[Span, Span]:
    while today.weekday() != week_start:
        today -= timedelta(days=1)
    first = today - timedelta(days=14)
    return (first, today), (first - timedelta(days=14), first)


TIMES: list[tuple[Any, Any, Callable[[Setting], tuple[Span, Span]]]] = [
    (
        {"rel": "this", "unit": "month"},
        {"shift": {"unit": "period", "n": -1}},
        lambda s: _this_month(s.today),
    ),
    ({"rel": "this", "unit": "year"}, {"shift": {"unit": "year", "n": -1}}, lambda s: _this_year(s.today)),
    (
        {"rel": "last", "unit": "week", "n": 2},
        {"shift": {"unit": "period"}},
        lambda s: _last_weeks(s.today, s.world.week_start),
    ),
    (
        {"from": "2026-01-01", "to": "2026-03-01"},
        {"shift": {"unit": "period"}},
        lambda s: ((date(2026, 1, 1), date(2026, 3, 1)), (date(2025, 11, 1), date(2026, 1, 1))),
    ),
    (
        {"from": "2026-01-10", "to": "2026-02-10"},
        {"shift": {"unit": "period"}},
        lambda s: ((date(2026, 1, 10), date(2026, 2, 10)), (date(2025, 12, 10), date(2026, 1, 10))),
    ),
    (
        {"rel": "this", "unit": "quarter"},
        {"shift": {"unit": "quarter", "n": -2}, "align": "whole"},
        lambda s: ((date(2026, 1, 1), date(2026, 4, 1)), (date(2025, 7, 1), date(2025, 10, 1))),
    ),
]
"""A period, what it is compared with, and both in days."""


known_first_of = cache(first_of)


@cache
def buckets(span: Span, grain: str, world: World) -> list[str]:
    """Return the buckets of a span, day by day."""
    assert span is not None
    days = range(span[0].toordinal(), span[1].toordinal())
    return list(dict.fromkeys(known_first_of(date.fromordinal(number), grain, world) for number in days))


def bucket_of(lead: Lead, date_: str, grain: str, world: World) -> str:
    return known_first_of(world.day(getattr(lead, date_)), grain, world)

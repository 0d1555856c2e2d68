"""The earlier time with which a period is compared."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _

from headwater.lib.periods import (
    CalendarRules,
    Unit,
    add_units,
    bucket_first,
    bucket_index,
    bucket_next,
    month_number,
)
from headwater.lib.ranges import Bounds
from headwater.metadata.errors import Problem
from headwater.reports.definition import Compare, DefinitionError
from headwater.reports.period import is_daily

_YEARS = frozenset({Unit.YEAR, Unit.FISCAL_YEAR})


@dataclass(frozen=True)
class Comparison:
    """Two spans of whole days. ``is_cut``: the period runs, and only what has passed of it is compared.

    ``is_clamped``: the earlier one is shorter than what has passed, and ends with itself.
    """

    now: Bounds
    before: Bounds
    is_cut: bool = False
    is_clamped: bool = False

    @property
    def days(self) -> tuple[int, int]:
        """How many days each has, the period's first."""
        return _length(self.now), _length(self.before)

    def later(self, key: date, unit: Unit, rules: CalendarRules) -> date | None:
        """Return the bucket of the period that an earlier bucket stands against: the nth against the nth.

        None where the period has no such bucket.
        """
        moved = _moved(key, unit, rules, self.before, self.now)
        assert self.now.stop is not None
        return moved if moved < self.now.stop else None

    def earlier(self, key: date, unit: Unit, rules: CalendarRules) -> date:
        """Return the earlier bucket that a bucket of the period stands against."""
        return _moved(key, unit, rules, self.now, self.before)


def _length(bounds: Bounds) -> int:
    assert bounds.first is not None
    assert bounds.stop is not None
    return (bounds.stop - bounds.first).days


def _moved(key: date, unit: Unit, rules: CalendarRules, own: Bounds, other: Bounds) -> date:
    assert own.first is not None
    assert other.first is not None
    nth = bucket_index(key, unit, rules) - bucket_index(own.first, unit, rules)
    return bucket_first(bucket_index(other.first, unit, rules) + nth, unit, rules)


def compared(
    compare: Compare, spec: dict[str, Any], bounds: Bounds, rules: CalendarRules, today: date
) -> Comparison:
    """Return what is compared with what. Raises DefinitionError where the period has no beginning."""
    if bounds.first is None or not is_daily(bounds, rules):
        text = _("Only a period of whole days that has a beginning can be compared.")
        raise DefinitionError([Problem("compare", "no_beginning", text)])
    tomorrow = today + timedelta(days=1)
    whole = (bounds.first, _end(spec, bounds, rules) or max(tomorrow, bounds.first))
    try:
        shifted = _shifted(compare, spec, whole, rules)
        runs = compare.align == "same_elapsed" and whole[0] < tomorrow < whole[1]
        if not runs:
            return Comparison(_of_days(*whole, rules), _of_days(*shifted, rules))
        stop, is_clamped = _elapsed(compare, whole[0], tomorrow, shifted)
        return Comparison(
            _of_days(whole[0], tomorrow, rules), _of_days(shifted[0], stop, rules), True, is_clamped
        )
    except (OverflowError, ValueError) as error:
        text = _("The earlier time leaves the calendar.")
        raise DefinitionError([Problem("compare.shift", "bad_range", text)]) from error


def _end(spec: dict[str, Any], bounds: Bounds, rules: CalendarRules) -> date | None:
    """Return where a period ends when it is over; "since the start of" a unit ends with the unit."""
    if "since_start_of" not in spec or bounds.first is None:
        return bounds.stop
    return bucket_next(bounds.first, Unit(spec["since_start_of"]), rules)


def _of_days(first: date, stop: date, rules: CalendarRules) -> Bounds:
    return Bounds(rules.start_of_day(first), rules.start_of_day(stop), first, stop)


def _elapsed(compare: Compare, first: date, tomorrow: date, shifted: tuple[date, date]) -> tuple[date, bool]:
    """Return where the earlier time ends: after as many days, or, years ago, on the same day of the year."""
    if compare.unit in _YEARS:
        last = add_units(tomorrow - timedelta(days=1), compare.n, Unit(compare.unit))
        stop = last + timedelta(days=1)
    else:
        stop = shifted[0] + (tomorrow - first)
    return min(stop, shifted[1]), stop > shifted[1]


def _shifted(
    compare: Compare, spec: dict[str, Any], whole: tuple[date, date], rules: CalendarRules
) -> tuple[date, date]:
    first, stop = whole
    if compare.unit != "period":
        unit = Unit(compare.unit)
        return add_units(first, compare.n, unit), add_units(stop, compare.n, unit)
    own = _unit_of(spec)
    if own is not None:
        low = bucket_index(first, own, rules)
        size = bucket_index(stop - timedelta(days=1), own, rules) - low + 1
        start = low + compare.n * size
        return bucket_first(start, own, rules), bucket_first(start + size, own, rules)
    if first.day == stop.day == 1:
        months = (month_number(stop) - month_number(first)) * compare.n
        return add_units(first, months, Unit.MONTH), add_units(stop, months, Unit.MONTH)
    days = (stop - first) * compare.n
    return first + days, stop + days


def _unit_of(spec: dict[str, Any]) -> Unit | None:
    """Return the unit of a relative range; None for dates."""
    word = spec.get("unit") or spec.get("since_start_of")
    return Unit(word) if word else None

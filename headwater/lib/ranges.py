"""Time ranges as definitions write them, and what they mean at one instant.

Forms: ``{"rel": "this" | "last" | "next", "unit": …, "n": 1, "include_current": false, "offset": 0}``,
``{"since_start_of": unit}`` (today included) and ``{"from": …, "to": …}`` (half-open; dates, or instants
with an offset; one side may be missing).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, NoReturn

from django.utils.translation import gettext as _

from headwater.lib.periods import CalendarRules, Unit, bucket_first, bucket_index

MOST_UNITS = 10_000
"""The largest ``n`` and ``offset``; larger numbers leave the calendar."""

_RELATIVE_KEYS = frozenset({"rel", "unit", "n", "include_current", "offset"})


class RangeError(ValueError):
    """A range that means nothing; ``word`` is the wrong key or value."""

    def __init__(self, word: str, message: str) -> None:
        super().__init__(message)
        self.word = word


@dataclass(frozen=True, slots=True)
class Bounds:
    """Absolute half-open bounds, for instants (aware UTC) and for date-only fields. None = open."""

    start: datetime | None
    end: datetime | None
    first: date | None
    stop: date | None

    def holds(self, instant: datetime) -> bool:
        return (self.start is None or self.start <= instant) and (self.end is None or instant < self.end)

    def holds_date(self, day: date) -> bool:
        return (self.first is None or self.first <= day) and (self.stop is None or day < self.stop)


def resolve_range(spec: object, rules: CalendarRules, now: datetime) -> Bounds:
    """Absolute bounds of a range at the instant ``now``. Raises RangeError naming the wrong word."""
    if not isinstance(spec, Mapping):
        _refuse(spec, _("A range is an object with “rel”, “since_start_of”, or “from” and “to”."))
    try:
        if "rel" in spec:
            return _relative(spec, rules, now)
        if "since_start_of" in spec:
            return _since(spec, rules, now)
        return _absolute(spec, rules)
    except OverflowError as error:
        raise RangeError("n", _("The range leaves the calendar.")) from error


def _refuse(word: object, message: str) -> NoReturn:
    raise RangeError(str(word)[:100], message)


def _only(spec: Mapping[Any, Any], allowed: frozenset[str]) -> None:
    for key in spec:
        if key not in allowed:
            _refuse(key, _("“%(word)s” is not known in a range.") % {"word": str(key)[:100]})


def _unit(word: object) -> Unit:
    if isinstance(word, str) and word in set(Unit):
        return Unit(word)
    _refuse(word, _("“%(word)s” is not a unit of time.") % {"word": str(word)[:100]})


def _whole(spec: Mapping[str, Any], key: str, default: int, least: int) -> int:
    number = spec.get(key, default)
    if not isinstance(number, int) or isinstance(number, bool) or not least <= number <= MOST_UNITS:
        _refuse(key, _("“%(word)s” must be a whole number.") % {"word": key})
    return number


def _relative(spec: Mapping[str, Any], rules: CalendarRules, now: datetime) -> Bounds:
    _only(spec, _RELATIVE_KEYS)
    unit = _unit(spec.get("unit"))
    count = _whole(spec, "n", 1, 1)
    offset = _whole(spec, "offset", 0, -MOST_UNITS)
    current = spec.get("include_current", False)
    if not isinstance(current, bool):
        _refuse("include_current", _("“include_current” must be true or false."))
    here = bucket_index(rules.local_date(now), unit, rules) + offset
    match spec["rel"]:
        case "this" if count == 1:
            low, high = here, here + 1
        case "this":
            _refuse("n", _("“this” means one unit; “n” must be 1."))
        case "last":
            low, high = here - count, here + current
        case "next":
            low, high = here + 1 - current, here + 1 + count
        case word:
            _refuse(word, _("“%(word)s” must be “this”, “last” or “next”.") % {"word": str(word)[:100]})
    return _of_dates(bucket_first(low, unit, rules), bucket_first(high, unit, rules), rules)


def _since(spec: Mapping[str, Any], rules: CalendarRules, now: datetime) -> Bounds:
    _only(spec, frozenset({"since_start_of"}))
    unit = _unit(spec["since_start_of"])
    today = rules.local_date(now)
    first = bucket_first(bucket_index(today, unit, rules), unit, rules)
    return _of_dates(first, today + timedelta(days=1), rules)


def _of_dates(first: date, stop: date, rules: CalendarRules) -> Bounds:
    return Bounds(rules.start_of_day(first), rules.start_of_day(stop), first, stop)


def _absolute(spec: Mapping[str, Any], rules: CalendarRules) -> Bounds:
    _only(spec, frozenset({"from", "to"}))
    if spec.get("from") is None and spec.get("to") is None:
        _refuse("from", _("A range needs “from” or “to”."))
    start, first = _bound(spec, "from", rules)
    end, stop = _bound(spec, "to", rules)
    if start is not None and end is not None and end < start:
        _refuse("to", _("The range ends before it begins."))
    return Bounds(start, end, first, stop)


def _bound(spec: Mapping[str, Any], key: str, rules: CalendarRules) -> tuple[datetime | None, date | None]:
    """One side as instant and as date; beside an instant a date counts as its first instant."""
    word = spec.get(key)
    if word is None:
        return None, None
    try:
        if not isinstance(word, str):
            raise ValueError
        if len(word) <= 10:
            day = date.fromisoformat(word)
            return rules.start_of_day(day), day
        moment = datetime.fromisoformat(word)
    except ValueError:
        _refuse(key, _("“%(word)s” is not a date (2026-01-31).") % {"word": str(word)[:100]})
    instant = (moment if moment.tzinfo else moment.replace(tzinfo=rules.tz)).astimezone(UTC)
    day = rules.local_date(instant)
    return instant, day if rules.start_of_day(day) == instant else day + timedelta(days=1)

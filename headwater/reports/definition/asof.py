"""Reading as of when a report is."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from headwater.lib import clock
from headwater.lib.periods import CalendarRules
from headwater.metadata.context import calendar_rules
from headwater.reports.definition.reader import Reader, shorten
from headwater.reports.definition.types import AsOf

NOW = "now"
_FIRST_YEAR = 1900
_MOMENT = timedelta(microseconds=1)


def read_as_of(reader: Reader, data: Any) -> AsOf | None:
    """Read "now", a day (its end is meant) or an instant (without an offset in the organization's zone)."""
    if data is None or data == NOW:
        return None
    rules, now = calendar_rules(), clock.now()
    try:
        found = _read(data, rules)
    except (ValueError, OverflowError):
        message = _("“%(word)s” is not a date (2026-01-31), an instant (2026-01-31T17:00) or “now”.")
        reader.refuse("as_of", "bad_instant", message % {"word": shorten(data)})
        return None
    if isinstance(found.written, datetime):
        is_future = found.instant > now
    else:
        is_future = found.written > rules.local_date(now)
    if is_future:
        reader.refuse("as_of", "in_future", _("Nothing is known yet of a time to come; choose a past one."))
        return None
    return AsOf(found.written, min(found.instant, now))


def _read(word: Any, rules: CalendarRules) -> AsOf:
    if not isinstance(word, str):
        raise ValueError
    if len(word) <= 10:
        day = date.fromisoformat(word)
        _require_sane(day)
        return AsOf(day, rules.start_of_day(day + timedelta(days=1)) - _MOMENT)
    moment = datetime.fromisoformat(word)
    _require_sane(moment)
    local = moment if moment.tzinfo else moment.replace(tzinfo=rules.tz)
    return AsOf(local, local.astimezone(UTC))


def _require_sane(day: date) -> None:
    if day.year < _FIRST_YEAR:
        raise ValueError

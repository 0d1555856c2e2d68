"""How the reader counts years: in what is shown to her, and in what she types.

Only years differ. Months, days, weeks and every stored value are those of the Gregorian calendar; only
dates that people read or type in our pages are touched, never those of the API.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date

from headwater.lib.numbers import ascii_digits

GREGORIAN = "gregorian"
BUDDHIST = "buddhist"
_AHEAD = {GREGORIAN: 0, BUDDHIST: 543}

_calendar: ContextVar[str] = ContextVar("calendar", default=GREGORIAN)

# what our fields hold lies between 1900 and 2200: no counted year is taken for an uncounted one
_YEAR = re.compile(r"(?<!\d)(?:19|20|21|22)\d\d(?!\d)", re.ASCII)
_YEAR_FIRST = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ](\d{1,2}:\d\d))?", re.ASCII)
_DAY_FIRST = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})(?:[,T ] ?(\d{1,2}:\d\d))?", re.ASCII)


def use(calendar: str) -> None:
    """Count years in this calendar from now on, in this context; an unknown one counts as Gregorian."""
    _calendar.set(calendar if calendar in _AHEAD else GREGORIAN)


def current() -> str:
    return _calendar.get()


@contextmanager
def counting(calendar: str) -> Iterator[None]:
    """Count years in this calendar inside the block."""
    token = _calendar.set(calendar)
    try:
        yield
    finally:
        _calendar.reset(token)


def year(number: int) -> int:
    """Return a year as the reader counts it."""
    return number + _AHEAD[_calendar.get()]


def in_words(text: str) -> str:
    """Return a formatted date, or a span of dates, with its years as the reader counts them."""
    ahead = _AHEAD[_calendar.get()]
    return _YEAR.sub(lambda found: str(int(found[0]) + ahead), text) if ahead else text


def typed(text: str) -> str:
    """Return what somebody typed for a day, perhaps with a time, as ISO 8601; unreadable text as it is.

    Understood are 2026-03-18 and 18/3/2026 (or with points or dashes), digits of any of our scripts, and
    years as the reader counts them; in a calendar ahead of ours, a year of ours is still taken as such.
    """
    plain = ascii_digits(text).strip()
    if match := _YEAR_FIRST.fullmatch(plain):
        number, month, day, clock = match.groups()
    elif match := _DAY_FIRST.fullmatch(plain):
        day, month, number, clock = match.groups()
    else:
        return text
    ahead = _AHEAD[_calendar.get()]
    counted = int(number) - (ahead if ahead and int(number) > 2200 else 0)
    try:
        whole = date(counted, int(month), int(day)).isoformat()
    except ValueError:
        return text
    return f"{whole}T{clock.zfill(5)}" if clock else whole


def for_typing(iso: str) -> str:
    """Return an ISO day (perhaps with a time) as a text control shows it: 18/03/2569 14:05."""
    match = _YEAR_FIRST.fullmatch(iso)
    if not match:
        return iso
    number, month, day, clock = match.groups()
    return f"{day}/{month}/{year(int(number))}{f' {clock}' if clock else ''}"

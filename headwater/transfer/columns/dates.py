"""Dates as people write them, and what a whole column says about their order."""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta, timezone
from functools import lru_cache

from django.utils.translation import gettext as _

from headwater.lib.numbers import ascii_digits
from headwater.metadata.errors import BadValue

Moment = date | datetime

PLACEHOLDERS = frozenset({"0/0/00", "0/0/0000", "00/00/0000", "0000-00-00", "0000-00-00 00:00:00"})
"""What some programs write for "no date"."""

ORDERS = ("dmy", "mdy")
"""The orders that can be mistaken for each other; the year first is always year, month, day."""

_TIME = (
    r"(?:[T ,]+(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,]\d+)?)?"
    r"\s*(?P<half>[ap]\.?m\.?)?\s*(?P<zone>Z|UTC|GMT|[+-]\d{2}:?\d{2})?)?"
)
_FLAGS = re.IGNORECASE | re.ASCII
_YEAR_FIRST = re.compile(r"(?P<year>\d{4})([-/.])(?P<a>\d{1,2})\2(?P<b>\d{1,2})" + _TIME, _FLAGS)
_YEAR_LAST = re.compile(r"(?P<a>\d{1,2})([-/.])(?P<b>\d{1,2})\2(?P<year>\d{4}|\d{2})\.?" + _TIME, _FLAGS)
_DAY_NAME = re.compile(r"(?P<a>\d{1,2})\.?[ -](?P<name>[a-z]{3,9})\.?,?[ -](?P<year>\d{4})" + _TIME, _FLAGS)
_NAME_DAY = re.compile(r"(?P<name>[a-z]{3,9})\.? (?P<a>\d{1,2}),? (?P<year>\d{4})" + _TIME, _FLAGS)
_ONLY_TIME = re.compile(r"(?P<date>.*?)" + _TIME, _FLAGS)
_MONTHS = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip
_TOKENS = re.compile(r"yyyy|yy|mmmm|mmm|mm|m|dd|d|hh|h|ss|s|am/pm|ap|tt", re.IGNORECASE)
_CODES = {"yyyy": "%Y", "yy": "%y", "mmmm": "%B", "mmm": "%b", "dd": "%d", "d": "%d", "hh": "%H", "h": "%H"}


def _month(name: str) -> int | None:
    word = name.lower()
    found = [number for number, month in enumerate(_MONTHS, start=1) if month.startswith(word)]
    if word == "sept":
        return 9
    return found[0] if len(found) == 1 else None


def _moment(match: re.Match[str], year: int, month: int, day: int) -> Moment | None:
    """The day, with its time if there is one; None where the calendar or the clock knows no such thing."""
    try:
        if match["hour"] is None:
            return date(year, month, day)
        hour = int(match["hour"])
        if half := match["half"]:
            if not 1 <= hour <= 12:
                return None
            hour = hour % 12 + (12 if half[0].lower() == "p" else 0)
        moment = datetime(year, month, day, hour, int(match["minute"]), int(match["second"] or 0), tzinfo=UTC)
        return moment.replace(tzinfo=_zone(match["zone"]))
    except ValueError:
        return None


def _zone(word: str | None) -> timezone | None:
    """None: the wall clock of the organization."""
    if word is None:
        return None
    if word.upper() in ("Z", "UTC", "GMT"):
        return UTC
    minutes = int(word[1:3]) * 60 + int(word[-2:])
    return timezone(timedelta(minutes=minutes if word[0] == "+" else -minutes))


@lru_cache(maxsize=2_000)
def readings(typed: str) -> Mapping[str, Moment]:
    """Every day or moment the text may mean, by the order that makes it so.

    An unmistakable text gives the same under both orders; one with a year of two digits gives none.
    """
    text = " ".join(ascii_digits(typed).split())
    if match := _YEAR_FIRST.fullmatch(text):
        return _both(_moment(match, int(match["year"]), int(match["a"]), int(match["b"])))
    if match := _DAY_NAME.fullmatch(text) or _NAME_DAY.fullmatch(text):
        month = _month(match["name"])
        return _both(_moment(match, int(match["year"]), month, int(match["a"])) if month else None)
    match = _YEAR_LAST.fullmatch(text)
    if match is None or len(match["year"]) == 2:
        return {}
    a, b, year = int(match["a"]), int(match["b"]), int(match["year"])
    found = {"dmy": _moment(match, year, b, a), "mdy": _moment(match, year, a, b)}
    return {order: moment for order, moment in found.items() if moment is not None}


def _both(moment: Moment | None) -> dict[str, Moment]:
    return {} if moment is None else dict.fromkeys(ORDERS, moment)


def two_digit_year(typed: str) -> bool:
    match = _YEAR_LAST.fullmatch(" ".join(ascii_digits(typed).split()))
    return match is not None and len(match["year"]) == 2


def is_unclear(typed: str, found: Mapping[str, Moment]) -> bool:
    """Whether a person must say the format: the readings found differ, or the year has two digits."""
    return len(set(found.values())) > 1 or (not found and two_digit_year(typed))


def pattern_of(chosen: str) -> str:
    """A ``strptime`` format for "dd.mm.yyyy hh:mm" or "%d.%m.%Y"; dmy, mdy and ymd stay as they are.

    Raises BadValue when the words name no format.
    """
    word = chosen.strip()
    if word.lower() in (*ORDERS, "ymd", "iso"):
        return {"iso": "ymd"}.get(word.lower(), word.lower())
    pattern = word if "%" in word else _TOKENS.sub(_code_of, word)
    try:
        sample = datetime(2026, 11, 23, 21, 45, 56, tzinfo=UTC).strftime(pattern)
        if datetime.strptime(sample, pattern).date() == date(2026, 11, 23):  # noqa: DTZ007
            return pattern
    except (ValueError, re.error):
        pass
    raise BadValue(
        "bad_date_format", _("“%(word)s” is not a date format, such as DD.MM.YYYY.") % {"word": word[:60]}
    )


def _code_of(match: re.Match[str]) -> str:
    token = match[0].lower()
    if token in ("mm", "m"):
        before = match.string[: match.start()].lower()
        return "%M" if re.search(r"h\W*$", before) else "%m"
    if token in ("ss", "s"):
        return "%S"
    return _CODES.get(token, "%p")


def read_as(typed: str, pattern: str) -> Moment | None:
    """Read a text by a chosen format; a time may follow a format that has none. None = it does not fit."""
    text = " ".join(ascii_digits(typed).split())
    if pattern == "ymd":
        match = _YEAR_FIRST.fullmatch(text)
        return _moment(match, int(match["year"]), int(match["a"]), int(match["b"])) if match else None
    if pattern in ORDERS:
        return readings(text).get(pattern)
    try:
        moment = datetime.strptime(text, pattern)  # noqa: DTZ007
    except ValueError:
        return _with_time_after(text, pattern)
    return moment if re.search(r"%[HIMSpcXT]", pattern) else moment.date()


def _with_time_after(text: str, pattern: str) -> Moment | None:
    match = _ONLY_TIME.fullmatch(text)
    if match is None or match["hour"] is None:
        return None
    try:
        day = datetime.strptime(match["date"], pattern).date()  # noqa: DTZ007
    except ValueError:
        return None
    return _moment(match, day.year, day.month, day.day)


def read_in_order(typed: str, order: str) -> Moment:
    """Read a text of a column whose order is ``order`` ("" = the column does not tell). Raises BadValue."""
    found = readings(typed)
    if not found:
        if two_digit_year(typed):
            message = _("The year has two digits. Say the date format, such as DD.MM.YY.")
            raise BadValue("ambiguous_date", message)
        raise BadValue("not_date", _("This is not a date, such as 2026-03-18."))
    if order in found:
        return found[order]
    if len(set(found.values())) == 1:
        return next(iter(found.values()))
    raise BadValue(
        "ambiguous_date",
        _("Day and month could be either way round. Say the date format, such as DD.MM.YYYY."),
    )

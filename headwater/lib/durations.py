"""Lengths of time as people and programs write them, in whole seconds.

A day is always 24 hours: a length of time is on no calendar. Months and years have no length.
"""

import re
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal

from headwater.lib.numbers import NumberError, ascii_digits, parse_decimal

SECOND, MINUTE, HOUR, DAY, WEEK = 1, 60, 3_600, 86_400, 604_800

_WORDS = {
    WEEK: "w wk week weeks ned nedēļa nedēļas nedēļu สัปดาห์ សប្តាហ៍ សប្ដាហ៍",
    DAY: "d day days dn diena dienas dienu วัน ថ្ងៃ",
    HOUR: "h hr hrs hour hours st stunda stundas stundu ชม ชั่วโมง ម៉ោង",
    MINUTE: "m min mins minute minutes minūte minūtes minūšu นาที នាទី",
    SECOND: "s sec secs second seconds sek sekunde sekundes sekunžu วิ วินาที វិនាទី",
}
_SIZES = {word: size for size, words in _WORDS.items() for word in words.split()}
_CLOCK = re.compile(r"(\d{1,9}):([0-5]\d)(?::([0-5]\d))?", re.ASCII)
_NUMBER = r"\d{1,15}(?:[.,]\d{1,9})?"
_ISO = re.compile(
    rf"P(?:({_NUMBER})W)?(?:({_NUMBER})D)?(?:T(?:({_NUMBER})H)?(?:({_NUMBER})M)?(?:({_NUMBER})S)?)?",
    re.ASCII | re.IGNORECASE,
)
_PART = re.compile(r"([0-9](?:[0-9.,'’\s]*[0-9])?)\s*([^\s0-9.,:;+-]+)\.?[\s,;]*")
_BARE = re.compile(r"[+-]?[0-9][0-9.,'’\s]*")
_LONGEST = 120

Why = Literal["not_duration", "no_unit", "ambiguous_number", "too_precise"]


class DurationError(ValueError):
    """The text is no length of time; ``why`` is a code."""

    def __init__(self, typed: str, why: Why) -> None:
        super().__init__(typed)
        self.typed, self.why = typed, why


def parse_duration(typed: str, read: Callable[[str], Decimal] = parse_decimal) -> int:
    """Return the seconds of ``1:30`` (hours and minutes), ``1 d 4 h``, ``90 min``, ``1,5 h`` or ``PT90M``.

    Unit words of every language of the product are known. ``read`` reads the number before one. Parts of
    units are rounded to the second; parts of a second are refused. Raises DurationError.
    """
    text = " ".join(ascii_digits(typed).split())
    sign, bare = (-1, text[1:].lstrip()) if text[:1] in ("-", "\u2212") else (1, text)
    if not bare or len(bare) > _LONGEST:
        raise DurationError(typed, "not_duration")
    if clock := _CLOCK.fullmatch(bare):
        hours, minutes, seconds = (int(part or 0) for part in clock.groups())
        return sign * (hours * HOUR + minutes * MINUTE + seconds)
    iso = _ISO.fullmatch(bare)
    if iso and any(iso.groups()):
        counted = zip((WEEK, DAY, HOUR, MINUTE, SECOND), iso.groups(), strict=True)
        parts = [(size, Decimal(text.replace(",", "."))) for size, text in counted if text]
    else:
        parts = _parts(typed, bare, read)
    return sign * _together(typed, parts)


def is_bare_number(typed: str) -> bool:
    """Say whether a text is a number without a unit."""
    return _BARE.fullmatch(ascii_digits(typed).strip()) is not None


def _parts(typed: str, bare: str, read: Callable[[str], Decimal]) -> list[tuple[int, Decimal]]:
    """Return the units of a text and how many there are of each; every unit once, larger ones first."""
    if is_bare_number(bare):
        raise DurationError(typed, "no_unit")
    found: list[tuple[int, Decimal]] = []
    at = 0
    while at < len(bare):
        part = _PART.match(bare, at)
        size = _SIZES.get(part[2].casefold()) if part else None
        if part is None or size is None or (found and size >= found[-1][0]):
            raise DurationError(typed, "not_duration")
        try:
            found.append((size, read(part[1])))
        except NumberError as problem:
            why: Why = "ambiguous_number" if problem.ambiguous else "not_duration"
            raise DurationError(typed, why) from None
        at = part.end()
    return found


def _together(typed: str, parts: list[tuple[int, Decimal]]) -> int:
    if any(size == SECOND and number != number.to_integral_value() for size, number in parts):
        raise DurationError(typed, "too_precise")
    total = sum((size * number for size, number in parts), Decimal())
    return int(total.quantize(Decimal(1), rounding=ROUND_HALF_UP)) if abs(total) < 10**20 else 10**20


def clock(seconds: int) -> str:
    """Write a length of time as spreadsheets do, hours going on beyond a day: ``36:30:00``."""
    minutes, second = divmod(abs(seconds), MINUTE)
    hours, minute = divmod(minutes, MINUTE)
    return f"{'-' if seconds < 0 else ''}{hours}:{minute:02d}:{second:02d}"


def iso(seconds: int) -> str:
    """Write a length of time the same for everybody, in a form that ``parse_duration`` reads: ``PT5400S``."""
    return f"{'-' if seconds < 0 else ''}PT{abs(seconds)}S"

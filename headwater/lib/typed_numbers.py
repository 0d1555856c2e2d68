"""Numbers in the controls of our pages: shown as the reader writes them, and read back.

Only what people see and type is touched. What forms hand on, and what programs send, is a number
written plainly: digits with a point.
"""

import re
from decimal import Decimal
from functools import lru_cache

from babel.numbers import get_decimal_symbol, get_group_symbol
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from headwater.lib import formats
from headwater.lib.numbers import MARKS, NumberError, ascii_digits, parse_decimal, without_percent

_PLAIN = re.compile(r"-?\d{1,30}(?:\.(\d{1,30}))?", re.ASCII)


class Ambiguous(str):
    """What somebody typed for a number and means two: the doors refuse it and say why."""

    __slots__ = ()

    def question(self) -> str:
        """Say both numbers as the reader writes them, so that she can choose one."""
        low, high = sorted((parse_decimal(self, mark) for mark in MARKS), key=abs)
        words = {"typed": str(self), "low": formats.number(low), "high": formats.number(high)}
        return _("“%(typed)s” can mean %(low)s or %(high)s. Write one of these.") % words


@lru_cache(maxsize=64)
def _marks(language: str) -> tuple[str, str]:
    """Return the decimal mark of a language, and the mark between its thousands when that is no space."""
    group = get_group_symbol(language)
    return get_decimal_symbol(language), group if group in MARKS else ""


def typed(text: str, *, language: str | None = None) -> str:
    """Return what somebody typed for a number, written plainly; text that is no number as it is.

    Understood are the reader's own way of writing first (``1,234`` is a thousand to an English reader
    and little more than one to a Latvian), then every other that has one meaning only. What her
    language does not settle comes back as ``Ambiguous``.
    """
    decimal, group = _marks(language or get_language() or "en")
    other = "," if decimal == "." else "."
    plain = ascii_digits(text)
    try:
        own = decimal if other not in plain or group == other else None
        return plainly(_parsed(text, own))
    except NumberError as problem:
        return Ambiguous(text.strip()) if problem.ambiguous else text


def typed_percent(text: str, *, language: str | None = None) -> str:
    """Return what somebody typed for a percentage, with or without its sign, as ``typed`` does."""
    return typed(without_percent(text), language=language)


def _parsed(text: str, own: str | None) -> Decimal:
    """Read by the reader's decimal mark; where that gives nothing, by whichever mark gives a number."""
    try:
        return parse_decimal(text, own)
    except NumberError:
        if own is None:
            raise
        return parse_decimal(text)


def plainly(number: Decimal) -> str:
    """Write a number with digits and a point; whole ones without decimals, others with those they have."""
    if number == number.to_integral_value():
        return format(number.quantize(Decimal(1)) if number.adjusted() < 25 else number, "f")
    return format(number, "f")


def for_typing(plain: str, *, language: str | None = None) -> str:
    """Return a plainly written number as a text control shows it: 1 234,50. Other text is kept."""
    match = None if isinstance(plain, Ambiguous) else _PLAIN.fullmatch(plain)
    if not match:
        return plain
    return formats.number(Decimal(plain), len(match[1] or ""), locale=language)

"""Lengths of time in the controls of our pages: shown in words, and read back as their reader writes them."""

from decimal import Decimal

from django.utils.translation import gettext as _

from headwater.lib import formats
from headwater.lib.durations import DurationError, iso, parse_duration
from headwater.lib.numbers import NumberError, parse_decimal
from headwater.lib.typed_numbers import Ambiguous
from headwater.lib.typed_numbers import typed as typed_number


class Unitless(Ambiguous):
    """A number without a unit, which somebody typed for a length of time."""

    __slots__ = ()

    def question(self) -> str:
        message = _("“%(typed)s” needs a unit: write %(typed)s min, %(typed)s h or %(typed)s s.")
        return message % {"typed": str(self)}


def typed(text: str, *, language: str | None = None) -> str:
    """Return what somebody typed for a length of time in its plain form; text that is none as it is.

    A number without a unit could be minutes or hours and comes back as ``Unitless``.
    """

    def read(number: str) -> Decimal:
        plain = typed_number(number, language=language)
        if isinstance(plain, Ambiguous):
            raise NumberError(number, ambiguous=True)
        return parse_decimal(plain, ".")

    try:
        return iso(parse_duration(text, read))
    except DurationError as problem:
        bare = text.strip()
        if problem.why != "no_unit":
            return text
        return iso(0) if typed_number(bare, language=language) == "0" else Unitless(bare)


def for_typing(plain: str, *, language: str | None = None) -> str:
    """Return a length of time as a text control shows it: 1 h 30 min. Other text is kept."""
    if isinstance(plain, Ambiguous):
        return plain
    try:
        return formats.duration(_seconds(plain), locale=language)
    except DurationError:
        return plain


def _seconds(plain: str) -> int:
    # Filters that programs made hold the number of seconds.
    return int(plain) if plain.isascii() and plain.isdigit() and len(plain) < 16 else parse_duration(plain)

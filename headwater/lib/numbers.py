"""Numbers as people type them."""

import re
from collections.abc import Iterable
from decimal import Decimal

MARKS = (".", ",")
"""The decimal marks that are understood."""

_SPACES = str.maketrans("", "", " \u00a0\u202f\u2009'’_")
_DIGITS = {
    zero + value: str(value)
    for zero in (0x0E50, 0x17E0, 0xFF10)  # Thai, Khmer and full-width digits
    for value in range(10)
} | {0x2212: "-", 0xFF0D: "-", 0xFF0E: ".", 0xFF0C: ",", 0xFF0B: "+"}
_PLAIN = re.compile(r"[+-]?(\d+([.]\d*)?|[.]\d+)(e[+-]?\d{1,3})?", re.IGNORECASE | re.ASCII)
_GROUPED = {  # "0,926" has no thousands
    ".": re.compile(r"[+-]?[1-9]\d{0,2}(,\d{3})+([.]\d*)?", re.ASCII),
    ",": re.compile(r"[+-]?[1-9]\d{0,2}([.]\d{3})+(,\d*)?", re.ASCII),
}


class NumberError(ValueError):
    """The text is no number; ``ambiguous`` says that the decimal mark has to be told."""

    def __init__(self, typed: str, *, ambiguous: bool = False) -> None:
        super().__init__(typed)
        self.ambiguous = ambiguous


def ascii_digits(text: str) -> str:
    """Replace Thai, Khmer and full-width digits and signs by their ASCII forms."""
    return text if text.isascii() else text.translate(_DIGITS)


def whole_number(word: object, most_digits: int = 18) -> int | None:
    """Return the number that an address or a form names something by; None for anything else.

    ASCII digits alone: ``isdigit`` is true of "²" too, which ``int`` refuses, as it does thousands of digits.
    18 digits fit into every column.
    """
    text = str(word)
    return int(text) if len(text) <= most_digits and text.isascii() and text.isdecimal() else None


def _bare(typed: str) -> str:
    return ascii_digits(typed).translate(_SPACES).strip()


def _fits(bare: str, mark: str) -> bool:
    plain = bare if mark == "." else bare.replace(",", ".") if "." not in bare else ""
    return bool(_PLAIN.fullmatch(plain) or _GROUPED[mark].fullmatch(bare))


def parse_decimal(typed: str, mark: str | None = None) -> Decimal:
    """Read ``1234.5``, ``1,234.50``, ``1.234,50``, ``1 234,50`` or ``๑๒๓``.

    ``mark`` is the decimal mark ("." or ","). Without it a text that means different numbers under
    both marks ("1,234") raises ``NumberError`` with ``ambiguous``; it is never guessed.
    """
    bare = _bare(typed)
    readings = {
        _value(bare, each) for each in ((mark,) if mark else MARKS) if len(bare) <= 60 and _fits(bare, each)
    }
    if len(readings) > 1:
        raise NumberError(typed, ambiguous=True)
    if not readings:
        raise NumberError(typed)
    return readings.pop()


def _value(bare: str, mark: str) -> Decimal:
    other = "," if mark == "." else "."
    return Decimal(bare.replace(other, "").replace(mark, "."))


def is_ambiguous(typed: str) -> bool:
    """Say whether the text means different numbers under both decimal marks."""
    if "," not in typed and "." not in typed:
        return False
    try:
        parse_decimal(typed)
    except NumberError as error:
        return error.ambiguous
    return False


def decimal_marks(samples: Iterable[str]) -> set[str]:
    """The decimal marks under which every sample is a number: one, both, or none."""
    marks = set(MARKS)
    for sample in samples:
        bare = _bare(sample)
        marks = {mark for mark in marks if _fits(bare, mark)}
        if not marks:
            break
    return marks


def without_percent(text: str) -> str:
    """Return a typed percentage without its sign, whichever side and script it is written in."""
    return text.strip().strip("%\u066a\ufe6a\uff05").strip()

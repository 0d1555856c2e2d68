"""Cutting a formula into words, numbers, texts and signs."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from headwater.metadata.formulas.errors import FormulaError

LONGEST = 1_000
"""Characters of a formula."""
_DIGITS = 15
_TOKEN = re.compile(
    r"""(?P<space>\s+)
    | (?P<number>[0-9]+(?:\.[0-9]+)?)
    | (?P<word>[A-Za-z_][A-Za-z0-9_]*)
    | (?P<text>"(?:[^"]|"")*"|'(?:[^']|'')*')
    | (?P<sign><=|>=|!=|<>|[-+*/()=<>,;])""",
    re.VERBOSE,
)
_SAME = {"<>": "!=", ";": ","}
_TYPED = str.maketrans({"“": '"', "”": '"', "„": '"', "‘": "'", "’": "'", "−": "-", "×": "*", "÷": "/"})


@dataclass(frozen=True)
class Token:
    """``kind`` is number, word, text, sign or end; ``value`` is what it stands for."""

    kind: str
    position: int
    value: str | Decimal


def tokens_of(text: str) -> Iterator[Token]:
    """Yield the pieces of a formula and then its end. Raises FormulaError."""
    if len(text) > LONGEST:
        message = _("a formula has at most %(limit)d characters.") % {"limit": LONGEST}
        raise FormulaError(LONGEST, message)
    text = text.translate(_TYPED)
    at = 0
    while at < len(text):
        found = _TOKEN.match(text, at)
        if found is None:
            if text[at] in "\"'":
                raise FormulaError(at, _("the mark that ends this text is missing."))
            raise FormulaError(at, _("“%(word)s” means nothing here.") % {"word": text[at]})
        if found.lastgroup != "space":
            yield _token(found)
        at = found.end()
    yield Token("end", len(text), "")


def _token(found: re.Match[str]) -> Token:
    kind, word, at = str(found.lastgroup), found.group(), found.start()
    if kind == "number":
        if len(word.replace(".", "")) > _DIGITS:
            message = _("use numbers of at most %(digits)d digits.") % {"digits": _DIGITS}
            raise FormulaError(at, message)
        return Token(kind, at, Decimal(word))
    if kind == "text":
        return Token(kind, at, word[1:-1].replace(word[0] * 2, word[0]))
    return Token(kind, at, word.lower() if kind == "word" else _SAME.get(word, word))

"""The form in which text is searched."""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from headwater.lib.numbers import ascii_digits
from headwater.lib.text import fold, plain_letters
from headwater.metadata.objects import Field

_NOT_DIGITS = re.compile(r"[^0-9]+")
_OPTIONAL_ZERO = re.compile(r"\(0\)")
# What mail programs and pages put around an address: "Anna <mailto:anna@example.com>;"
_AROUND_AN_ADDRESS = re.compile(r"mailto:|[<>\"',;]+|[.](?=\s|$)", re.IGNORECASE)
MAX_TEXT = 2000
MAX_WORDS = 8
BREAK = "  "
"""What stands before each word of a stored text, and at its end."""


def words_of(typed: str) -> list[str]:
    """Return the folded words that a person's text is compared by.

    Case, accents, the width of letters and the script of digits do not count, nor do characters
    that cannot be seen, such as the zero-width spaces between Khmer words.
    """
    if typed.isascii():
        return typed.replace("\x00", " ").lower().split()
    if not typed.isprintable():
        typed = "".join(char for char in typed.replace("\x00", " ") if unicodedata.category(char) != "Cf")
    # Nothing is folded across a space, and the words of names come again.
    return [word for part in typed.split() for word in _folded(part)]


@lru_cache(maxsize=8192)
def _folded(part: str) -> tuple[str, ...]:
    return tuple(ascii_digits(plain_letters(fold(part))).split())


def searchable(values: list[str]) -> str:
    """Return the stored form of a record's texts: every word after two spaces, and two at the end.

    The two spaces let the beginning of a word be looked for with three characters at least, which
    is what the trigram indexes of both databases need; those at the end let every place of the
    text begin a trigram.
    """
    seen = dict.fromkeys(word for value in values for word in words_of(value))
    return "".join(f"{BREAK}{word}" for word in seen)[:MAX_TEXT] + BREAK


def searchable_of(record: Any, fields: Iterable[Field]) -> str:
    """Return the stored form of some of a record's search fields, phones also as bare digits."""
    values: list[str] = []
    for field in fields:
        value = field.value_of(record)
        if value and field.kind.name == "phone":
            values += _phone_forms(str(value), field.sibling_of(record, "e164"))
        elif value:
            values.append(field.kind.words(value))
    return searchable([value for value in values if value])


def _digits(typed: str) -> str:
    typed = ascii_digits(typed)
    return _NOT_DIGITS.sub("", _OPTIONAL_ZERO.sub("", typed) if "(" in typed else typed)


def _phone_forms(typed: str, e164: str) -> list[str]:
    """Return the forms by which a phone is found; what stands within the full number need not stand twice."""
    digits = _digits(typed)
    within = digits.lstrip("0") in e164 and not any(map(str.isalpha, typed))
    return [e164] if e164 and within else [typed, e164, digits]


def pattern_words(query: str) -> list[str]:
    """Return at most eight words to look for; a phone typed with spaces becomes one word of digits."""
    digits = _digits(query)
    if len(digits) >= 5 and not any(map(str.isalpha, query)):
        return [digits.lstrip("0") or digits]
    if "@" in query:
        query = _AROUND_AN_ADDRESS.sub(" ", query)
    return list(dict.fromkeys(words_of(query)))[:MAX_WORDS]

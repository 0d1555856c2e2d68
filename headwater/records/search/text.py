"""The form in which text is searched."""

import re
import unicodedata
from typing import Any

from headwater.lib.text import fold
from headwater.metadata.objects import ObjectType

_WORD = re.compile(r"\S+")
_DIGITS = re.compile(r"\D+")
MAX_TEXT = 2000
MAX_WORDS = 8


def _unaccent(folded: str) -> str:
    # Marks of Latin, Greek and Cyrillic letters only: Thai and Khmer signs carry the meaning.
    decomposed = unicodedata.normalize("NFD", folded)
    return unicodedata.normalize("NFC", "".join(c for c in decomposed if not "\u0300" <= c <= "\u036f"))


def words_of(typed: str) -> list[str]:
    """Return the folded words that a person's text is compared by."""
    if typed.isascii():
        return typed.replace("\x00", " ").lower().split()
    return _WORD.findall(_unaccent(fold(typed.replace("\x00", " "))))


def searchable(values: list[str]) -> str:
    """Return the stored form of a record's texts: every word after two spaces."""
    seen = dict.fromkeys(word for value in values for word in words_of(value))
    return "".join(f"  {word}" for word in seen)[:MAX_TEXT]


def searchable_of(entry: ObjectType, record: Any) -> str:
    """Return the stored form of a record: its search fields, phones also as bare digits."""
    values: list[str] = []
    for key in entry.search_keys:
        value = getattr(record, key)
        if value and entry.fields[key].kind.name == "phone":
            values += _phone_forms(str(value), getattr(record, f"{key}_e164"))
        elif value:
            values.append(str(value))
    return searchable([value for value in values if value])


def _phone_forms(typed: str, e164: str) -> list[str]:
    """Return the forms by which a phone is found; what stands within the full number need not stand twice."""
    digits = _DIGITS.sub("", typed)
    within = digits.lstrip("0") in e164 and not any(char.isalpha() for char in typed)
    return [e164] if e164 and within else [typed, e164, digits]


def pattern_words(query: str) -> list[str]:
    """Return at most eight words to look for; a phone typed with spaces becomes one word of digits."""
    digits = _DIGITS.sub("", query)
    if len(digits) >= 5 and not any(c.isalpha() for c in query):
        return [digits.lstrip("0") or digits]
    return words_of(query)[:MAX_WORDS]

"""Folding of text for comparison, and stable keys made from labels."""

import re
import unicodedata
from collections.abc import Container
from hashlib import blake2s

KEY_LENGTH = 60
"""The longest choice key that is made; columns that store keys are at least this long."""

_SPACES = re.compile(r"\s+")
_NOT_IN_A_KEY = re.compile(r"[^a-z0-9]+")
# Combining marks of Latin, Greek and Cyrillic; Thai and Khmer vowel signs are letters here.
_ACCENTS = re.compile("[\u0300-\u036f]+")
# Latin letters that Unicode does not decompose into a base letter and a mark.
_LETTERS = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h", "ŧ": "t"}
)


def collapse(text: str) -> str:
    """Trim, and turn every run of white space into one space."""
    return _SPACES.sub(" ", text).strip()


def normalize(text: str) -> str:
    """Trim and compose (NFC): two spellings that look the same become equal, case stays."""
    return unicodedata.normalize("NFC", text).strip()


def fold(text: str) -> str:
    """The form in which texts are searched and grouped: NFKC, case folded, single spaces."""
    if text.isascii():
        return " ".join(text.lower().split())
    # Folding can undo the composition (ΐ), so it is composed again to make fold(fold(x)) == fold(x).
    folded = unicodedata.normalize("NFKC", text).casefold()
    return collapse(unicodedata.normalize("NFKC", folded).casefold())


def plain_letters(folded: str) -> str:
    """Drop the accents of a folded text, and write letters such as ø and ł without their stroke.

    Only marks of Latin, Greek and Cyrillic letters go: Thai and Khmer signs carry the meaning.
    """
    decomposed = unicodedata.normalize("NFD", folded).translate(_LETTERS)
    return unicodedata.normalize("NFC", _ACCENTS.sub("", decomposed))


def slug_key(label: str) -> str:
    """A snake_case key of ``a-z0-9_`` for a label in any script; the same label gives the same key.

    Accents are dropped ("Ķekava" → ``kekava``). Where letters cannot be written in ASCII a digest of
    the folded label is added, so that two Thai labels never share a key.
    """
    text = unicodedata.normalize("NFKD", fold(label)).translate(_LETTERS)
    kept = _ACCENTS.sub("", text)
    key = _NOT_IN_A_KEY.sub("_", kept).strip("_")
    if key and len(key) <= KEY_LENGTH and not any(_is_lost(char) for char in kept):
        return key
    digest = blake2s(fold(label).encode(), digest_size=4).hexdigest()
    stem = key[: KEY_LENGTH - len(digest) - 1].strip("_") or "choice"
    return f"{stem}_{digest}"


def unique_key(label: str, taken: Container[str]) -> str:
    """``slug_key`` with the lowest number appended that makes it new among ``taken``."""
    key = slug_key(label)
    if key not in taken:
        return key
    number = 2
    while (candidate := f"{key[: KEY_LENGTH - 6]}_{number}") in taken:
        number += 1
    return candidate


def _is_lost(char: str) -> bool:
    """Whether a character that carries meaning cannot appear in an ASCII key."""
    return not char.isascii() and unicodedata.category(char)[0] in "LMNS"

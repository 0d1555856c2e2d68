"""The order of texts: one for all languages, the same on both databases.

``sort_key`` gives bytes whose plain comparison is the order, so that a stored key can be indexed and
paged. Case and script of digits do not count; accents count only between texts that are else alike.

* Latin: Latvian č ģ ķ ļ ņ ŗ š ž are letters of their own, after the plain ones; other accents are accents.
* Thai: a vowel written before its consonant is sorted after it; tone marks count like accents.
* Khmer: independent vowels are sorted as អ with the vowel, robat as រ before its consonant,
  ុំ ំ ាំ ះ after the other vowels, and subscript consonants after all vowels.

Scripts follow each other as in Unicode: Latin, Greek, Cyrillic, Thai, Khmer.
"""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from typing import TypeVar

_Key = TypeVar("_Key")
_LONGEST = 80
"""Characters that count; what differs only further on is alike."""

# after every letter that can follow one: what makes a letter of its own out of the one before
_NEXT, _NEXT_BUT_ONE = "\uf8fe", "\uf8ff"
_SPACE, _SIGN = "\x02", "\x03"
_PLAIN = re.compile(r"[a-z0-9 ]*")

_LETTERS = str.maketrans(
    {"ø": "o", "đ": "d", "ð": "d", "ł": "l", "ħ": "h", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th"}
)
_OWN_LETTERS = {
    *(f"{letter}\u030c" for letter in "csz"),
    *(f"{letter}\u0327" for letter in "gklnr"),
    "и\u0306",
}

_THAI_LEADING = re.compile("([\u0e40-\u0e44])([\u0e01-\u0e2e])")
_THAI_LONG = re.compile("([\u0e24\u0e26])\u0e45")
# maiyamok and paiyannoi, then the marks in the order of their weight
_THAI_MARKS = {mark: chr(0x0E10 + at) for at, mark in enumerate("ฯๆฺ๎็่้๊๋์ํ")}

_KHMER_ROBAT = re.compile("([\u1780-\u17b3])\u17cc")
_KHMER_VOWELS = re.compile("\u17bb\u17c6|\u17b6\u17c6|\u17c6|\u17c7")
_KHMER_LATE = {"\u17bb\u17c6": "\u17c6", "\u17c6": "\u17c7", "\u17b6\u17c6": "\u17c8", "\u17c7": "\u17c9"}
_KHMER_INDEPENDENT = str.maketrans(
    {
        "ឣ": "អ", "ឤ": "អា", "ឥ": "អិ", "ឦ": "អី", "ឧ": "អុ", "ឨ": "អុ", "ឩ": "អូ", "ឪ": "អុអ", "ឯ": "អែ",
        "ឰ": "អៃ", "ឱ": "អោ", "ឲ": "អោ", "ឳ": "អៅ", "ឫ": f"រ{_NEXT}", "ឬ": f"រ{_NEXT_BUT_ONE}",
        "ឭ": f"ល{_NEXT}", "ឮ": f"ល{_NEXT_BUT_ONE}", "\u17b4": "", "\u17b5": "",
    }
)  # fmt: skip
_KHMER_MARKS = {mark: mark for mark in "\u17c8\u17c9\u17ca\u17cb\u17cd\u17ce\u17cf\u17d0\u17d1\u17d3\u17dd"}


@lru_cache(maxsize=8192)
def sort_key(text: str) -> bytes:
    """Return what a text is sorted by."""
    folded = text[:_LONGEST].casefold()
    if _PLAIN.fullmatch(folded):
        return folded.strip().replace(" ", _SPACE).encode()
    letters, marks = _weigh_words(folded.strip(" ")) or _weigh(_arranged(folded))
    marks = marks.rstrip("\x01")
    return f"{letters}\x00{marks}".encode() if marks else letters.encode()


def in_order(options: Iterable[tuple[_Key, str]]) -> list[tuple[_Key, str]]:
    """Sort pairs of key and label by their labels, as a dropdown offers them."""
    return sorted(options, key=lambda option: (sort_key(option[1]), str(option[0])))


def _arranged(folded: str) -> str:
    """Return the text with what is sorted as something else written so."""
    text = unicodedata.normalize("NFD", unicodedata.normalize("NFKC", folded)).casefold()
    text = text.translate(_LETTERS).strip()
    if any("\u0e00" <= char <= "\u0e7f" for char in text):
        text = _THAI_LONG.sub(
            rf"\1{_NEXT}", _THAI_LEADING.sub(r"\2\1", text.replace("\u0e4d\u0e32", "\u0e33"))
        )
    if any("\u1780" <= char <= "\u17ff" for char in text):
        text = _KHMER_ROBAT.sub("\u179a\u17d2\\1", text)
    return text


def _weigh_words(folded: str) -> tuple[str, str] | None:
    """Weigh word by word, because nothing is weighed across a space and the words of names come again.

    None where a word is more than that.
    """
    weighed = [_weigh_word(word) for word in folded.split(" ")]
    if not all(weighed):
        return None
    letters, marks = zip(*weighed, strict=True)
    return _SPACE.join(letters), "\x01".join(marks)


@lru_cache(maxsize=8192)
def _weigh_word(folded: str) -> tuple[str, str] | None:
    if _PLAIN.fullmatch(folded):
        return folded, "\x01" * len(folded)
    if any(char.isspace() for char in unicodedata.normalize("NFKC", folded)):
        return None
    return _weigh(_arranged(folded))


def _weigh(text: str) -> tuple[str, str]:
    """Return what counts first, and what counts between texts that are else alike."""
    letters: list[str] = []
    marks: list[str] = []
    khmer = False
    for char in text:
        if char.isascii() and char.isalnum():
            letters.append(char)
            marks.append("\x01")
        elif mark := _mark(char):
            if letters and letters[-1] + mark in _OWN_LETTERS:
                letters[-1] += _NEXT
            else:
                marks.append(mark)
        elif weight := _weight(char):
            khmer = khmer or "\u1780" <= char <= "\u17ff"
            letters.append(weight)
            marks.append("\x01")
    first = "".join(letters)
    if khmer:
        first = first.translate(_KHMER_INDEPENDENT)
        first = _KHMER_VOWELS.sub(lambda found: _KHMER_LATE[found[0]], first)
    return first, "".join(marks)


def _mark(char: str) -> str:
    if "\u0300" <= char <= "\u036f":
        return char
    return _THAI_MARKS.get(char) or _KHMER_MARKS.get(char, "")


def _weight(char: str) -> str:
    digit = unicodedata.decimal(char, None)
    if digit is not None:
        return str(digit)
    match unicodedata.category(char)[0]:
        case "L" | "M" | "N":
            return char
        case "Z":
            return _SPACE
        case "C":
            return char if char in (_NEXT, _NEXT_BUT_ONE) else ""
    return _SIGN + char

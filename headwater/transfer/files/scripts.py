"""Which old one-byte encoding reads a text best.

Bytes above 127 mean other letters in each of these encodings, so the letters themselves must speak:
``Jānis Bērziņš`` in Windows-1257 would be ``Jânis Bçrziòð`` in Windows-1252, and no Western language
writes so. Each language says how often it uses each of its own letters; the likeliest language names
the encoding. Measured on short lists of names, the general detectors take Latvian and Spanish for
Central European; these tables are small because they need to tell only few encodings apart.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from math import log

_PUNCTUATION = "‘’‚“”„–—…•·«»°§©®™€£¡¿ªº´№\u00a0\u00ad\u200b"
_STRANGE = 1e-4
_SIGN = 0.02
_FOREIGN = 0.1
_MOST_STRANGE = 0.05
"""The share of letters that an encoding may leave unexplained: rare names, stray signs."""

# How often a language uses its letters beyond a to z; only the proportions count.
_LATVIAN = {"ā": 39, "ē": 17, "ī": 17, "š": 12, "ņ": 10, "ū": 6, "ļ": 5, "ķ": 4, "ž": 4, "ģ": 2, "č": 2}
_LITHUANIAN = {"ė": 17, "š": 14, "ų": 12, "ž": 9, "ą": 8, "į": 6, "ū": 6, "č": 5, "ę": 2}
_ESTONIAN = {"ä": 10, "õ": 10, "ü": 8, "ö": 3, "š": 1, "ž": 1}
_FRENCH = {"é": 60, "è": 14, "à": 10, "ê": 7, "ç": 6, "ô": 4, "ë": 3, "î": 2, "ï": 2, "â": 2, "û": 2, "ù": 1,
           "œ": 1, "ü": 1}  # fmt: skip
_GERMAN = {"ü": 40, "ä": 25, "ö": 20, "ß": 12, "é": 2}
_SPANISH = {"ó": 25, "í": 25, "á": 20, "é": 15, "ñ": 15, "ú": 7, "ü": 1}
_PORTUGUESE = {
    "ã": 22,
    "ç": 16,
    "é": 13,
    "á": 13,
    "í": 9,
    "ê": 8,
    "ó": 7,
    "õ": 6,
    "ú": 5,
    "â": 3,
    "ô": 3,
    "à": 2,
}
_ITALIAN = {"à": 40, "è": 25, "ò": 12, "ù": 12, "é": 7, "ì": 7}
_SWEDISH = {"ä": 36, "å": 27, "ö": 33, "é": 3, "ü": 1}
_DANISH = {"ø": 35, "å": 35, "æ": 28, "é": 2}
_ICELANDIC = {"á": 18, "ð": 40, "í": 17, "þ": 15, "ó": 10, "æ": 9, "ö": 8, "ú": 6, "é": 6, "ý": 3}
_POLISH = {"ł": 20, "ó": 12, "ą": 10, "ę": 10, "ż": 9, "ś": 9, "ń": 6, "ć": 5, "ź": 2}
_CZECH = {"á": 22, "í": 25, "é": 13, "ě": 13, "č": 10, "ř": 10, "ž": 9, "š": 9, "ý": 9, "ů": 4, "ú": 2,
          "ť": 1, "ň": 1, "ď": 1, "ó": 1, "ľ": 2, "ô": 1, "ä": 1}  # fmt: skip
_HUNGARIAN = {"á": 34, "é": 32, "ö": 10, "ó": 10, "ő": 9, "í": 6, "ü": 6, "ú": 4, "ű": 3}
_CROATIAN = {"č": 30, "š": 28, "ž": 18, "ć": 16, "đ": 8}
_ROMANIAN = {"ă": 40, "î": 12, "ş": 15, "ţ": 15, "â": 8}
_RUSSIAN = dict(
    zip("оеаинтсрвлкмдпуыяьгзбчйхжшюцщэфъё", range(66, 0, -2), strict=True)
) | dict.fromkeys("іїєґ", 3)  # fmt: skip
_THAI = (
    dict.fromkeys("กขคฆงจฉชซฌญฎฏฐฑฒณดตถทธนบปผฝพฟภมยรฤลวศษสหฬอฮฯะัาำิีึืฺุูเแโใไๅๆ็่้๊๋์ํ๎๐๑๒๓๔๕๖๗๘๙฿", 1)
    | dict.fromkeys("านรอกเงมยลวดทสตะปบคชพหขณ", 4)
    | dict.fromkeys("่้ีัิุู์ไแ", 4)
)
_THAI_MARKS = frozenset("ัิีึืฺุู็่้๊๋์ํ๎")
_THAI_LEADING = frozenset("เแโใไ")
_MARKS = "".join(sorted(_THAI_MARKS))
_WORD = re.compile(rf"(?:[^\W\d_]|[{_MARKS}])+")
_SIGN_PATTERN = re.compile(rf"[^\x00-\x7f\w{_MARKS}]|[^\x00-\x7f\D]")


@dataclass(frozen=True)
class _Language:
    codec: str
    letters: dict[str, int]
    weight: float = 1.0
    """How likely such a file is before its letters are seen."""

    def share(self, letter: str) -> float:
        return self.letters.get(letter, 0) / sum(self.letters.values())


@cache
def _common(codec: str) -> dict[str, float]:
    """The letters of all languages of an encoding together: lists of names mix them."""
    languages = [language for language in _LANGUAGES if language.codec == codec]
    letters = {letter for language in languages for letter in language.letters}
    return {
        letter: sum(language.share(letter) for language in languages) / len(languages) for letter in letters
    }


def _judge(language: _Language, seen: Counter[str]) -> tuple[float, int]:
    """The logarithm of how likely the letters are, and how many of them the encoding has no use for."""
    found, strange = log(language.weight), 0
    for letter, count in seen.items():
        if letter in _PUNCTUATION:
            found += count * log(_SIGN)
        elif common := _common(language.codec).get(letter):
            found += count * log((1 - _FOREIGN) * language.share(letter) + _FOREIGN * common)
        else:
            found += count * log(_STRANGE)
            strange += count
    return found, strange


_LANGUAGES = (
    _Language("cp1252", _FRENCH),
    _Language("cp1252", _GERMAN),
    _Language("cp1252", _SPANISH),
    _Language("cp1252", _SWEDISH),
    _Language("cp1252", _DANISH),
    _Language("cp1252", _PORTUGUESE, 0.5),
    _Language("cp1252", _ITALIAN, 0.3),
    _Language("cp1252", _ICELANDIC, 0.02),
    _Language("cp1257", _LATVIAN),
    _Language("cp1257", _LITHUANIAN, 0.5),
    _Language("cp1257", _ESTONIAN, 0.2),
    _Language("cp1250", _POLISH, 0.3),
    _Language("cp1250", _CZECH, 0.1),
    _Language("cp1250", _HUNGARIAN, 0.1),
    _Language("cp1250", _CROATIAN, 0.1),
    _Language("cp1250", _ROMANIAN, 0.1),
    _Language("cp1251", _RUSSIAN, 0.2),
    _Language("cp874", _THAI),
)


def likeliest_codec(sample: bytes) -> str | None:
    """The codec under which these lines look most like a language; None when none does."""
    best: tuple[float, str] | None = None
    for codec in dict.fromkeys(language.codec for language in _LANGUAGES):
        try:
            text = sample.decode(codec)
        except UnicodeDecodeError:
            continue
        seen = Counter(_telling(text))
        for language in _LANGUAGES:
            if language.codec != codec:
                continue
            likelihood, strange = _judge(language, seen)
            if strange <= _MOST_STRANGE * seen.total() and (best is None or likelihood > best[0]):
                best = (likelihood, codec)
    return best[1] if best else None


def _telling(text: str) -> Iterator[str]:
    """The letters beyond ASCII in lower case; what no language puts where it stands comes as "?"."""
    for word in _WORD.findall(text):
        high = [letter for letter in word if letter > "\x7f"]
        is_latin = not any("\u0400" <= letter <= "\u0e7f" for letter in high)
        # Thai and Cyrillic words are theirs from end to end, Latin words never only accents.
        stray = len(high) == len(word) > 1 if is_latin else len(high) < len(word)
        before = ""
        for letter in word:
            if letter > "\x7f":
                yield "?" if stray or _cannot_follow(letter, before) else letter.lower()
            before = letter
    yield from _SIGN_PATTERN.findall(text)


def _cannot_follow(letter: str, before: str) -> bool:
    if letter in _THAI_MARKS:
        return not before or before in _THAI_LEADING
    return before.islower() and letter.isupper()

"""Countries by their ISO codes, with their names in the languages of the product."""

from functools import lru_cache

from babel import Locale
from django.conf import settings
from django.utils.translation import get_language

from headwater.lib.collation import sort_key
from headwater.lib.text import fold

_NO_COUNTRIES = frozenset(
    ["AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "ZZ"]
)
"""Codes of the Unicode repository that name parts of countries, groups of them, or nothing."""


@lru_cache(maxsize=16)
def names(language: str) -> dict[str, str]:
    """Return the names of all countries in a language by code, in the order of the names."""
    known = Locale.parse(language.replace("-", "_")).territories
    found = {
        code: name
        for code, name in known.items()
        if len(code) == 2 and code.isalpha() and code not in _NO_COUNTRIES
    }
    return dict(sorted(found.items(), key=lambda pair: sort_key(pair[1])))


def name(code: str, language: str | None = None) -> str:
    """Return the name of a country, in the active language unless another is given."""
    return names(language or get_language() or "en").get(code, code)


@lru_cache(maxsize=1)
def _codes() -> dict[str, str]:
    by_word: dict[str, str] = {}
    for language, _name in settings.LANGUAGES:
        for code, written in names(language).items():
            by_word.setdefault(fold(written), code)
    return by_word | {code.lower(): code for code in names("en")}


def find_code(word: str) -> str:
    """Return the code of a country given by it or by its name in any language of the product; "" for none."""
    return _codes().get(fold(word), "")

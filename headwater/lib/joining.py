"""Several phrases as one: languages differ in the word between them and in the spaces around it."""

from collections.abc import Iterable
from functools import reduce

from django.utils.translation import gettext as _


def all_of(phrases: Iterable[str]) -> str:
    """Join phrases that hold together; "" for none."""
    return _pairwise(_("%(first)s and %(second)s"), phrases)


def any_of(phrases: Iterable[str]) -> str:
    """Join phrases of which one holds; "" for none."""
    return _pairwise(_("%(first)s or %(second)s"), phrases)


def _pairwise(pattern: str, phrases: Iterable[str]) -> str:
    given = list(phrases)
    if not given:
        return ""
    return reduce(lambda first, second: pattern % {"first": first, "second": second}, given)

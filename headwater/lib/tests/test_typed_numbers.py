"""Numbers in controls: every reader's own way of writing comes back as the same number."""

from decimal import Decimal

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from headwater.lib import formats
from headwater.lib.typed_numbers import Ambiguous, for_typing, plainly, typed

LANGUAGES = st.sampled_from(["en", "th", "km", "lv"])
NUMBERS = st.decimals(min_value=-(10**12), max_value=10**12, places=2)
SCRIPTS = st.sampled_from(["0123456789", "๐๑๒๓๔๕๖๗๘๙", "០១២៣៤៥៦៧៨៩"])


@given(NUMBERS, LANGUAGES, SCRIPTS)
def test_what_a_control_shows_is_read_back_unchanged(value: Decimal, language: str, digits: str) -> None:
    plain = plainly(value)
    shown = for_typing(plain, language=language).translate(str.maketrans("0123456789", digits))
    assert Decimal(typed(shown, language=language)) == value
    assert typed(for_typing(plain, language=language), language=language) == plain


@given(NUMBERS, LANGUAGES)
def test_what_pages_show_can_be_typed(value: Decimal, language: str) -> None:
    assert Decimal(typed(formats.number(value, locale=language), language=language)) == value


@given(NUMBERS, LANGUAGES, LANGUAGES)
def test_another_language_is_read_right_or_not_at_all_unless_it_is_the_readers_way(
    value: Decimal, language: str, other: str
) -> None:
    read = typed(for_typing(plainly(value), language=other), language=language)
    own = for_typing(plainly(Decimal(read)), language=language) if not isinstance(read, Ambiguous) else ""
    written = for_typing(plainly(value), language=other)
    assert isinstance(read, Ambiguous) or Decimal(read) == value or own.rstrip("0") == written.rstrip("0")


@pytest.mark.parametrize(
    ("language", "text", "number"),
    [
        ("en", "1,234", "1234"),
        ("lv", "1,234", "1.234"),
        ("lv", "1,234.56", "1234.56"),
        ("lv", "1.234,56", "1234.56"),
        ("lv", "0.926", "0.926"),
        ("lv", "1.234.567", "1234567"),
        ("en", "0,926", "0.926"),
        ("en", "12,5", "12.5"),
        ("en", "1.234,56", "1234.56"),
        ("th", "๑,๒๓๔.๕๖", "1234.56"),
        ("km", "១,២៣៤.៥៦", "1234.56"),
        ("en", "1.234", "1.234"),
        ("en", "", ""),
        ("en", "about ten", "about ten"),
    ],
)
def test_the_readers_own_way_comes_first(language: str, text: str, number: str) -> None:
    assert typed(text, language=language) == number


def test_what_her_language_does_not_settle_is_asked_in_her_own_writing() -> None:
    found = typed("2.500", language="lv")
    assert isinstance(found, Ambiguous)
    with translation.override("en"):
        assert found.question() == "“2.500” can mean 2.5 or 2,500. Write one of these."
    assert for_typing(found, language="lv") == "2.500"

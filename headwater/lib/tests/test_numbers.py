from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headwater.lib.numbers import NumberError, decimal_marks, parse_decimal, whole_number


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("1234.5", "1234.5"),
        ("1,234.50", "1234.50"),
        ("1.234,50", "1234.50"),
        ("1 234,5", "1234.5"),
        ("1\u00a0234\u202f567", "1234567"),
        ("1'234.5", "1234.5"),
        ("๑๒๓.๕", "123.5"),
        ("១២៣", "123"),
        ("−5", "-5"),
        (".5", "0.5"),
        ("1e3", "1000"),
    ],
)
def test_unmistakable_spellings_are_read(typed: str, value: str) -> None:
    assert parse_decimal(typed) == Decimal(value)


def test_a_text_with_two_meanings_needs_the_mark() -> None:
    with pytest.raises(NumberError) as caught:
        parse_decimal("1,234")
    assert caught.value.ambiguous
    assert parse_decimal("1,234", ".") == 1234
    assert parse_decimal("1,234", ",") == Decimal("1.234")


@pytest.mark.parametrize(
    "typed", ["", "abc", "1,23,4", "nan", "Infinity", "1..2", "--1", "1" * 80, "12abc", "0x10"]
)
def test_no_number_is_refused(typed: str) -> None:
    with pytest.raises(NumberError) as caught:
        parse_decimal(typed)
    assert not caught.value.ambiguous


def test_a_column_can_settle_the_mark() -> None:
    assert decimal_marks(["1,234", "12,5"]) == {","}
    assert decimal_marks(["1,234", "1.5"]) == {"."}
    assert decimal_marks(["1,234"]) == {".", ","}
    assert decimal_marks(["1,234", "no"]) == set()


@given(st.decimals(min_value=-(10**12), max_value=10**12, places=4), st.sampled_from([".", ","]))
def test_grouped_numbers_round_trip(value: Decimal, mark: str) -> None:
    typed = f"{value:,.4f}"
    if mark == ",":
        typed = typed.translate(str.maketrans(".,", ",."))
    assert parse_decimal(typed, mark) == value


@pytest.mark.parametrize(
    ("word", "number"),
    [("0", 0), ("007", 7), (12, 12), ("9" * 18, 10**18 - 1)]
    + [
        (word, None)
        for word in ("9" * 19, "9" * 5_000, "²", "๑๒", "", " 1", "-1", "+1", "1.0", None, True, ["1"])
    ],
)
def test_only_plain_digits_name_something(word: object, number: int | None) -> None:
    assert whole_number(word) == number

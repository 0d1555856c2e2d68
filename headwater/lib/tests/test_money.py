from decimal import Decimal

import pytest

from headwater.lib import money


@pytest.mark.parametrize(
    ("amount", "currency", "rounded"),
    [
        ("1.005", "EUR", "1.01"),
        ("-1.005", "EUR", "-1.01"),
        ("1234.5", "JPY", "1235"),
        ("0.0005", "KWD", "0.001"),
        ("10", "THB", "10.00"),
    ],
)
def test_amounts_are_rounded_to_the_smallest_unit(amount: str, currency: str, rounded: str) -> None:
    result = money.quantize(Decimal(amount), currency)
    assert str(result) == rounded


def test_currencies_of_today_can_be_picked_and_old_ones_are_known() -> None:
    active = money.active_currencies()
    assert {"EUR", "THB", "KHR", "USD"} <= set(active)
    assert "LVL" not in active
    assert money.is_currency("LVL")
    assert not money.is_currency("XQQ")


def test_choices_carry_names_in_the_language() -> None:
    assert dict(money.currency_choices("en"))["THB"] == "Thai Baht"
    assert dict(money.currency_choices("lv"))["EUR"] == "eiro"

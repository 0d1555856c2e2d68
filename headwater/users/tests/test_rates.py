"""Keeping rates of exchange, and what they make of amounts."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from headwater.lib.ecb import EuroRate
from headwater.lib.memo import unit_of_work
from headwater.lib.periods import day_number
from headwater.users import rates
from headwater.users.models import ExchangeRate, Organization

pytestmark = pytest.mark.django_db

JANUARY, FEBRUARY, MARCH = date(2026, 1, 1), date(2026, 2, 1), date(2026, 3, 1)


@pytest.fixture(autouse=True)
def company(organization: Organization) -> Organization:
    Organization.objects.filter(pk=1).update(currency="EUR")
    return organization


def rate(currency: str, day: date) -> float | None:
    found = rates.rate_on(currency, day_number(day))
    return None if found is None else float(found)


def set_usd(**values: Any) -> ExchangeRate:
    given: dict[str, Any] = {"currency": "USD", "day": FEBRUARY, "rate": "0.92"}
    return rates.set_rate(**(given | values))


def bring(day: date, **per_euro: str) -> rates.Loaded:
    return rates.load_rates([EuroRate(day, code, Decimal(figure)) for code, figure in per_euro.items()])


def test_a_rate_holds_from_its_day_on_until_the_next():
    set_usd()
    set_usd(day=MARCH, rate="0.95")
    assert [rate("USD", day) for day in (JANUARY, FEBRUARY, date(2026, 2, 28), MARCH)] == [
        None,
        0.92,
        0.92,
        0.95,
    ]
    assert rate("EUR", JANUARY) == 1


def test_a_missing_rate_is_never_one():
    assert rate("USD", MARCH) is None
    assert rate("XXX", MARCH) is None
    assert rate("", MARCH) is None


def test_a_rate_of_the_same_day_gives_way():
    first = set_usd()
    again = set_usd(rate="0.93")
    assert (again.pk, rate("USD", MARCH)) == (first.pk, 0.93)


def test_a_deleted_rate_lets_the_earlier_one_hold_again():
    set_usd(day=JANUARY, rate="0.9")
    rates.delete_rate(set_usd().pk)
    assert rate("USD", MARCH) == 0.9
    with pytest.raises(LookupError):
        rates.delete_rate(10**9)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"currency": "EUR"}, "currency"),
        ({"currency": "bitcoin"}, "currency"),
        ({"currency": ""}, "currency"),
        ({"day": None}, "day"),
        *[({"rate": word}, "rate") for word in ("", "x", "0", "-1", "NaN", "Infinity", "1e40", "1,2,3")],
        ({"rate": "0.0000000000000000001"}, "rate"),
    ],
)
def test_what_is_no_rate_is_refused_by_field(values, field):
    with pytest.raises(ValidationError) as caught:
        set_usd(**values)
    assert list(caught.value.message_dict) == [field]
    assert not ExchangeRate.objects.exists()


def test_a_change_is_seen_in_the_next_unit_of_work():
    with unit_of_work():
        assert rates.convertible() == {}
    set_usd()
    with unit_of_work():
        assert rates.convertible() == {"USD": ("direct",)}


def test_the_rates_of_the_bank_are_turned_around():
    bring(MARCH, USD="1.25", JPY="160")
    assert (rate("USD", MARCH), rate("JPY", MARCH)) == (0.8, 0.00625)
    kept = ExchangeRate.objects.get(currency="USD")
    assert round(kept.turned, 10) == Decimal("1.25")


def test_loading_a_file_twice_changes_nothing_and_a_corrected_one_what_it_corrects():
    assert bring(MARCH, USD="1.25", JPY="160") == rates.Loaded(written=2, known=0, kept=0)
    assert bring(MARCH, USD="1.25", JPY="160") == rates.Loaded(written=0, known=2, kept=0)
    assert bring(MARCH, USD="1.28", JPY="160") == rates.Loaded(written=1, known=1, kept=0)
    assert rate("USD", MARCH) == 0.78125


def test_what_was_typed_by_hand_stays():
    set_usd(day=MARCH)
    assert bring(MARCH, USD="1.25") == rates.Loaded(written=0, known=0, kept=1)
    assert rate("USD", MARCH) == 0.92


def test_two_currencies_are_compared_through_the_euro():
    bring(JANUARY, USD="1.25", THB="40")
    bring(MARCH, THB="36")
    Organization.objects.filter(pk=1).update(currency="THB")
    assert rate("USD", FEBRUARY) == 32
    assert rate("USD", MARCH) == pytest.approx(28.8)
    assert rate("EUR", FEBRUARY) == 40
    assert rate("JPY", MARCH) is None


def test_a_rate_between_the_two_themselves_comes_first():
    bring(JANUARY, USD="1.25", THB="40")
    Organization.objects.filter(pk=1).update(currency="THB")
    set_usd(day=FEBRUARY, rate="35")
    assert (rate("USD", JANUARY), rate("USD", FEBRUARY)) == (32, 35)


def test_rates_against_a_former_currency_still_serve():
    set_usd(day=JANUARY, rate="0.8")
    Organization.objects.filter(pk=1).update(currency="USD")
    assert rate("EUR", MARCH) == 1.25

"""Currencies and exact amounts."""

from decimal import ROUND_HALF_UP, Decimal
from functools import cache, lru_cache

from babel import Locale
from babel.core import get_global
from babel.numbers import get_currency_precision, list_currencies


@cache
def _known() -> frozenset[str]:
    return frozenset(list_currencies())


@cache
def active_currencies() -> tuple[str, ...]:
    """ISO 4217 codes that are legal tender somewhere today, sorted."""
    territories = get_global("territory_currencies")
    active = {
        code
        for entries in territories.values()
        for code, _start, end, tender in entries
        if tender and end is None
    }
    return tuple(sorted(active & _known()))


def is_currency(code: str) -> bool:
    """Whether ``code`` is an ISO 4217 code, of today or of the past (old records keep DEM or LVL)."""
    return code in _known()


@cache
def currency_choices(language: str) -> tuple[tuple[str, str], ...]:
    """(code, name) of today's currencies, for a picker, sorted by code."""
    names = Locale.parse(language).currencies
    return tuple((code, names.get(code, code)) for code in active_currencies())


@lru_cache(maxsize=512)
def _step(currency: str) -> Decimal:
    return Decimal(1).scaleb(-get_currency_precision(currency))


def minor_digits(currency: str) -> int:
    """How many decimals amounts of the currency have: 2 for EUR, 0 for JPY, 3 for KWD."""
    return get_currency_precision(currency)


def quantize(amount: Decimal, currency: str) -> Decimal:
    """Round to the currency's smallest unit, halves away from zero, as invoices do."""
    return amount.quantize(_step(currency), rounding=ROUND_HALF_UP)

"""Rates of exchange: keeping them, and turning amounts into the organization's currency.

An amount is converted by the newest rate on or before a day. A rate between the two currencies
themselves comes first; else both are compared with the euro. Where neither exists there is no
amount: a missing rate is never 1.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Case, DecimalField, ExpressionWrapper, F, OuterRef, Q, Subquery, Value, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from headwater.lib import money
from headwater.lib.ecb import EuroRate
from headwater.lib.memo import memoized, shared
from headwater.lib.periods import day_number
from headwater.lib.typed_numbers import Ambiguous
from headwater.users import organization
from headwater.users.models import ExchangeRate
from headwater.users.models.rates import PLACES
from headwater.users.models.shared import renew_stamp

EURO = "EUR"
_BATCH = 2_000
"""Rates written at once: few enough that others can write in between."""
_FIELD = DecimalField(max_digits=30, decimal_places=PLACES)


@shared
def quoted() -> frozenset[tuple[str, str]]:
    """Return every pair (currency, against) that has a rate on some day."""
    return frozenset(ExchangeRate.objects.order_by().values_list("currency", "against").distinct())


def convertible() -> dict[str, tuple[str, ...]]:
    """Return the currencies that have a way into the organization's, with their ways, best first."""
    base, pairs = organization.current().currency, quoted()
    ways: dict[str, list[str]] = defaultdict(list)
    for currency in {code for pair in pairs for code in pair} - {base}:
        if (currency, base) in pairs:
            ways[currency].append("direct")
        if (base, currency) in pairs:
            ways[currency].append("turned")
        if EURO not in (currency, base) and {(currency, EURO), (base, EURO)} <= pairs:
            ways[currency].append("cross")
    return {currency: tuple(found) for currency, found in sorted(ways.items())}


def rate_on(currency: str, day: int) -> Decimal | None:
    """Return what one unit of a currency was worth in the organization's on a day; None without a rate."""
    base = organization.current().currency
    if currency == base:
        return Decimal(1)
    for way in convertible().get(currency, ()):
        found = _by_way(way, currency, base, day)
        if found is not None:
            return found
    return None


def _by_way(way: str, currency: str, base: str, day: int) -> Decimal | None:
    if way == "direct":
        return _latest(currency, base, day)
    if way == "turned":
        turned = _latest(base, currency, day)
        return None if turned is None else 1 / turned
    own, other = _latest(currency, EURO, day), _latest(base, EURO, day)
    return None if own is None or other is None else own / other


@memoized
def _latest(currency: str, against: str, day: int) -> Decimal | None:
    found = ExchangeRate.objects.filter(currency=currency, against=against, day__lte=day)
    return found.order_by("-day").values_list("rate", flat=True).first()


def converted(amount: str, currency: str, day: Combinable) -> Combinable:
    """Return the SQL of an amount in the organization's currency; NULL without an amount or a rate.

    ``amount`` and ``currency`` are columns of a query; ``day`` is the number of the day whose rate
    counts, written with ``OuterRef``.
    """
    base = organization.current().currency
    by_ways: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for code, ways in convertible().items():
        by_ways[ways].append(code)
    foreign = [
        When(Q(**{f"{currency}__in": codes}), then=_times(amount, [_sql(way, currency, day) for way in ways]))
        for ways, codes in by_ways.items()
    ]
    return Case(When(Q(**{currency: base}), then=F(amount)), *foreign, output_field=_FIELD)


def converted_today(amount: str, currency: str, day: int) -> Combinable:
    """Return the SQL of an amount by the rates of one day for all records."""
    base = organization.current().currency
    known = {code: rate for code in convertible() if (rate := rate_on(code, day)) is not None}
    foreign = [When(Q(**{currency: code}), then=_times(amount, [Value(known[code])])) for code in known]
    return Case(When(Q(**{currency: base}), then=F(amount)), *foreign, output_field=_FIELD)


def _times(amount: str, rates: Sequence[Combinable]) -> Combinable:
    rate = rates[0] if len(rates) == 1 else Coalesce(*rates)
    return ExpressionWrapper(F(amount) * ExpressionWrapper(rate, output_field=_FIELD), output_field=_FIELD)


def _sql(way: str, currency: str, day: Combinable) -> Combinable:
    base = organization.current().currency
    if way == "direct":
        return _newest(OuterRef(currency), base, day)
    if way == "turned":
        return _divided(Value(Decimal(1), output_field=_FIELD), _newest(Value(base), OuterRef(currency), day))
    return _divided(_newest(OuterRef(currency), EURO, day), _newest(Value(base), EURO, day))


def _divided(over: Combinable, under: Combinable) -> Combinable:
    # SQLite divides whole numbers without a remainder; times 1.0 they are whole no more.
    number = ExpressionWrapper(over * Value(Decimal("1.0")), output_field=_FIELD)
    return ExpressionWrapper(number / ExpressionWrapper(under, output_field=_FIELD), output_field=_FIELD)


def _newest(currency: Combinable, against: Combinable | str, day: Combinable) -> Subquery:
    found = ExchangeRate.objects.filter(currency=currency, against=against, day__lte=day)
    return Subquery(found.order_by("-day").values("rate")[:1])


def set_rate(*, currency: str, day: date | None, rate: str) -> ExchangeRate:
    """Keep what one unit of a currency is worth in the organization's from a day on, typed by hand.

    Another rate of the same day gives way. Raises ValidationError with messages per field.
    """
    base, errors = organization.current().currency, {}
    if not money.is_currency(currency):
        errors["currency"] = [_("Choose a currency.")]
    elif currency == base:
        errors["currency"] = [_("This is the company's own currency; choose another one.")]
    if day is None:
        errors["day"] = [_("Write a date, such as 2026-01-31.")]
    number = _number(rate)
    if isinstance(rate, Ambiguous):
        errors["rate"] = [rate.question()]
    elif number is None:
        errors["rate"] = [_("Write a number above zero, such as 0.92.")]
    if errors or day is None or number is None:
        raise ValidationError(errors)
    with transaction.atomic():
        kept, _made = ExchangeRate.objects.update_or_create(
            currency=currency,
            against=base,
            day=day_number(day),
            defaults={"rate": number, "origin": ExchangeRate.Origin.TYPED},
        )
        renew_stamp()
    kept.refresh_from_db()
    return kept


def _number(word: str) -> Decimal | None:
    try:
        number = Decimal(word)
        places = number.quantize(Decimal(1).scaleb(-PLACES)) if number.is_finite() else Decimal(0)
    except InvalidOperation:
        return None
    return places if 0 < places < Decimal(10) ** 12 else None


@transaction.atomic
def delete_rate(pk: int) -> None:
    """Forget a rate: earlier ones hold again. Raises LookupError when there is none."""
    deleted, _by_model = ExchangeRate.objects.filter(pk=pk).delete()
    if not deleted:
        raise LookupError(pk)
    renew_stamp()


@dataclass(frozen=True)
class Loaded:
    """What a file did: rates new or different, rates known already, rates typed by hand that stay."""

    written: int
    known: int
    kept: int


def load_rates(rates: Iterable[EuroRate]) -> Loaded:
    """Keep the rates of a file. What people typed for the same day stays.

    Written in batches, each a transaction of its own; loading a file again does no harm.
    """
    given = {(rate.currency, day_number(rate.day)): _of_euro(rate) for rate in rates}
    stored = {
        (row.currency, row.day): row
        for row in ExchangeRate.objects.filter(
            against=EURO, day__gte=min(day for _code, day in given), day__lte=max(day for _code, day in given)
        )
    }
    typed = {key for key, row in stored.items() if row.origin == ExchangeRate.Origin.TYPED and key in given}
    new = [key for key in given if key not in stored]
    changed = [stored[key] for key in given if key in stored and key not in typed]
    changed = [row for row in changed if row.rate != given[row.currency, row.day]]
    for row in changed:
        row.rate = given[row.currency, row.day]
    for start in range(0, len(new), _BATCH):
        _insert([(key, given[key]) for key in new[start : start + _BATCH]])
    with transaction.atomic():
        ExchangeRate.objects.bulk_update(changed, ["rate"], batch_size=200)
        renew_stamp()
    written = len(new) + len(changed)
    return Loaded(written, len(given) - written - len(typed), len(typed))


def _of_euro(rate: EuroRate) -> Decimal:
    return (1 / rate.per_euro).quantize(Decimal(1).scaleb(-PLACES))


def _insert(rates: Sequence[tuple[tuple[str, int], Decimal]]) -> None:
    rows = [
        ExchangeRate(currency=code, against=EURO, day=day, rate=rate, origin=ExchangeRate.Origin.FILE)
        for (code, day), rate in rates
    ]
    # Whoever was faster wrote the same.
    ExchangeRate.objects.bulk_create(rows, ignore_conflicts=True)

"""What a run settles for all of its measures: the date that decides, now, and whose rates hold."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.db.models import DecimalField, ExpressionWrapper, F, OuterRef, Value
from django.db.models.expressions import Combinable

from headwater.lib.periods import CalendarRules, day_number
from headwater.metadata import registry
from headwater.metadata.objects import Field
from headwater.reports.days import are_stored
from headwater.reports.dialect import DayOfDate, DayOfInstant
from headwater.users import rates

EVENT_DATE, TODAY = "event_date", "today"
RATES = (EVENT_DATE, TODAY)
"""By the rate of which day money is converted."""

_AMOUNT = DecimalField(max_digits=30, decimal_places=18)
_MOMENT = timedelta(microseconds=1)


@dataclass(frozen=True)
class Terms:
    """``clock`` is the key of the date by which records enter the period; it may lead through links."""

    root: str
    clock: str
    rate: str
    now: datetime
    rules: CalendarRules

    @property
    def today(self) -> int:
        return day_number(self.rules.local_date(self.now))

    def strand_of(self, date: str) -> str:
        """Return the name of the strand of a date: "" for the definition's own."""
        return "" if date == self.clock else date

    def matured(self, days: int) -> datetime:
        """Return the instant before which a record must begin to be so many days old by now."""
        return self.now - timedelta(days=days) + _MOMENT

    def rate_date(self, number: Field, date: str) -> str:
        """Return the own date of a record whose day decides its rate of exchange.

        ``date`` is the one that decides whether the record is counted.
        """
        fields = registry.whole(self.root).fields
        key = number.rate_key or date or self.clock
        return key if key in fields else "created_at"

    def amount(self, number: Field, date: str) -> Combinable:
        """Return the SQL of a number; of money in the organization's currency, NULL without a rate."""
        if number.currency_key is None:
            return F(number.attname)
        if self.rate == TODAY:
            return rates.converted_today(number.attname, number.currency_key, self.today)
        decisive = registry.whole(self.root).fields[self.rate_date(number, date)]
        return rates.converted(number.attname, number.currency_key, self._day(decisive))

    def weighted(self, amount: Combinable, weight: Field) -> Combinable:
        """Return the SQL of an amount times a percentage; NULL without one of them."""
        product = ExpressionWrapper(amount * F(weight.attname), output_field=_AMOUNT)
        # Multiplied, because SQLite divides whole numbers without a remainder.
        return ExpressionWrapper(product * Value(Decimal("0.01")), output_field=_AMOUNT)

    def _day(self, field: Field) -> Combinable:
        if are_stored(field):
            return OuterRef(f"{field.attname}_day")
        if field.kind.name == "date":
            return DayOfDate(OuterRef(field.attname))
        return DayOfInstant(OuterRef(field.attname), self.rules.zone)

"""What each record is to a number: shown beside it in the list that the number opens."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as _

from headwater.lib.periods import day_number
from headwater.metadata import registry
from headwater.metadata.filters import parse_filter
from headwater.metadata.objects import Field
from headwater.records.find import find_records
from headwater.records.models import Record
from headwater.reports.coordinates import Coordinates, strand_trees
from headwater.reports.measures.measure import NOT_COUNTED, Basis, CountsAs, Measure
from headwater.reports.measures.terms import TODAY, Terms
from headwater.reports.plan import Plan
from headwater.users import organization, rates

CREATED = CountsAs("created", _("Created in this time"))
BOTH = CountsAs("both", _("Created and converted in this time"))

Judge = Callable[[Record], CountsAs]


def judge(plan: Plan, coordinates: Coordinates, records: Sequence[Record]) -> list[CountsAs]:
    """Return what each of the counted records is to the measure."""
    measure, terms = coordinates.use.measure, plan.settled()
    if measure.basis is Basis.EVENT:
        return _by_event(plan, coordinates, records)
    judge_one = _judge_of(measure, terms)
    return [judge_one(record) for record in records]


def _judge_of(measure: Measure, terms: Terms) -> Judge:
    if measure.is_rate:
        return _by_rate(measure, terms)
    if measure.field is None:
        return lambda record: measure.counted
    usable = _usable(measure, measure.field, measure.date if measure.dated else "", terms)
    return lambda record: measure.counted if usable(record) else measure.not_counted


def _by_event(plan: Plan, coordinates: Coordinates, records: Sequence[Record]) -> list[CountsAs]:
    """Say which of the two sets each record is in: asked of the database, which made them."""
    measure, numbers = coordinates.use.measure, [record.pk for record in records]
    found = find_records(plan.actor, plan.definition.root).filter(pk__in=numbers)
    members = {
        strand.name: set(
            found.filter(parse_filter(plan.definition.root, tree).to_q(plan.context)).values_list(
                "pk", flat=True
            )
        )
        for strand, tree in strand_trees(plan, coordinates)
    }
    terms = plan.settled()
    converted = members[terms.strand_of(measure.field or "")]
    begun = members[terms.strand_of(measure.date)]
    return [
        (BOTH if number in begun else measure.counted) if number in converted else CREATED
        for number in numbers
    ]


def _by_rate(measure: Measure, terms: Terms) -> Judge:
    fields = registry.whole(measure.object_name).fields
    begun, converted = fields[measure.date], fields[measure.field or ""]
    window = timedelta(days=measure.days) if measure.days else None
    weighs = _usable(measure, measure.value, measure.date, terms) if measure.value else None

    def judge(record: Record) -> CountsAs:
        if weighs is not None and not weighs(record):
            return NOT_COUNTED
        at = converted.value_of(record)
        counts = at is not None and (window is None or at <= begun.value_of(record) + window)
        return measure.counted if counts else measure.not_counted

    return judge


def _usable(measure: Measure, key: str, date: str, terms: Terms) -> Callable[[Record], bool]:
    """Return what says whether a record has a number that can be added up."""
    fields = registry.whole(measure.object_name).fields
    number = fields[key]
    weight = fields[measure.weight] if measure.weight else None
    decisive = fields[terms.rate_date(number, date)]

    def usable(record: Record) -> bool:
        if number.value_of(record) is None or (weight is not None and weight.value_of(record) is None):
            return False
        return number.currency_key is None or _has_rate(record, number, decisive, terms)

    return usable


def _has_rate(record: Record, number: Field, decisive: Field, terms: Terms) -> bool:
    currency = getattr(record, number.currency_key or "")
    if currency == organization.current().currency:
        return True
    value = decisive.value_of(record)
    day = value if value is None or not isinstance(value, datetime) else terms.rules.local_date(value)
    number_of_day = terms.today if terms.rate == TODAY else None if day is None else day_number(day)
    if number_of_day is None:
        return False
    return bool(currency) and rates.rate_on(currency, number_of_day) is not None

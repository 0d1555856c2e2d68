"""The measures and dimensions of leads and opportunities."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.db.models import Case, F, Q, When
from django.db.models.expressions import Combinable
from django.utils.translation import gettext_lazy as _

from headwater.metadata.context import FilterContext
from headwater.reports.axes.computed import Computed, register_computed
from headwater.reports.measures import EVERY_BASIS, Basis, CountsAs, Measure, MeasureKind, register_measure
from headwater.reports.presets import register_preset

CONVERTED = CountsAs("converted", _("Converted"))
NOT_CONVERTED = CountsAs("not_converted", _("Not converted"))
WON = CountsAs("won", _("Won"))
NOT_WON = CountsAs("not_won", _("Not won"))
LOST = CountsAs("lost", _("Lost"))

MEASURES = (
    Measure(
        ref="lead.conversion_rate",
        object_name="lead",
        kind=MeasureKind.CONVERSION,
        label=_("Lead conversion rate"),
        definition=_(
            "The share of leads from which at least one opportunity or customer was made that still exists,"
            " or which an import brought as converted; archived and imported leads count, deleted ones do"
            " not."
        ),
        field="converted_at",
        counted=CONVERTED,
        not_counted=NOT_CONVERTED,
        bases=EVERY_BASIS,
    ),
    Measure(
        ref="lead.value_conversion_rate",
        object_name="lead",
        kind=MeasureKind.CONVERSION,
        label=_("Lead conversion rate by value"),
        definition=_(
            "The value of converted leads in percent of the value of all leads, in the default currency by"
            " the rates of the days of creation; leads without a usable value are left out of both and"
            " counted apart."
        ),
        field="converted_at",
        value="value",
        counted=CONVERTED,
        not_counted=NOT_CONVERTED,
        bases=(Basis.COHORT, Basis.WINDOWED),
    ),
    Measure(
        ref="lead.converted",
        object_name="lead",
        kind=MeasureKind.COUNT,
        label=_("Leads converted"),
        definition=_("Leads whose first conversion lies in the time, whenever they were created."),
        date="converted_at",
        dated=True,
    ),
    Measure(
        ref="lead.archived",
        object_name="lead",
        kind=MeasureKind.COUNT,
        label=_("Leads archived"),
        definition=_("Leads that were archived in the time and still are, whenever they were created."),
        date="archived_at",
        dated=True,
    ),
    Measure(
        ref="opportunity.win_rate",
        object_name="opportunity",
        kind=MeasureKind.CONVERSION,
        label=_("Win rate"),
        definition=_(
            "Won opportunities in percent of those won or lost; open and closed ones are left out. One that"
            " was opened again counts once, by its status of now."
        ),
        date="decided_at",
        field="won_at",
        among="decided_at",
        counted=WON,
        not_counted=LOST,
    ),
    Measure(
        ref="opportunity.value_win_rate",
        object_name="opportunity",
        kind=MeasureKind.CONVERSION,
        label=_("Win rate by value"),
        definition=_(
            "The amount of won opportunities in percent of the amount of those won or lost, by the rates of"
            " the days they were; opportunities without a usable amount are left out and counted apart."
        ),
        date="decided_at",
        field="won_at",
        among="decided_at",
        value="amount",
        counted=WON,
        not_counted=LOST,
    ),
    Measure(
        ref="opportunity.won_share",
        object_name="opportunity",
        kind=MeasureKind.CONVERSION,
        label=_("Share won"),
        definition=_("The share of all opportunities, open ones too, that are won by now."),
        field="won_at",
        counted=WON,
        not_counted=NOT_WON,
        bases=EVERY_BASIS,
    ),
    Measure(
        ref="opportunity.won",
        object_name="opportunity",
        kind=MeasureKind.COUNT,
        label=_("Opportunities won"),
        definition=_("Opportunities that were won in the time and still are, whenever they were created."),
        date="won_at",
        dated=True,
    ),
    Measure(
        ref="opportunity.lost",
        object_name="opportunity",
        kind=MeasureKind.COUNT,
        label=_("Opportunities lost"),
        definition=_("Opportunities that were lost in the time and still are, whenever they were created."),
        date="lost_at",
        dated=True,
    ),
    Measure(
        ref="opportunity.won_amount",
        object_name="opportunity",
        kind=MeasureKind.SUM,
        label=_("Amount won"),
        definition=_(
            "The sum of the amounts of opportunities won in the time, by the rates of the days they were won."
        ),
        date="won_at",
        dated=True,
        field="amount",
    ),
    Measure(
        ref="opportunity.lost_amount",
        object_name="opportunity",
        kind=MeasureKind.SUM,
        label=_("Amount lost"),
        definition=_(
            "The sum of the amounts of opportunities lost in the time, by the rates of the days they were"
            " lost."
        ),
        date="lost_at",
        dated=True,
        field="amount",
    ),
    Measure(
        ref="opportunity.weighted_amount",
        object_name="opportunity",
        kind=MeasureKind.SUM,
        label=_("Weighted amount"),
        definition=_("The sum of each opportunity's amount times its probability."),
        field="amount",
        weight="probability",
    ),
)


def _by_customer(context: FilterContext, of_customer: str, of_lead: str) -> Combinable:
    seen = Q(customer__isnull=False) & context.visible("customer", "customer__")
    return Case(When(seen, then=F(of_customer)), default=F(of_lead))


def _condition(keys: Sequence[str]) -> dict[str, Any]:
    own = {"field": "organization_name", "op": "in", "value": list(keys)}
    return {
        "any": [
            {"field": "customer.name", "op": "in", "value": list(keys)},
            {"all": [{"field": "customer.name", "op": "empty"}, own]},
        ]
    }


def _none() -> dict[str, Any]:
    return {"all": [{"field": "customer.name", "op": "empty"}, {"field": "organization_name", "op": "empty"}]}


ORGANIZATION = Computed(
    object_name="lead",
    key="organization",
    label=_("Organization or customer"),
    value=lambda context: _by_customer(context, "customer__name_fold", "organization_name_fold"),
    spelling=lambda context: _by_customer(context, "customer__name", "organization_name"),
    condition=_condition,
    none=_none,
    fields=("organization_name", "customer"),
)
"""The customer's name where the reader sees one, else the lead's own; one group whatever the spelling."""


PRESETS = (
    (
        "lead_conversion.json",
        _("Leads"),
        _("Conversion"),
        _("How many leads become opportunities or customers, and which sources bring them."),
    ),
    (
        "lead_value_conversion.json",
        _("Leads"),
        _("Conversion by value"),
        _("How much of what leads are worth is converted, and which sources bring it."),
    ),
    (
        "lead_performance.json",
        _("Leads"),
        _("Performance"),
        _("How many leads are created, converted and archived, month by month."),
    ),
    (
        "opportunity_conversion.json",
        _("Opportunities"),
        _("Conversion"),
        _("How many of the decided opportunities are won, and by whom."),
    ),
    (
        "opportunity_performance.json",
        _("Opportunities"),
        _("Performance"),
        _("How many opportunities are created, won and lost, month by month, and what they bring."),
    ),
)


def register() -> None:
    """Add everything to the report engine."""
    for measure in MEASURES:
        register_measure(measure)
    register_computed(ORGANIZATION)
    for file, group, label, description in PRESETS:
        register_preset(Path(__file__).parent / file, group=group, label=label, description=description)

"""The measures and dimensions of leads and opportunities."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.db.models import Case, F, Q, When
from django.db.models.expressions import Combinable
from django.utils.translation import gettext_lazy as _

from headwater.metadata.context import FilterContext
from headwater.reports.axes.computed import Computed, register_computed
from headwater.reports.measures import EVERY_BASIS, CountsAs, Measure, MeasureKind, register_measure
from headwater.reports.presets import register_preset

CONVERSION_RATE = Measure(
    ref="lead.conversion_rate",
    object_name="lead",
    kind=MeasureKind.CONVERSION,
    label=_("Lead conversion rate"),
    definition=_(
        "The share of leads from which at least one opportunity or customer was made that still exists,"
        " or which an import brought as converted; archived and imported leads count, deleted ones do not."
    ),
    date="created_at",
    field="converted_at",
    counted=CountsAs("converted", _("Converted")),
    not_counted=CountsAs("not_converted", _("Not converted")),
    bases=EVERY_BASIS,
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
)
"""The customer's name where the reader sees one, else the lead's own; one group whatever the spelling."""


def register() -> None:
    """Add everything to the report engine."""
    register_measure(CONVERSION_RATE)
    register_computed(ORGANIZATION)
    register_preset(
        Path(__file__).parent / "lead_conversion.json",
        group=_("Leads"),
        label=_("Conversion"),
        description=_("How many leads become opportunities or customers, and which sources bring them."),
    )

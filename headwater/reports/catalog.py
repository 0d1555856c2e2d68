"""What reports can be made: per object its measures, its dimensions and the shipped reports."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from headwater.access import rights
from headwater.access.models import Action, Scope
from headwater.metadata import registry
from headwater.metadata.objects import Field, ObjectType
from headwater.reports import limits
from headwater.reports.axes.computed import computed_of
from headwater.reports.axes.factory import grains_of
from headwater.reports.axes.grains import LABELS
from headwater.reports.definition import words
from headwater.reports.measures import Measure, measures_of
from headwater.reports.measures.terms import EVENT_DATE, TODAY
from headwater.reports.presets import Preset, presets_of
from headwater.reports.words import BASES
from headwater.users.actor import Actor


@dataclass(frozen=True)
class Choosable:
    """A dimension as designers offer it. ``section`` is the link it is reached through, "" for its own.

    ``is_own`` marks a custom field.
    """

    key: str
    label: str
    kind: str
    section: str
    grains: tuple[tuple[str, str], ...] = ()
    is_own: bool = False

    def to_json(self) -> dict[str, Any]:
        return {
            "key": self.key,
            "label": self.label,
            "kind": self.kind,
            "section": self.section,
            "grains": [{"key": key, "label": label} for key, label in self.grains],
        }


@dataclass(frozen=True)
class ReportType:
    """One object and what reports can say of it."""

    entry: ObjectType
    measures: Sequence[Measure]
    dimensions: Sequence[Choosable]
    dates: Sequence[Choosable]
    presets: Sequence[Preset]

    @property
    def offered(self) -> list[Choosable]:
        """The dimensions that new reports may have: custom fields as far as the limits let them."""
        is_free = limits.offers_own_fields()
        return [one for one in self.dimensions if is_free or not one.is_own]

    @property
    def offered_measures(self) -> list[Measure]:
        """The measures that new reports may have."""
        is_free, fields = limits.offers_own_fields(), self.entry.fields
        return [m for m in self.measures if is_free or not (m.number and fields[m.number].custom)]

    def to_json(self) -> dict[str, Any]:
        """Return the report type as programs get it."""
        return {
            "object": self.entry.name,
            "slug": self.entry.slug,
            "label": str(self.entry.label_plural),
            "measures": [_measure_json(measure) for measure in self.offered_measures],
            "dimensions": [dimension.to_json() for dimension in self.offered],
            "dates": [dimension.to_json() for dimension in self.dates],
            "presets": [preset.to_json() for preset in self.presets],
            "comparisons": [{"shift": dict(shift), "label": str(label)} for shift, label in COMPARISONS],
            "alignments": [{"key": key, "label": str(label)} for key, label in ALIGNMENTS.items()],
            "rates": [{"key": key, "label": str(label)} for key, label in RATES.items()],
            "top": {"most": words.MOST_TOP, "most_numbers": words.MOST_TOP_NUMBERS},
        }


def _measure_json(measure: Measure) -> dict[str, Any]:
    """Return a measure as programs get it. ``date`` is there only for one counted by a date of its own."""
    data: dict[str, Any] = {
        "ref": measure.ref,
        "label": str(measure.label),
        "kind": measure.kind.value,
        "definition": str(measure.definition),
        "money": is_money(measure),
        "share": measure.is_additive,
        "bases": [
            {"key": basis.value, "label": str(BASES[basis][0]), "definition": str(BASES[basis][1])}
            for basis in measure.bases
        ],
    }
    return data | {"date": measure.date} if measure.dated else data


def is_money(measure: Measure) -> bool:
    """Whether amounts are added up or weigh the records, so that rates of exchange matter."""
    if measure.number is None:
        return False
    return registry.whole(measure.object_name).fields[measure.number].currency_key is not None


COMPARISONS: tuple[tuple[dict[str, Any], str | Promise], ...] = (
    ({"unit": "period", "n": -1}, _("The period before")),
    ({"unit": "year", "n": -1}, _("The year before")),
)
"""The earlier times that designers offer; definitions can name more."""

ALIGNMENTS: dict[str, str | Promise] = {
    "same_elapsed": _("As many days as have passed"),
    "whole": _("The whole time"),
}
RATES: dict[str, str | Promise] = {
    EVENT_DATE: _("By the rate of the day it happened"),
    TODAY: _("By the rates of today"),
}


def report_types(actor: Actor) -> list[ReportType]:
    """Return the report types of every object of which the actor may see something."""
    return [
        report_type(entry.name)
        for entry in registry.objects()
        if rights.scope(actor, entry.name, Action.SEE) != Scope.NONE
    ]


def report_type(object_name: str) -> ReportType:
    """Return one object's report type. Raises UnknownObject."""
    entry = registry.get(object_name)
    offered = dimensions_of(entry)
    dates = [one for one in offered if one.grains and not one.section]
    return ReportType(entry, measures_of(object_name), offered, dates, presets_of(object_name))


def dimensions_of(entry: ObjectType) -> list[Choosable]:
    """Return everything an object can be grouped by: own fields, computed ones, fields one link away."""
    own = [_choosable(found) for found in entry.fields.values() if _is_groupable(found)]
    own += [Choosable(c.key, str(c.label), "text", "") for c in computed_of(entry.name)]
    through = [
        _choosable(found, link)
        for link in entry.fields.values()
        if link.target is not None and link.is_traversable and link.reportable
        for found in registry.get(link.target).fields.values()
        if _is_groupable(found)
    ]
    return own + through


def _is_groupable(found: Field) -> bool:
    return found.reportable and found.kind.groupable


def _choosable(found: Field, link: Field | None = None) -> Choosable:
    grains = tuple((grain.value, str(LABELS[grain])) for grain in grains_of(found))
    if link is None:
        return Choosable(found.key, str(found.label), found.kind.name, "", grains, found.custom)
    label, is_own = f"{link.label} › {found.label}", link.custom or found.custom
    return Choosable(f"{link.key}.{found.key}", label, found.kind.name, str(link.label), grains, is_own)

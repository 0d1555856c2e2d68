"""What reports can be made: per object its measures, its dimensions and the shipped reports."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from headwater.access import rights
from headwater.access.models import Action, Scope
from headwater.metadata import registry
from headwater.metadata.objects import Field, ObjectType
from headwater.reports.axes.computed import computed_of
from headwater.reports.axes.factory import grains_of
from headwater.reports.axes.grains import LABELS
from headwater.reports.measures import Measure, measures_of
from headwater.reports.presets import Preset, presets_of
from headwater.users.actor import Actor


@dataclass(frozen=True)
class Choosable:
    """A dimension as designers offer it. ``section`` is the link it is reached through, "" for own fields."""

    key: str
    label: str
    kind: str
    section: str
    grains: tuple[tuple[str, str], ...] = ()

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

    def to_json(self) -> dict[str, Any]:
        """Return the report type as programs get it."""
        return {
            "object": self.entry.name,
            "slug": self.entry.slug,
            "label": str(self.entry.label_plural),
            "measures": [
                {"ref": m.ref, "label": str(m.label), "kind": m.kind.value, "definition": str(m.definition)}
                for m in self.measures
            ],
            "dimensions": [dimension.to_json() for dimension in self.dimensions],
            "dates": [dimension.to_json() for dimension in self.dates],
            "presets": [preset.to_json() for preset in self.presets],
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
        if link.target is not None and link.reportable
        for found in registry.get(link.target).fields.values()
        if _is_groupable(found)
    ]
    return own + through


def _is_groupable(found: Field) -> bool:
    return found.reportable and found.kind.groupable


def _choosable(found: Field, link: Field | None = None) -> Choosable:
    grains = tuple((grain.value, str(LABELS[grain])) for grain in grains_of(found))
    if link is None:
        return Choosable(found.key, str(found.label), found.kind.name, "", grains)
    label = f"{link.label} › {found.label}"
    return Choosable(f"{link.key}.{found.key}", label, found.kind.name, str(link.label), grains)

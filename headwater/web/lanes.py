"""What a board can stand on: fields of one choice, and the lanes that each has."""

import json
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from headwater.lib.memo import shared
from headwater.metadata import registry
from headwater.metadata.errors import FilterError, Problem
from headwater.metadata.objects import Field, ObjectType

MOST_LANES = 40
"""Longer lists, such as currencies, make no board."""


@dataclass(frozen=True)
class Lane:
    """A value of the board's field; ``word`` is it as JSON. ``is_target``: a card can be moved here."""

    value: Any
    label: str
    color: str = ""
    is_target: bool = True

    @property
    def word(self) -> str:
        return json.dumps(self.value, ensure_ascii=False)

    def condition(self, field: Field) -> Q:
        """Return the condition for the records of the lane, also of an option that is gone."""
        name = field.id_attname
        if self.value is not None:
            return Q(**{name: self.value})
        return Q(**{f"{name}__isnull": True}) if field.nullable else Q(**{name: ""})


def lane_fields(entry: ObjectType) -> list[Field]:
    """Return the fields that a board can stand on, the most usual first."""
    found = [field for field in entry.fields.values() if field.reportable and _is_single_choice(field)]
    return sorted(found, key=lambda field: {"stage": 0, "status": 1}.get(field.key, 2))


def _is_single_choice(field: Field) -> bool:
    if field.target is not None:
        return field.target != "user" and not registry.get(field.target).is_record
    return field.kind.name == "choice" and field.choice_source is None


def lane_field(entry: ObjectType, key: str) -> Field:
    """Return the field of a board, the usual one when none is named. Raises FilterError."""
    known = {field.key: field for field in lane_fields(entry)}
    if not key and known:
        return next(iter(known.values()))
    if key not in known:
        message = _("There is no board by “%(word)s”.") % {"word": key[:100]}
        raise FilterError([Problem("lanes", "unknown_lanes", message)])
    return known[key]


@shared
def _reference_rows(object_name: str) -> list[tuple[int, str, str]]:
    """Return number, name and color of a small table's rows in their order.

    Where rows of several parents stand side by side, as stages of pipelines do, the parent is named.
    """
    entry = registry.get(object_name)
    parent = next((field for field in entry.fields.values() if field.target), None)
    manager: Any = entry.model._default_manager
    rows = list(manager.select_related(parent.attname) if parent else manager.all())
    several = parent is not None and len({parent.value_of(row) for row in rows}) > 1
    return [
        (
            row.pk,
            f"{getattr(row, parent.attname)} › {row}" if parent and several else str(row),
            getattr(row, "color", ""),
        )
        for row in rows
    ]


def lanes_of(field: Field, held: set[Any]) -> list[Lane]:
    """Return the lanes of a field: every option, and those that only records of the past ``held`` have."""
    lanes: list[Lane]
    if field.target is not None:
        lanes = [Lane(number, label, color) for number, label, color in _reference_rows(field.target)]
    else:
        lanes = [
            Lane(choice.key, str(choice.label), choice.color, is_target=choice.active)
            for choice in field.choices()
            if choice.active or choice.key in held
        ]
    known = {lane.value for lane in lanes}
    gone = sorted((value for value in held if value is not None and value not in known), key=str)
    lanes += [Lane(value, str(value), is_target=False) for value in gone]
    if None in held:
        lanes.append(Lane(None, _("(none)"), is_target=not (field.required or field.always_filled)))
    if len(lanes) > MOST_LANES:
        lanes = [lane for lane in lanes if lane.value in held][:MOST_LANES]
    return lanes

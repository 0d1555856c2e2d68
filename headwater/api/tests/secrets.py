"""A custom field of every kind there is, and how to tell what they hold, or that they exist, in any answer.

New kinds join by themselves: their names are looked for at once, what they hold as soon as ``VALUES``
says what to put there.
"""

import json
from typing import Any

from headwater.activities.services import add_comment
from headwater.api.tests.doors import MARKER, World
from headwater.metadata import choices, registry
from headwater.metadata.custom.computed import COMPUTED
from headwater.metadata.custom.definitions import LINKS, Definition, add_field, offered_kinds
from headwater.metadata.objects import Field
from headwater.records.models import Record
from headwater.records.write import update_record
from headwater.testing.factories import actor_of

NAME = "snorkly"
"""Stands in the name of every field made here, in its key and in its options."""

VALUES: dict[str, Any] = {
    "text": f"Zzyzx {MARKER}",
    "long_text": f"Zzyzx {MARKER}",
    "email": f"zzyzx.{MARKER}@example.org",
    "url": f"https://zzyzx.example/{MARKER}",
    "phone": "+371 29 734 011",
    "integer": 73_401_177,
    "decimal": "73401188.25",
    "money": "73401199.75",
    "percent": "73401.25",
    "duration": 73_401_155,
    "date": "2087-07-19",
    "instant": "2087-11-23T13:37",
}
"""What only somebody who has the field can know. Options, people and records are known to others too."""


def add_kinds(world: World) -> None:
    """Give leads a field of every kind, put something into the world's lead, and remember its words."""
    entry, actor, lead = registry.get("lead"), actor_of(world.owner), world.records["lead"]
    for kind in offered_kinds(entry):
        add_field("lead", _definition(kind))
    update_record(actor, "lead", lead.pk, {f.key: _value(world, f) for f in made() if f.editable})
    lead.refresh_from_db()
    world.words = tuple(sorted({word for f in made() for word in _words(f, lead)}))


def change_all(world: World) -> None:
    """Empty the fields and fill them again: history and notices tell of both."""
    actor, lead = actor_of(world.owner), world.records["lead"]
    fields = [f for f in made() if f.editable and f.kind.name != "boolean"]
    update_record(actor, "lead", lead.pk, {f.key: None for f in fields})
    again = {f.key: _value(world, f) for f in fields}
    update_record(actor, "lead", lead.pk, again | {"status": "interested"})
    add_comment(actor, "lead", lead.pk, "Hello")


def made() -> list[Field]:
    """Return the fields that ``add_kinds`` made."""
    return [f for f in registry.whole("lead").fields.values() if NAME in f.key]


def _definition(kind: str) -> Definition:
    return Definition(
        label=f"{NAME.title()} {kind}",
        kind=kind,
        section=f"{NAME.title()} section",
        help=f"{NAME.title()} help",
        target="contact" if kind in LINKS else "",
        options=[f"{NAME.title()} one", f"{NAME.title()} two"] if "choice" in kind else [],
        formula=f"cf_{NAME}_integer + 1" if kind == COMPUTED else "",
    )


def _value(world: World, field: Field) -> Any:
    kind = field.kind.name
    if field.choice_list:
        option = choices.options_of(field.choice_list)[0].key
        return [option] if field.kind.many else option
    if field.target:
        number = world.owner.pk if field.target == "user" else world.records[field.target].pk
        return [number] if field.kind.many else number
    return True if kind == "boolean" else VALUES.get(kind)


def _words(field: Field, record: Record) -> set[str]:
    """Return how a value reads to people and to programs."""
    value = field.value_of(record)
    if field.kind.name not in VALUES or field.is_empty(value):
        return set()
    written = field.kind.to_json(value)
    as_json = written if isinstance(written, str) else json.dumps(written)
    return {as_json.lower(), field.kind.display(value, field).lower()}

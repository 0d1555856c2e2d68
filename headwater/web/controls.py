"""Form controls for fields, by their kind."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db import models
from django.http import QueryDict
from django.urls import reverse

from headwater.access.options import may_add_option
from headwater.lib import calendars, typed_durations, typed_numbers
from headwater.lib.addresses import PostalAddress
from headwater.lib.durations import iso
from headwater.lib.numbers import whole_number
from headwater.metadata import choices
from headwater.metadata.kinds.addresses import COUNTRY, PARTS, country_choices, parts_in
from headwater.metadata.kinds.files import FileValue
from headwater.metadata.objects import Field, ObjectType
from headwater.records.stored_files import values_by_number
from headwater.users import organization
from headwater.users.actor import Actor
from headwater.web.cells import Links
from headwater.web.jinja import compact_json

SHORT_LIST = 12
_INPUT_TYPES = {
    "email": "email",
    "phone": "tel",
    "url": "url",
    "date": "date",
    "instant": "datetime-local",
    "integer": "integer",
    "decimal": "decimal",
    "money": "decimal",
    "percent": "decimal",
    "duration": "duration",
}
_TYPED = {  # what is read as its reader writes it
    "date": calendars.typed,
    "instant": calendars.typed,
    "integer": typed_numbers.typed,
    "decimal": typed_numbers.typed,
    "money": typed_numbers.typed,
    "percent": typed_numbers.typed_percent,
    "duration": typed_durations.typed,
}
Raw = str | tuple[str, ...]


@dataclass
class Control:
    """What a form draws for one field. ``raw`` is the text (or the texts) the control starts with."""

    name: str
    label: str
    widget: str
    raw: Raw
    type: str = "text"
    options: list[tuple[Any, ...]] = field(default_factory=list)
    url: str = ""
    maker: str = ""  # the address that makes an option of what was typed
    required: bool = False
    help: str = ""
    error: str = ""
    was: Raw = ""
    stored: str = ""
    currency: "Control | None" = None
    parts: "list[Control]" = field(default_factory=list)  # of an address, each with its own label
    attrs: dict[str, Any] = field(default_factory=dict)
    hidden: bool = False
    wide: bool = False
    shown_by: str = ""  # "name=value" of another control of the form, without which this one is hidden
    may_change: bool = False  # hidden and required depend on what else is filled in

    @property
    def values(self) -> tuple[str, ...]:
        return self.raw if isinstance(self.raw, tuple) else (self.raw,)

    @property
    def was_text(self) -> str:
        return "|".join(self.was) if isinstance(self.was, tuple) else self.was


def raw_of(found: Field, value: Any) -> Raw:
    """Write a stored value as its control holds it; instants on the organization's clock."""
    if found.kind.many:
        return tuple(str(each) for each in value or ())
    if isinstance(value, bool):
        return "true" if value else "false"
    if value is None:
        return ""
    if isinstance(value, PostalAddress):
        return compact_json(found.kind.to_json(value))
    if found.kind.name == "duration":
        return iso(value)
    if isinstance(value, FileValue):
        return str(value.number)
    if isinstance(value, dt.datetime):
        return value.astimezone(organization.zone()).strftime("%Y-%m-%dT%H:%M")
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return typed_numbers.plainly(value)
    return str(value)


def raw_values(entry: ObjectType, record: models.Model, keys: Iterable[str]) -> dict[str, Raw]:
    return {key: raw_of(entry.fields[key], entry.fields[key].value_of(record)) for key in keys}


def posted_values(entry: ObjectType, data: QueryDict, keys: Iterable[str]) -> dict[str, Raw]:
    """Return what a form says of some fields; a box that is not ticked says no."""
    found: dict[str, Raw] = {}
    for key in keys:
        kind = entry.fields[key].kind.name
        if entry.fields[key].kind.many:
            found[key] = tuple(data.getlist(key))
        elif kind == "boolean":
            found[key] = "true" if data.get(key) == "true" else "false"
        elif kind == "address" and f"{key}.{COUNTRY}" in data:
            found[key] = _posted_address(key, data)
        elif key in data:
            typed = data.get(key, "").replace("\r\n", "\n")
            found[key] = as_typed(kind, typed)
    return found


def _posted_address(key: str, data: QueryDict) -> str:
    parts = {name: text for name in PostalAddress._fields if (text := data.get(f"{key}.{name}", "").strip())}
    return compact_json(parts) if parts else ""


def input_type(found: Field) -> str:
    """Return the type of the control that takes a value of the field, for ``typing`` in templates."""
    return _INPUT_TYPES.get(found.kind.name, "text")


def as_typed(kind: str, text: str) -> str:
    """Return what a reader typed for a field of this kind in the form that the doors read."""
    read = _TYPED.get(kind)
    return read(text) if read else text


def for_door(raws: Mapping[str, Raw]) -> dict[str, Any]:
    """Return raw values in the form that the writing door reads."""
    return {key: list(raw) if isinstance(raw, tuple) else raw for key, raw in raws.items()}


def _options(found: Field, raw: Raw) -> list[tuple[Any, ...]]:
    held = raw if isinstance(raw, tuple) else (raw,)
    offered = [(c.key, str(c.label)) for c in found.choices() if c.active or c.key in held]
    known = {key for key, _label in offered}
    # What a record holds stays choosable, or saving the form would lose it.
    return offered + [(key, key) for key in held if key and key not in known]


def control_of(found: Field, raw: Raw, links: Links) -> Control:
    """Return the control of one field."""
    name = found.kind.name
    control = Control(
        found.key, str(found.label), "input", raw, required=found.required, help=str(found.help)
    )
    control.type = input_type(found)
    if name == "long_text":
        control.widget = "textarea"
    elif name == "boolean":
        control.widget = "checkbox"
    elif found.target:
        control.widget, control.url = "picker", reverse("lookup", args=[found.target])
        if found.kind.many:
            seen = [(text, links.title(found, number)) for text, number in _numbers(control.values)]
            # Those that she may not see stay, whatever she chooses (``records.values``).
            control.options = [(text, title) for text, title in seen if title]
            control.widget = "pickers"
        else:
            number = whole_number(raw)
            control.options = [(raw, links.title(found, number) or f"#{raw}")] if raw else []
    elif name == "address":
        control.widget, control.wide = "address", True
        control.parts = _address_parts(found, str(raw))
    elif name in ("choice", "multi_choice"):
        control.options = _options(found, raw)
        short = name == "choice" and len(control.options) <= SHORT_LIST
        control.widget = "select" if short else "pickers" if name == "multi_choice" else "picker"
    elif found.max_length:
        control.attrs = {"maxlength": found.max_length}
    return control


def _address_parts(found: Field, raw: str) -> list[Control]:
    """Return the controls of an address, which is held as the JSON object of its parts."""
    held = parts_in(raw)
    controls = []
    for part in PARTS:
        text = str(held.get(part.key) or "")
        control = Control(f"{found.key}.{part.key}", str(part.label), "input", text)
        control.attrs = {"autocomplete": part.autocomplete}
        if part.key == COUNTRY:
            control.widget = "picker"
            control.options = [(choice.key, str(choice.label)) for choice in country_choices()]
            if text and text not in dict(control.options):  # what is typed without scripts stays to be seen
                control.options.append((text, text))
        else:
            control.attrs["maxlength"] = part.max_length
        controls.append(control)
    return controls


def _numbers(texts: Iterable[str]) -> list[tuple[str, int]]:
    """Return what a form holds of several links that can be numbers of records."""
    return [(text, number) for text in texts if (number := whole_number(text)) is not None]


class _Raw:
    """Lets ``Links`` read the numbers that a form holds instead of a record's."""

    custom: dict[str, Any] | None = None

    def __init__(self, entry: ObjectType, raws: Mapping[str, Raw]) -> None:
        for key, raw in raws.items():
            found = entry.fields[key]
            if found.target:
                texts = raw if isinstance(raw, tuple) else (raw,)
                numbers = tuple(number for _text, number in _numbers(texts))
                found.put(self, numbers if found.kind.many else next(iter(numbers), None))


def controls_of(
    actor: Actor, entry: ObjectType, raws: Mapping[str, Raw], errors: Mapping[str, str] | None = None
) -> dict[str, Control]:
    """Return controls by field key; an amount holds the control of its currency when both are there."""
    fields = [entry.fields[key] for key in raws]
    links = Links(actor, [f for f in fields if f.target], [_Raw(entry, raws)])  # type: ignore[list-item]
    controls = {f.key: control_of(f, raws[f.key], links) for f in fields}
    if "owner" in controls:
        controls["owner"].url += f"?for={entry.name}"
    if "assignees" in controls:
        controls["assignees"].url += "?for=user"
    for f in fields:
        if f.choice_list and f.kind.many and may_add_option(actor, f.choice_list):
            found = choices.list_named(f.choice_list)
            controls[f.key].maker = reverse("make_option", args=[found.slug]) if found else ""
    for key, message in (errors or {}).items():
        if key in controls:
            controls[key].error = message
    _fit_files(actor, entry, [f for f in fields if f.kind.name == "file"], controls)
    _join_currencies(fields, controls)
    return controls


def _fit_files(actor: Actor, entry: ObjectType, fields: list[Field], controls: dict[str, Control]) -> None:
    """Let controls of files say what their file is, if its reader may know it, and where to send another."""
    numbers = {f.key: number for f in fields for _text, number in _numbers(controls[f.key].values)}
    known = values_by_number(actor, numbers.values()) if numbers else {}
    for found in fields:
        control, file = controls[found.key], known.get(numbers.get(found.key, 0))
        control.wide = True
        control.widget, control.url = "file", reverse("upload", args=[entry.slug, found.key])
        control.raw = str(file.number) if file else ""
        control.options = [(reverse("file", args=[file.number]), file.name, file.size)] if file else []


def _join_currencies(fields: Iterable[Field], controls: dict[str, Control]) -> None:
    """Put the control of a currency beside the first amount it belongs to."""
    # An amount that comes and goes would take the currency of the others with it.
    for found in sorted(fields, key=lambda one: one.visible_when is not None):
        if found.currency_key in controls and found.key in controls:
            controls[found.key].currency = controls.pop(found.currency_key or "")

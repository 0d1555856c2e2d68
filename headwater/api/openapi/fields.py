"""Schemas of objects, from the dictionary."""

from typing import Any

from headwater.metadata.custom.stored import CUSTOM
from headwater.metadata.objects import Field, ObjectType

Shape = dict[str, Any]

_TYPES: dict[str, Shape] = {
    "text": {"type": "string"},
    "long_text": {"type": "string"},
    "email": {"type": "string"},
    "phone": {"type": "string"},
    "url": {"type": "string"},
    "choice": {"type": "string"},
    "integer": {"type": "integer"},
    "decimal": {"type": "number"},
    "money": {"type": "number"},
    "percent": {"type": "number"},
    "duration": {"type": "integer"},
    "address": {"type": "object"},
    "boolean": {"type": "boolean"},
    "date": {"type": "string", "format": "date"},
    "instant": {"type": "string", "format": "date-time"},
    "multi_choice": {"type": "array", "items": {"type": "string"}},
    "user": {"type": "integer"},
    "relation": {"type": "integer"},
    "relations": {"type": "array", "items": {"type": "integer"}},
    "file": {"type": "object"},
}
_CUSTOM: Shape = {
    "type": "object",
    "additionalProperties": True,
    # Not by name: the document is the same for everybody, and who may not see a field must not learn of it.
    "description": "Fields that administrators made, by their keys; `describe` names them and their kinds.",
}
_NEVER_EMPTY = ("boolean", "multi_choice", "relations")


def shape_of(field: Field) -> Shape:
    """Return the JSON schema of one field as answers have it."""
    shape = dict(_TYPES[field.kind.name])
    if field.nullable and field.kind.name not in _NEVER_EMPTY:
        shape["type"] = [shape["type"], "null"]
    if field.fixed_choices:
        empty = [None] if field.nullable else [] if field.required or field.default else [""]
        shape["enum"] = [*(str(key) for key, _label in field.fixed_choices), *empty]
    notes = [str(field.label)]
    if field.choice_list:
        notes.append(f"Keys of the choice list `{field.choice_list}`")
    if field.target:
        notes.append(f"The number of a {field.target}")
    if field.currency_key:
        notes.append(f"In the currency of `{field.currency_key}`")
    shape["description"] = ". ".join(notes)
    if not field.editable:
        shape["readOnly"] = True
    return shape


def record_shape(entry: ObjectType) -> Shape:
    """Return the schema of an object's records."""
    properties: Shape = {"id": {"type": "integer", "readOnly": True}}
    if entry.is_record:
        properties["version"] = {"type": "integer", "readOnly": True, "description": "For `If-Match`."}
    properties |= {key: shape_of(field) for key, field in entry.fields.items() if not field.custom}
    if entry.is_record:
        properties[CUSTOM] = dict(_CUSTOM)
    return {
        "title": type_name(entry),
        "type": "object",
        "properties": properties,
        "patternProperties": {r"^\w+(\.\w+)+$": {"description": "What `fields` asked for behind a link."}},
        "description": "With the parameter `fields`, only what was asked for.",
        "required": ["id"],
    }


def values_shape(entry: ObjectType) -> Shape:
    """Return the schema of what can be written; a field of any kind also takes text, as people type it."""
    properties = {}
    for field in entry.editable_fields():
        if not field.custom:
            properties[field.key] = shape_of(field)
            properties[field.key].pop("enum", None)
    if entry.is_record:
        properties[CUSTOM] = dict(_CUSTOM)
    return {
        "title": f"{type_name(entry)}Values",
        "type": "object",
        "additionalProperties": False,
        "properties": properties,
    }


def type_name(entry: ObjectType) -> str:
    """Return the name under which programs know the object's schema."""
    return entry.model.__name__

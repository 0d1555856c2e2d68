"""What the dictionary says of an object, as plain data for programs and pages."""

from typing import Any

from headwater.metadata import operators, registry
from headwater.metadata.errors import FilterError
from headwater.metadata.filters import parse_filter
from headwater.metadata.objects import Field, ObjectType


def describe_field(field: Field) -> dict[str, Any]:
    """Describe one field: everything a form, a filter builder or a report designer needs."""
    described: dict[str, Any] = {
        "key": field.key,
        "label": str(field.label),
        "kind": field.kind.name,
        "required": field.required,
        "editable": field.editable,
        "reportable": field.reportable,
        "operators": [describe_operator(field, key) for key in field.operators],
        "aggregates": list(field.kind.aggregates),
        "buckets": list(field.kind.buckets),
        "sortable": field.kind.sortable,
    }
    if field.kind.name in ("choice", "multi_choice"):
        described["choices"] = [
            {"key": choice.key, "label": str(choice.label), "color": choice.color, "active": choice.active}
            for choice in field.choices()
        ]
    for name in ("target", "currency_key", "choice_list", "max_length"):
        if (value := getattr(field, name)) is not None:
            described[name] = value
    if field.help:
        described["help"] = str(field.help)
    if field.custom:
        described["custom"] = True
        if field.required_from:
            described["required_from"] = field.required_from
    if field.part_of:
        described["part_of"] = field.part_of
    if field.formula:
        described["formula"] = field.formula.text
    return described


def _rules_of(entry: ObjectType, field: Field) -> dict[str, Any]:
    """Return the conditions of a field, but none about fields that the reader does not have."""
    found = {}
    for name in ("required_when", "visible_when"):
        try:
            if tree := getattr(field, name):
                found[name] = parse_filter(entry.name, tree).to_json()
        except FilterError:
            continue
    return found


def describe_operator(field: Field, key: str) -> dict[str, str]:
    operator = operators.get(field, key)
    if operator is None:
        raise LookupError(f"{field.kind.name} names the operator {key}, which no table has")
    return {"key": key, "shape": operator.shape, "label": str(operator.label) % {"field": "", "value": "…"}}


def _describe_question(field: Field) -> dict[str, Any]:
    keys = field.operators
    operators = [describe_operator(field, key) for key in keys]
    return {"key": field.key, "label": str(field.label), "operators": operators}


def describe(entry: ObjectType) -> dict[str, Any]:
    """Describe an object with its fields, related records and sections."""
    return {
        "object": entry.name,
        "slug": entry.slug,
        "label": str(entry.label),
        "label_plural": str(entry.label_plural),
        "title": entry.title_key,
        "fields": [describe_field(field) | _rules_of(entry, field) for field in entry.fields.values()],
        "questions": [_describe_question(field) for field in registry.questions(entry).values()],
        "collections": [
            {"key": c.key, "label": str(c.label), "target": c.target} for c in entry.collections.values()
        ],
        "sections": [
            {
                "key": section.key,
                "label": str(section.label),
                "columns": section.columns,
                "fields": list(section.fields),
            }
            for section in entry.sections
            if section.fields
        ],
        "off_form": list(entry.off_form),
        "list_columns": list(entry.list_columns),
        "progress": [
            {"key": point.key, "label": str(point.label), "field": point.field, "group": point.group}
            for point in (entry.progress.points() if entry.progress else ())
        ],
    }

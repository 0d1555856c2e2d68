"""What of one record is copied into another that is made from it.

Equally named fields of the same sort are copied; what is named differently is said by the verb.
Nothing is written: the values fill a form that a person may still change.
"""

from collections.abc import Collection
from typing import Any

from headwater.access import rights
from headwater.access.models import Action, Scope
from headwater.access.people import people_for
from headwater.metadata import registry
from headwater.metadata.objects import Field
from headwater.records.find import find_records
from headwater.records.models import Record
from headwater.users.actor import Actor

Values = dict[str, Any]

# Equal names that mean something of the record's own.
_OWN = frozenset({"status", "created_at", "archived_at", "external_id", "external_system"})


def copied_values(actor: Actor, source: Record, target_name: str) -> Values:
    """Return the values of equally named fields, in JSON form by field key; empty ones are left out."""
    fields = registry.of(source).fields
    target = registry.get(target_name)
    found = {
        key: fields[key].kind.to_json(fields[key].value_of(source))
        for key, field in target.fields.items()
        if key in fields and key not in _OWN and field.editable and _same_sort(fields[key], field)
    }
    return only_reachable(actor, target_name, found)


def seen_value(source: Record, key: str) -> Any:
    """Return a value of a record in JSON form; None where the reader does not have the field."""
    found = registry.of(source).fields.get(key)
    return None if found is None else found.kind.to_json(found.value_of(source))


def only_reachable(actor: Actor, target_name: str, values: Values) -> Values:
    """Leave out what is empty and what the actor could not choose herself."""
    target = registry.get(target_name)
    known = {key: target.fields[key] for key in values if key in target.fields}
    found = {
        key: _choosable(actor, target_name, field, values[key])
        for key, field in known.items()
        if field.editable and not _is_nothing(values[key])
    }
    return {key: value for key, value in found.items() if not _is_nothing(value)}


def _is_nothing(value: Any) -> bool:
    return value is None or value is False or value == "" or value == []


def _same_sort(one: Field, other: Field) -> bool:
    return (
        one.kind.name == other.kind.name
        and not one.kind.of_one_record
        and one.choice_list == other.choice_list
        and one.target == other.target
        and [key for key, _label in one.fixed_choices] == [key for key, _label in other.fixed_choices]
    )


def _choosable(actor: Actor, target_name: str, field: Field, value: Any) -> Any:
    """Return a value as far as the actor could choose it; None where that is nothing."""
    if field.target is None:
        return value
    named = field.numbers_in(field.kind.from_json(value))
    allowed = _reachable(actor, target_name, field, named)
    if field.key == "assignees":
        # Those whom she may not assign lose what they worked on; the record is made all the same.
        return [number for number in named if number in allowed]
    return value if allowed.issuperset(named) else None


def _reachable(actor: Actor, target_name: str, field: Field, numbers: Collection[int]) -> set[int]:
    if field.key == "assignees" and rights.scope(actor, target_name, Action.ASSIGN) == Scope.NONE:
        return set()
    if field.target == "user":
        people = people_for(actor, target_name, field.key)
        return set(people.filter(pk__in=numbers).values_list("pk", flat=True))
    target = field.target or ""
    if registry.get(target).is_record and rights.scope(actor, target, Action.SEE) == Scope.NONE:
        return set()
    return set(find_records(actor, target).filter(pk__in=numbers).values_list("pk", flat=True))

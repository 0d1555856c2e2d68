"""Adding to fields that hold several values, and taking from them, where others are replaced.

A value ``{"add": […]}``, ``{"remove": […]}`` or both is a step: what a record then holds depends on what
it had.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from headwater.access.fields import reading_as
from headwater.metadata import registry
from headwater.metadata.objects import ObjectType
from headwater.records import values as reading
from headwater.records.bulk import RowWrite
from headwater.records.errors import FieldError, Invalid
from headwater.records.facts import lock_records
from headwater.users.actor import Actor

WORDS = ("add", "remove")
Values = Mapping[str, Any]


def _steps_of(entry: ObjectType, values: Values) -> dict[str, dict[str, Any]]:
    """Return the steps among values, by field key."""
    found = {key: value for key, value in values.items() if isinstance(value, dict)}
    return {key: value for key, value in found.items() if key in entry.fields and entry.fields[key].kind.many}


def check(actor: Actor, object_name: str, values: Values) -> None:
    """Judge values and steps as the writing door will. Raises Invalid with all that is wrong."""
    entry = registry.get(object_name)
    steps = _steps_of(entry, values)
    rows = [{key: value for key, value in values.items() if key not in steps}]
    errors: list[FieldError] = []
    for key, step in steps.items():
        if step.keys() - set(WORDS) or not any(step.values()):
            message = _("Give what to “add” and what to “remove”, each as a list.")
            errors.append(FieldError(key, "bad_step", message))
        else:
            rows += [{key: step["add"]}] if "add" in step else []
            # Whoever may change the field may take out of it whom she could not put in any more.
            with reading_as(actor):
                errors += reading.clean_values(registry.get(object_name), {key: step.get("remove")}).errors
    errors += [error for row in reading.clean_all(actor, entry, rows) for error in row.errors]
    if errors:
        raise Invalid(errors)


def rows_of(object_name: str, numbers: Collection[int], values: Values) -> Sequence[RowWrite]:
    """Return what to write to each record: plain values as they are, steps from what it holds now.

    Records that steps look at are locked until the transaction ends.
    """
    entry = registry.get(object_name)
    steps = _steps_of(entry, values)
    if not steps:
        return [RowWrite(dict(values), number) for number in numbers]
    held = lock_records(object_name, numbers)
    rows = []
    for number in numbers:
        own = dict(values)
        for key, step in steps.items():
            field = entry.fields[key]
            before = list(field.value_of(held[number]) or ()) if number in held else []
            added, removed = (list(field.kind.clean(step.get(word), field) or ()) for word in WORDS)
            own[key] = [each for each in dict.fromkeys([*before, *added]) if each not in removed]
        rows.append(RowWrite(own, number))
    return rows

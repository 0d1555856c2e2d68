"""Merging one option of a choice list into another, as a change set that can be undone.

The option stays as a second name of the other (``ChoiceOption.merged_into``), from the first moment on: saved
views, reports, filters, addresses and files that name it mean the other. Records are changed chunk by chunk.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from headwater.access import rights
from headwater.jobs.tasks import job
from headwater.metadata import registry
from headwater.metadata.models import ChoiceOption
from headwater.metadata.objects import Field, ObjectType
from headwater.records.bulk import RowWrite
from headwater.records.errors import FieldError, Invalid
from headwater.records.find import find_records
from headwater.records.models import Record
from headwater.transfer.added_options import holding
from headwater.transfer.at_work import close, job_key
from headwater.transfer.bulk import AT_ONCE
from headwater.transfer.models import ChangeSet
from headwater.transfer.pacing import Pace
from headwater.transfer.stepwise import carry_out, plan_change_set, write_chunk
from headwater.users.actor import Actor, Door

_ROUNDS = 3
"""So often records are looked for again that somebody wrote meanwhile with the list as it was before."""


@dataclass(frozen=True)
class Use:
    """How many records hold an option in one field."""

    entry: ObjectType
    field: Field
    count: int


def uses(actor: Actor, option: ChoiceOption) -> list[Use]:
    """Return which fields of which objects hold an option, those that nothing holds it in left out."""
    found = [
        Use(entry, field, _holders(actor, entry, field, option.key).count())
        for entry, field in _fields(option.list)
    ]
    return [use for use in found if use.count]


def can_merge(list_name: str) -> bool:
    """Say whether the options of a list lie in fields of records, where merging reaches them."""
    return any(True for _each in _fields(list_name))


def _fields(list_name: str) -> Iterator[tuple[ObjectType, Field]]:
    for entry in registry.whole_objects():
        for field in entry.fields.values():
            if entry.is_record and field.choice_list == list_name:
                yield entry, field


def _holders(actor: Actor, entry: ObjectType, field: Field, key: str) -> QuerySet[Record]:
    return find_records(actor, entry.name).filter(holding(field, key))


@transaction.atomic
def merge_options(actor: Actor, list_name: str, key: str, into: str) -> ChangeSet:
    """Make one option of a list a second name of another, and change the records that hold it.

    Few records are changed at once, many in the background. Raises Forbidden, and Invalid where the options
    are not there, one is merged already, the other is not offered, or a formula names the key.
    """
    rights.require_administrator(actor)
    options = {each.key: each for each in ChoiceOption.objects.select_for_update().filter(list=list_name)}
    option, other = options.get(key), options.get(into)
    _refuse(list_name, option, other)
    assert option is not None
    assert other is not None
    found = uses(actor, option)
    plan = {
        "list": list_name,
        "from": key,
        "into": into,
        "active": option.active,
        "names": [each.pk for each in options.values() if each.merged_into_id == option.pk],
        "below": [each.pk for each in options.values() if each.parent_id == option.pk],
        "steps": [{"object": use.entry.name, "field": use.field.key, "total": use.count} for use in found],
        "step": 0,
        "after": 0,
        "round": 1,
    }
    change_set = plan_change_set(actor, ChangeSet.Kind.MERGE, plan)
    _join(option, other)
    if sum(use.count for use in found) <= AT_ONCE:
        carry_out(change_set.pk, actor.door, _go_on)
    else:
        unique_key = job_key(change_set)
        merge_records.using(unique_key=unique_key, actor_id=actor.user_id).enqueue(change_set.pk, actor.door)
    change_set.refresh_from_db()
    return change_set


def _refuse(list_name: str, option: ChoiceOption | None, other: ChoiceOption | None) -> None:
    if option is None or other is None or not can_merge(list_name):
        raise _wrong("unknown_choice", _("There is no option with this key."))
    if option == other:
        raise _wrong("same", _("Choose another option to merge into."))
    if option.merged_into_id:
        raise _wrong("merged", _("“%(label)s” was merged already.") % {"label": option.label})
    if not other.active:
        raise _wrong("not_offered", _("“%(label)s” is not offered. Offer it first.") % {"label": other.label})
    if named := _formula_with(list_name, option.key):
        message = _("The formula of %(field)s names “%(key)s”. Change it first.")
        raise _wrong("in_formula", message % {"field": named, "key": option.key})


def _wrong(code: str, message: str) -> Invalid:
    return Invalid([FieldError("into", code, message)])


def _formula_with(list_name: str, key: str) -> str:
    """Return the field whose formula compares a field of the list with a key, or nothing."""
    written = re.compile(rf"[\"']{re.escape(key)}[\"']")
    for entry in {entry.name: entry for entry, _field in _fields(list_name)}.values():
        for field in entry.fields.values():
            if field.formula and written.search(field.formula.text):
                return str(field.label)
    return ""


def _join(option: ChoiceOption, other: ChoiceOption) -> None:
    ChoiceOption.objects.filter(merged_into=option).update(merged_into=other)
    ChoiceOption.objects.filter(parent=option).exclude(pk=other.pk).update(parent=other)
    option.merged_into, option.active = other, False
    option.save(update_fields=["merged_into", "active"])


def separate(plan: dict[str, Any]) -> None:
    """Make an option that was merged one of its own again, with what had been merged into it before."""
    option = ChoiceOption.objects.filter(list=plan["list"], key=plan["from"]).first()
    if option is None or option.merged_into_id is None:
        return
    option.merged_into, option.active = None, plan["active"]
    option.save(update_fields=["merged_into", "active"])
    ChoiceOption.objects.filter(pk__in=plan["names"]).update(merged_into=option)
    ChoiceOption.objects.filter(pk__in=plan["below"]).update(parent=option)


@job(queue_name="bulk")
def merge_records(change_set_id: int, door: Door) -> None:
    carry_out(change_set_id, door, _go_on)


def _go_on(actor: Actor, change_set: ChangeSet, pace: Pace) -> None:
    plan = change_set.plan
    if plan["step"] < len(plan["steps"]):
        _next_chunk(actor, change_set, pace)
    elif plan["round"] < _ROUNDS and _is_left(actor, change_set):
        plan |= {"step": 0, "after": 0, "round": plan["round"] + 1}
    else:
        close(change_set)


def _left(actor: Actor, plan: dict[str, Any], step: dict[str, Any]) -> QuerySet[Record]:
    entry = registry.whole(step["object"])
    return _holders(actor, entry, entry.fields[step["field"]], plan["from"])


def _is_left(actor: Actor, change_set: ChangeSet) -> bool:
    """Say whether there is more to do: what failed once would fail again."""
    plan = change_set.plan
    return not change_set.counts["failed"] and any(
        _left(actor, plan, step).exists() for step in plan["steps"]
    )


def _next_chunk(actor: Actor, change_set: ChangeSet, pace: Pace) -> None:
    """Write the next records of the present step, or go on to the next step."""
    plan = change_set.plan
    step = plan["steps"][plan["step"]]
    field = registry.whole(step["object"]).fields[step["field"]]
    held = list(_left(actor, plan, step).filter(pk__gt=plan["after"]).order_by("pk")[: pace.size])
    rows = [
        RowWrite(
            {field.key: field.kind.to_json(field.kind.present(field.value_of(record), field))}, record.pk
        )
        for record in held
    ]
    cause = f"merge {change_set.pk}"
    write_chunk(actor, change_set, step["object"], rows, pace, cause=cause, restoring=True)

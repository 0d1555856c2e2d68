"""Handing everything of a leaver to successors, as one change set that can be undone.

What there is to hand over is found in the dictionary (fields that name a person) and among the
settings that have an owner (views, reports, dashboards), so new objects take part by themselves.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from headwater.access import rights
from headwater.access.models import Action
from headwater.jobs.tasks import job
from headwater.metadata import registry
from headwater.records.bulk import RowWrite
from headwater.records.errors import FieldError, Invalid
from headwater.records.find import find_records
from headwater.records.models import Record
from headwater.transfer.at_work import close, job_key
from headwater.transfer.models import ChangeSet
from headwater.transfer.pacing import Pace
from headwater.transfer.stepwise import carry_out, plan_change_set, write_chunk
from headwater.users.actor import Actor, Door
from headwater.users.administration import deactivate, leaves_nobody
from headwater.users.models import Audited, User
from headwater.users.models.audited import name_of


@dataclass(frozen=True)
class Part:
    """What can be handed over as one: ``key`` is ``lead.owner``, or ``report`` for settings.

    Where the person is one of several, she ``can_leave`` without anybody in her place.
    """

    key: str
    label: str
    count: int
    can_leave: bool = False


def survey(actor: Actor, leaver: User) -> list[Part]:
    """Return what a person has, the parts she has nothing of left out. Raises Forbidden."""
    rights.require_administrator(actor)
    parts = [
        Part(f"{name}.{key}", label, _naming(actor, name, key, leaver.pk).count(), _is_many(name, key))
        for name, key, label in _fields()
    ]
    parts += [
        Part(name, str(model.label_plural), model._default_manager.filter(owner=leaver.pk).count())
        for name, model in owned_settings().items()
    ]
    return [part for part in parts if part.count]


def _fields() -> list[tuple[str, str, str]]:
    """Return object, field and label of everything that names a person who works on a record."""
    found = []
    for entry in registry.objects():
        for field in entry.fields.values():
            if entry.is_record and field.target == "user" and field.editable:
                words = {"objects": str(entry.label_plural), "field": str(field.label)}
                label = words["objects"] if field.key == "owner" else _("%(objects)s: %(field)s") % words
                found.append((entry.name, field.key, label))
    return found


def _is_many(name: str, key: str) -> bool:
    return registry.get(name).fields[key].kind.many


def owned_settings() -> dict[str, Any]:
    """Return the tables of settings whose rows have an owner, by the name history keeps them under."""
    owned: dict[str, Any] = {}
    for model in apps.get_models():
        if issubclass(model, Audited) and any(f.name == "owner" for f in model._meta.concrete_fields):
            owned[name_of(model)] = model
    return owned


@transaction.atomic
def hand_over(
    actor: Actor, leaver: User, successors: Mapping[str, int | None], *, switch_off: bool = False
) -> ChangeSet:
    """Give the parts of a leaver to the users named, in the background; other parts stay.

    None takes her out of what she is named in with others, and puts nobody in her place.

    Raises Forbidden, and Invalid for parts and successors that are not there and when nobody
    would be left to administer.
    """
    parts = {part.key: part for part in survey(actor, leaver)}
    errors = []
    named = [number for number in successors.values() if number is not None]
    others = User.objects.filter(pk__in=named, is_active=True).exclude(pk=leaver.pk)
    active = set(others.values_list("pk", flat=True))
    for key, successor in successors.items():
        if key not in parts:
            errors.append(FieldError(key[:80], "not_found", _("There is nothing of this to hand over.")))
        elif successor not in active and not (successor is None and parts[key].can_leave):
            errors.append(FieldError(key, "not_found", _("Choose an active user other than the leaver.")))
    if switch_off and leaves_nobody(leaver):
        errors.append(
            FieldError("switch_off", "last_administrator", _("Somebody must stay an active administrator."))
        )
    if not successors and not switch_off:
        errors.append(FieldError("", "required", _("Choose who takes over.")))
    if errors:
        raise Invalid(errors)
    steps = [
        {"part": key, "label": parts[key].label, "to": to, "total": parts[key].count}
        for key, to in successors.items()
    ]
    plan = {"leaver": leaver.pk, "switch_off": switch_off, "steps": steps, "step": 0, "after": 0}
    change_set = plan_change_set(actor, ChangeSet.Kind.HANDOVER, plan)
    key = job_key(change_set)
    carry_out_handover.using(unique_key=key, actor_id=actor.user_id).enqueue(change_set.pk, actor.door)
    return change_set


@job(queue_name="bulk")
def carry_out_handover(change_set_id: int, door: Door) -> None:
    carry_out(change_set_id, door, _go_on)


def _go_on(actor: Actor, change_set: ChangeSet, pace: Pace) -> None:
    if change_set.plan["step"] < len(change_set.plan["steps"]):
        _next_chunk(actor, change_set, pace)
    else:
        _finish(change_set)


def _next_chunk(actor: Actor, change_set: ChangeSet, pace: Pace) -> None:
    """Write the next records of the present step, or go on to the next step."""
    plan = change_set.plan
    step = plan["steps"][plan["step"]]
    name, _dot, key = step["part"].partition(".")
    if not key:
        _give_settings(change_set, owned_settings()[name], step["to"])
        plan["step"] += 1
        return
    leaver, successor = plan["leaver"], step["to"]
    mine = _naming(actor, name, key, leaver).filter(pk__gt=plan["after"]).order_by("pk")
    found = registry.get(name).fields[key]
    rows = [
        RowWrite({key: _given_on(found.value_of(record), leaver, successor)}, record.pk)
        for record in mine[: pace.size]
    ]
    cause = f"handover {change_set.pk}"
    write_chunk(actor, change_set, name, rows, pace, through=Action.BULK, cause=cause)


def _naming(actor: Actor, name: str, key: str, person: int) -> QuerySet[Record]:
    """Return the records that name a person in a field, be it alone or with others."""
    operator = "has_any" if _is_many(name, key) else "in"
    return find_records(actor, name, {"field": key, "op": operator, "value": [person]})


def _given_on(value: Any, leaver: int, successor: int | None) -> Any:
    """Return a value with the successor, or nobody, in the leaver's place."""
    if not isinstance(value, tuple):
        return successor
    named = dict.fromkeys(successor if number == leaver else number for number in value)
    return [number for number in named if number is not None]


def _give_settings(change_set: ChangeSet, model: Any, successor: int) -> None:
    given = model._default_manager.filter(owner=change_set.plan["leaver"]).update(owner=successor)
    change_set.counts["updated"] += given


def _finish(change_set: ChangeSet) -> None:
    if change_set.plan["switch_off"]:
        deactivate(User.objects.filter(pk=change_set.plan["leaver"]))
    close(change_set)

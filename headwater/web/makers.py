"""What can be made from a record, and the steps it can take: entries of its head."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from headwater.access.models import Action, Scope
from headwater.access.rights import scope
from headwater.metadata import registry
from headwater.metadata.objects import ObjectType
from headwater.pipeline.conversion import verbs_of
from headwater.pipeline.services import STEPS, Step
from headwater.users.actor import Actor


@dataclass(frozen=True)
class Maker:
    """``href`` opens the unsaved form; nothing is written until it is saved."""

    label: str
    href: str
    icon: str


def makers_of(actor: Actor, entry: ObjectType, pk: int) -> list[Maker]:
    """Return what the actor may make from a record that she may edit."""
    return [
        Maker(
            str(verb.label), reverse("make", args=[entry.slug, pk, verb.name]), registry.get(verb.target).icon
        )
        for verb in verbs_of(entry.name)
        if scope(actor, verb.target, Action.CREATE) != Scope.NONE
    ]


def steps_of(entry: ObjectType, record: Any) -> list[Step]:
    """Return the steps that make sense for a record now and that the reader may take."""
    return [
        step for step in STEPS if step.source == entry.name and step.offered(record) and may_take(entry, step)
    ]


def may_take(entry: ObjectType, step: Step) -> bool:
    """Say whether the reader may fill in what a step asks for."""
    return all(key in entry.fields and entry.fields[key].editable for key in step.asks.values())

"""What people do with opportunities: win, lose, close, reopen, move on.

Surfaces offer ``STEPS`` without knowing one by name.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _

from headwater.access.models import Action
from headwater.pipeline.models import Opportunity
from headwater.pipeline.models.opportunity import ENDED, OpportunityStatus
from headwater.records.errors import FieldError, Invalid
from headwater.records.find import get_record
from headwater.records.models import Record
from headwater.records.write import update_record
from headwater.users.actor import Actor


def _opportunity(actor: Actor, pk: Any) -> Opportunity:
    opportunity = get_record(actor, "opportunity", pk, Action.EDIT)
    assert isinstance(opportunity, Opportunity)
    return opportunity


def _update(actor: Actor, pk: Any, values: dict[str, Any]) -> Opportunity:
    opportunity = update_record(actor, "opportunity", pk, values)
    assert isinstance(opportunity, Opportunity)
    return opportunity


More = Mapping[str, Any]
"""Values of further fields, which what is done asks for."""


def win(actor: Actor, pk: Any, more: More | None = None) -> Opportunity:
    """Win an opportunity by hand. Its party may still be a lead: surfaces then offer to make a customer."""
    return _update(actor, pk, {**(more or {}), "status": OpportunityStatus.CONVERTED.value})


@transaction.atomic
def lose(
    actor: Actor,
    pk: Any,
    *,
    reasons: Any,
    competitors: Any = None,
    detail: Any = None,
    more: More | None = None,
) -> Opportunity:
    """Declare an opportunity lost, with at least one reason. Losing it again never moves the loss in time."""
    if not reasons:
        message = say("Give at least one reason for the loss.")
        raise Invalid([FieldError("lost_reasons", "required", message)])
    values = {**(more or {}), "status": OpportunityStatus.LOST.value, "lost_reasons": reasons}
    told = {"competitors": competitors, "lost_detail": detail}
    return _update(actor, pk, values | {key: value for key, value in told.items() if value is not None})


def close(actor: Actor, pk: Any) -> Opportunity:
    """Close an opportunity that is neither won nor lost."""
    return _update(actor, pk, {"status": OpportunityStatus.CLOSED.value})


@transaction.atomic
def reopen(actor: Actor, pk: Any, more: More | None = None) -> Opportunity:
    """Open an ended opportunity again; the old reasons stay in history only."""
    if _opportunity(actor, pk).status not in ENDED:
        raise Invalid([FieldError("status", "not_ended", say("This opportunity is open."))])
    return _update(
        actor,
        pk,
        {
            **(more or {}),
            "status": OpportunityStatus.OPEN.value,
            "lost_reasons": [],
            "competitors": [],
            "lost_detail": "",
        },
    )


@transaction.atomic
def move_to_stage(actor: Actor, pk: Any, stage: Any) -> Opportunity:
    """Move an open opportunity to a stage, forwards or backwards."""
    limits = _opportunity(actor, pk).limits("stage")
    if limits is not None:
        raise Invalid([FieldError("stage", "ended", limits.reason)])
    return _update(actor, pk, {"stage": stage})


@dataclass(frozen=True)
class Step:
    """Something people do with a record besides editing it.

    ``asks`` are the words of its form, each with the field whose control it uses; ``required``
    are those that must be given. ``offered`` says whether it makes sense for a record now. ``run``
    takes the values of ``asks`` by word, and those of further fields by key.
    """

    name: str
    label: str | Promise
    source: str
    offered: Callable[[Any], bool]
    run: Callable[[Actor, Any, Mapping[str, Any], More], Record]
    asks: Mapping[str, str] = field(default_factory=dict)
    required: frozenset[str] = frozenset()


def _is_open(record: Any) -> bool:
    return record.status not in ENDED


def _run_loss(actor: Actor, pk: Any, given: Mapping[str, Any], more: More) -> Record:
    asked = {word: given.get(word) for word in ("reasons", "competitors", "detail")}
    return lose(actor, pk, **asked, more=more)


STEPS: tuple[Step, ...] = (
    Step("win", _("Won"), "opportunity", _is_open, lambda actor, pk, given, more: win(actor, pk, more)),
    Step(
        "loss",
        _("Lost"),
        "opportunity",
        _is_open,
        _run_loss,
        {"reasons": "lost_reasons", "competitors": "competitors", "detail": "lost_detail"},
        frozenset({"reasons"}),
    ),
    Step(
        "reopening",
        _("Reopen"),
        "opportunity",
        lambda record: record.status in ENDED,
        lambda actor, pk, given, more: reopen(actor, pk, more),
    ),
)


def steps_of(source: str) -> list[Step]:
    """Return what people can do with an object's records."""
    return [step for step in STEPS if step.source == source]


def find_step(source: str, name: str) -> Step | None:
    """Find a step by its object and its name in addresses."""
    return next((step for step in steps_of(source) if step.name == name), None)

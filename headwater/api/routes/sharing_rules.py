"""Sharing rules, for administrators."""

from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from ninja import Query, Router

from headwater.access.models import Level, SharingRule
from headwater.api.answers import answer, nothing, page
from headwater.api.auth import ADMINISTERING, caller_of
from headwater.api.schemas import sharing_rules as schemas
from headwater.api.schemas.common import Page, PageQuery
from headwater.records.errors import FieldError, Invalid, NotFound
from headwater.records.sharing import LEVELS
from headwater.records.sharing_rules import services
from headwater.users.actor import Actor

router = Router(tags=["Settings"])
_WORDS = {level: word for word, level in LEVELS.items()}


@router.get("/sharing-rules", response=Page[schemas.SharingRule], auth=ADMINISTERING)
def list_sharing_rules(request: HttpRequest, query: Query[PageQuery]) -> HttpResponse:
    """List the rules. For administrators."""
    caller_of(request).require_administrator()
    found = SharingRule.objects.order_by("id")
    rows, following = query.cut(found)
    return page([_rule_json(rule) for rule in rows], following, count=found.count())


@router.post("/sharing-rules", response={201: schemas.SharingRule}, auth=ADMINISTERING)
def create_sharing_rule(request: HttpRequest, given: schemas.NewSharingRule) -> HttpResponse:
    """Make a rule for a team or a role; its records are found in the background. For administrators."""
    caller = caller_of(request)
    caller.require_administrator()
    values = given.dict()
    rule = SharingRule(
        name=values["name"],
        object=values["object"],
        filter=values["filter"],
        team_id=values["team"],
        role_id=values["role"],
        level=LEVELS[values["level"]],
        is_active=values["is_active"],
    )
    saved = _save(caller.actor, rule)
    return answer(_rule_json(saved), status=201, headers={"Location": f"/api/v1/sharing-rules/{saved.pk}"})


@router.get("/sharing-rules/{int:id}", response=schemas.SharingRule, auth=ADMINISTERING)
def get_sharing_rule(request: HttpRequest, id: int) -> HttpResponse:
    """Read one rule, and how far it is with finding its records. For administrators."""
    caller_of(request).require_administrator()
    return answer(_rule_json(_rule(id)))


@router.patch("/sharing-rules/{int:id}", response=schemas.SharingRule, auth=ADMINISTERING)
def update_sharing_rule(request: HttpRequest, id: int, given: schemas.SharingRuleChange) -> HttpResponse:
    """Change a rule. Records of another filter are found in the background, anything else counts at once.

    For administrators.
    """
    caller = caller_of(request)
    caller.require_administrator()
    rule = _rule(id)
    values = given.dict(exclude_unset=True, exclude_none=True)
    if "team" in values or "role" in values:
        rule.team_id, rule.role_id = values.pop("team", None), values.pop("role", None)
    if "level" in values:
        rule.level = LEVELS[values.pop("level")]
    for name, value in values.items():
        setattr(rule, name, value)
    return answer(_rule_json(_save(caller.actor, rule)))


@router.delete("/sharing-rules/{int:id}", response={204: None}, auth=ADMINISTERING)
def delete_sharing_rule(request: HttpRequest, id: int) -> HttpResponse:
    """Delete a rule; what it shared is out of sight at once. For administrators."""
    caller = caller_of(request)
    caller.require_administrator()
    services.delete_rule(caller.actor, _rule(id))
    return nothing()


def _save(actor: Actor, rule: SharingRule) -> SharingRule:
    try:
        return services.save_rule(actor, rule)
    except ValidationError as problem:
        raise Invalid(
            [FieldError(key, "invalid", texts[0]) for key, texts in problem.message_dict.items()]
        ) from problem


def _rule(pk: int) -> SharingRule:
    rule: SharingRule | None = SharingRule.objects.filter(pk=pk).first() if 0 < pk < 2**63 else None
    if rule is None:
        raise NotFound("sharing_rule", pk)
    return rule


def _rule_json(rule: SharingRule) -> dict[str, Any]:
    state = services.state_of(rule)
    return {
        "id": rule.pk,
        "name": rule.name,
        "object": rule.object,
        "filter": rule.filter,
        "team": rule.team_id,
        "role": rule.role_id,
        "level": _WORDS[Level(rule.level)],
        "is_active": rule.is_active,
        "records": state.records,
        "walk": None if state.done is None else {"done": state.done, "total": state.total},
        "filled_at": rule.filled_at,
        "problem": state.problem,
    }

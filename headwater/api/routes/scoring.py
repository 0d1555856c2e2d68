"""The rules that score leads, for administrators."""

from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from ninja import Query, Router

from headwater.api.answers import answer, nothing, page
from headwater.api.auth import ADMINISTERING, caller_of
from headwater.api.schemas import scoring as schemas
from headwater.api.schemas.common import Page, PageQuery
from headwater.pipeline import scoring
from headwater.pipeline.models import ScoreRule
from headwater.records.errors import FieldError, Invalid, NotFound
from headwater.users.actor import Actor

router = Router(tags=["Settings"])


@router.get("/score-rules", response=Page[schemas.ScoreRule], auth=ADMINISTERING)
def list_score_rules(request: HttpRequest, query: Query[PageQuery]) -> HttpResponse:
    """List the rules. For administrators."""
    caller_of(request).require_administrator()
    found = ScoreRule.objects.order_by("id")
    rows, following = query.cut(found)
    return page([_rule_json(rule) for rule in rows], following, count=found.count())


@router.post("/score-rules", response={201: schemas.ScoreRule}, auth=ADMINISTERING)
def create_score_rule(request: HttpRequest, given: schemas.NewScoreRule) -> HttpResponse:
    """Make a rule; the leads get their points in the background. For administrators."""
    caller = caller_of(request)
    caller.require_administrator()
    rule = _save(caller.actor, ScoreRule(**given.dict()))
    return answer(_rule_json(rule), status=201, headers={"Location": f"/api/v1/score-rules/{rule.pk}"})


@router.get("/score-rules/{int:id}", response=schemas.ScoreRule, auth=ADMINISTERING)
def get_score_rule(request: HttpRequest, id: int) -> HttpResponse:
    """Read one rule. For administrators."""
    caller_of(request).require_administrator()
    return answer(_rule_json(_rule(id)))


@router.patch("/score-rules/{int:id}", response=schemas.ScoreRule, auth=ADMINISTERING)
def update_score_rule(request: HttpRequest, id: int, given: schemas.ScoreRuleChange) -> HttpResponse:
    """Change a rule; the leads follow in the background. For administrators."""
    caller = caller_of(request)
    caller.require_administrator()
    rule = _rule(id)
    for name, value in given.dict(exclude_unset=True, exclude_none=True).items():
        setattr(rule, name, value)
    return answer(_rule_json(_save(caller.actor, rule)))


@router.delete("/score-rules/{int:id}", response={204: None}, auth=ADMINISTERING)
def delete_score_rule(request: HttpRequest, id: int) -> HttpResponse:
    """Delete a rule; the leads lose its points in the background. For administrators."""
    caller = caller_of(request)
    caller.require_administrator()
    scoring.delete_rule(caller.actor, _rule(id))
    return nothing()


def _save(actor: Actor, rule: ScoreRule) -> ScoreRule:
    try:
        return scoring.save_rule(actor, rule)
    except ValidationError as problem:
        raise Invalid(
            [FieldError(key, "invalid", texts[0]) for key, texts in problem.message_dict.items()]
        ) from problem


def _rule(pk: int) -> ScoreRule:
    rule: ScoreRule | None = ScoreRule.objects.filter(pk=pk).first() if 0 < pk < 2**63 else None
    if rule is None:
        raise NotFound("score_rule", pk)
    return rule


def _rule_json(rule: ScoreRule) -> dict[str, Any]:
    return {
        "id": rule.pk,
        "name": rule.name,
        "points": rule.points,
        "filter": rule.filter,
        "is_active": rule.is_active,
        "problem": scoring.problem_of(rule),
    }

"""Making and changing sharing rules: a filter whose records a team or a role sees, or edits."""

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from headwater.access import grants
from headwater.access.models import Level, RuleWalk, SharingRule
from headwater.access.rights import require_administrator
from headwater.metadata import registry
from headwater.metadata.custom.conditions import parse_rule
from headwater.metadata.errors import FilterError, Problem
from headwater.metadata.filters import Filter
from headwater.metadata.objects import ObjectType
from headwater.records.context import filter_context
from headwater.records.find import find_records
from headwater.records.sharing_rules.reach import asks_the_reader, leaves_of, turns_of
from headwater.records.sharing_rules.walks import begin, begin_anew
from headwater.users.actor import SYSTEM, Actor
from headwater.users.models import Role, Team

MOST_RULES = 100


@dataclass(frozen=True)
class State:
    """How a rule is doing: how many records it shares now, how far it is with asking all of them, and why its
    filter cannot be read any more, if so. ``done`` is None while nothing is being asked.
    """

    records: int
    done: int | None
    total: int
    problem: str


def rule_objects() -> list[ObjectType]:
    """Return the objects whose records rules can share."""
    return registry.whole_objects()


def check_filter(object_name: str, tree: Any) -> Filter:
    """Read the filter of a rule. Raises FilterError for what lists refuse, and for what a rule cannot ask."""
    parsed = parse_rule(object_name, tree)
    problems = []
    for at, leaf in leaves_of(parsed.root):
        if asks_the_reader(leaf):
            text = _(
                "“%(field)s” means something else for every reader. A sharing rule needs a fixed answer."
            )
            problems.append(Problem(at, "of_the_reader", text % {"field": leaf.path.label}))
        elif turns_of(leaf) == "hour":
            text = _(
                "Rules are asked again once a day: count in days instead of hours, with “today” for “now”."
            )
            problems.append(Problem(at, "by_the_hour", text))
    if parsed.is_empty:
        text = _("Choose at least one condition. Who is to see every record gets that right from the role.")
        problems.append(Problem("", "empty", text))
    if problems:
        raise FilterError(problems)
    parsed.to_q(filter_context(SYSTEM))
    return parsed


@transaction.atomic
def save_rule(actor: Actor, rule: SharingRule) -> SharingRule:
    """Store a new or changed rule.

    Another filter takes effect as the background finds its records; anything else on the next request.
    Raises Forbidden, ValidationError with messages per field, and FilterError.
    """
    require_administrator(actor)
    before = SharingRule.objects.select_for_update().filter(pk=rule.pk).first() if rule.pk else None
    rule.name = " ".join(rule.name.split())
    if problems := _problems(rule, before):
        raise ValidationError(problems)
    rule.filter = check_filter(rule.object, rule.filter).to_json()
    if before is None:
        rule.save()
        begin(rule)
        return rule
    rule.generation, rule.filled_at = before.generation, before.filled_at
    rule.save()
    if rule.filter != before.filter:
        begin_anew(rule)
    return rule


def _problems(rule: SharingRule, before: SharingRule | None) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    if not rule.name or len(rule.name) > 120 or "\x00" in rule.name:
        found["name"] = [_("Write a name, with at most 120 characters.")]
    elif before is None and SharingRule.objects.count() >= MOST_RULES:
        found["name"] = [_("There can be at most %(most)d rules.") % {"most": MOST_RULES}]
    if rule.object not in {entry.name for entry in rule_objects()}:
        found["object"] = [_("Choose one of the list.")]
    elif before is not None and rule.object != before.object:
        found["object"] = [_("A rule stays with its kind of records. Make another rule instead.")]
    if (rule.team_id is None) == (rule.role_id is None):
        found["team"] = [_("Choose a team or a role, one of both.")]
    elif rule.team_id is not None and not Team.objects.filter(pk=rule.team_id).exists():
        found["team"] = [_("Choose one of the list.")]
    elif rule.role_id is not None and not Role.objects.filter(pk=rule.role_id).exists():
        found["role"] = [_("Choose one of the list.")]
    if rule.level not in Level.values:
        found["level"] = [_("Choose: see, or see and edit.")]
    return found


@transaction.atomic
def delete_rule(actor: Actor, rule: SharingRule) -> None:
    """Delete a rule; what it shared is out of sight on the next request. Raises Forbidden."""
    from headwater.records.jobs import throw_away_grants

    require_administrator(actor)
    rule.delete()
    throw_away_grants.enqueue()


def state_of(rule: SharingRule) -> State:
    """Return how a rule is doing."""
    held = grants.Held(rule.object, (grants.rule_holder(rule),), Level.SEE)
    living = registry.base(rule.object).unscoped.filter(deleted_at__isnull=True)
    there = living.filter(pk__in=held.numbers())
    check = RuleWalk.objects.filter(rule=rule).first()
    done = check.done if check else None
    return State(there.count(), done, check.total if check else 0, problem_of(rule))


def problem_of(rule: SharingRule) -> str:
    """Say why a rule cannot be used any more; nothing when it can."""
    try:
        parse_rule(rule.object, rule.filter).to_q(filter_context(SYSTEM))
    except FilterError as problem:
        return problem.problems[0].message
    return ""


def count_found(object_name: str, tree: Any) -> int:
    """Return how many records a filter would share. Raises FilterError."""
    return find_records(SYSTEM, object_name, check_filter(object_name, tree)).count()

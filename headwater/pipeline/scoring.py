"""The score of leads: points by rules that administrators write as filters.

The score is stored, so that lists, boards and reports can use it like any number. It follows every
writing of a lead at once. What a rule asks of related records, or of the calendar, is looked at
again every night.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, cast

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from headwater.access.rights import require_administrator
from headwater.history.services import DELETED
from headwater.lib.memo import shared
from headwater.metadata import reading
from headwater.metadata.errors import FilterError
from headwater.metadata.filters import parse_filter
from headwater.pipeline.models import Lead, ScoreRule
from headwater.records.context import filter_context
from headwater.records.effects import Write
from headwater.records.facts import Fact, lock_records, write_facts_of_many
from headwater.records.find import find_records
from headwater.users.actor import SYSTEM, Actor

MOST_RULES = 50
MOST_POINTS = 100
_BATCH = 500

Reasons = list[list[int]]


@dataclass(frozen=True)
class Reason:
    """Why a lead has points: the rule's name and what it gave."""

    name: str
    points: int


@shared
def rules() -> tuple[ScoreRule, ...]:
    """Return every rule, the weightiest first."""
    return tuple(ScoreRule.objects.all())


def reasons_of(lead: Lead) -> list[Reason]:
    """Return why a lead has its score, in the order of the rules.

    Rules about fields that the reader does not have are left out.
    """
    points = dict(lead.score_reasons)
    return [Reason(rule.name, points[rule.pk]) for rule in rules() if rule.pk in points and _is_open(rule)]


def _is_open(rule: ScoreRule) -> bool:
    if reading.current() is None:
        return True
    try:
        parse_filter("lead", rule.filter)
    except FilterError:
        return False
    return True


def problem_of(rule: ScoreRule) -> str:
    """Say why a rule cannot be used any more; nothing when it can."""
    try:
        parse_filter("lead", rule.filter).to_q(filter_context(SYSTEM))
    except FilterError as problem:
        return problem.problems[0].message
    return ""


@transaction.atomic
def save_rule(actor: Actor, rule: ScoreRule) -> ScoreRule:
    """Store a new or changed rule; the leads follow in the background.

    Raises Forbidden, ValidationError with messages per field, and FilterError.
    """
    require_administrator(actor)
    rule.name = " ".join(rule.name.split())
    problems: dict[str, list[str]] = {}
    if not rule.name or len(rule.name) > 120 or "\x00" in rule.name:
        problems["name"] = [_("Write a name, with at most 120 characters.")]
    if not rule.points or abs(rule.points) > MOST_POINTS:
        message = _("Write a whole number from -%(most)d to %(most)d, and not 0.")
        problems["points"] = [message % {"most": MOST_POINTS}]
    if rule._state.adding and ScoreRule.objects.count() >= MOST_RULES:
        problems["name"] = [_("There can be at most %(most)d rules.") % {"most": MOST_RULES}]
    if problems:
        raise ValidationError(problems)
    parsed = parse_filter("lead", rule.filter)
    parsed.to_q(filter_context(SYSTEM))  # a rule is asked for nobody: "me" means nothing in it
    rule.filter = parsed.to_json()
    rule.save()
    _score_all_again()
    return rule


@transaction.atomic
def delete_rule(actor: Actor, rule: ScoreRule) -> None:
    """Delete a rule; the leads lose its points in the background. Raises Forbidden."""
    require_administrator(actor)
    rule.delete()
    _score_all_again()


def _score_all_again() -> None:
    from headwater.pipeline.jobs import score_leads

    # One more even while another is at work, which has passed some leads already.
    score_leads.enqueue()


def leads_written(actor: Actor, writes: Sequence[Write]) -> None:
    """Score leads that were just written."""
    pks = {w.record.pk for w in writes if w.verb != DELETED and set(w.changes) != {"score"}}
    if pks and rules():
        _store(pks, {w.record.pk: w.record for w in writes})


def score_all() -> int:
    """Score every lead anew; return how many have another score than before."""
    changed, last = 0, 0
    leads = find_records(SYSTEM, "lead").order_by("pk")
    while pks := list(leads.filter(pk__gt=last).values_list("pk", flat=True)[:_BATCH]):
        with transaction.atomic():
            changed += _store(set(pks), {})
        last = pks[-1]
    return changed


def _store(pks: set[int], loaded: dict[int, Any]) -> int:
    """Store what the rules say now of some leads, of which some are ``loaded``; count the changes."""
    wanted = _judge(pks)
    leads = cast("QuerySet[Lead]", find_records(SYSTEM, "lead"))
    stored = leads.filter(pk__in=pks).values_list("pk", "score", "score_reasons")
    changed = {pk for pk, score, reasons in stored if (score, reasons) != _score(wanted[pk])}
    if not changed:
        return 0
    locked = lock_records("lead", changed - set(loaded))
    facts = []
    for pk in sorted(changed):
        record = loaded.get(pk) or locked.get(pk)
        if record is not None:
            score, reasons = _score(wanted[pk])
            facts.append(Fact(record, {"score": score, "score_reasons": reasons}))
    write_facts_of_many(SYSTEM, "lead", facts)
    return len(facts)


def _judge(pks: Iterable[int]) -> dict[int, Reasons]:
    """Ask every rule which of the leads meet it."""
    found: dict[int, Reasons] = {pk: [] for pk in pks}
    for rule in rules():
        if not rule.is_active:
            continue
        try:
            leads = find_records(SYSTEM, "lead", rule.filter)
        except FilterError:
            continue  # the settings page says what is wrong with it
        for pk in leads.filter(pk__in=list(found)).order_by().values_list("pk", flat=True):
            found[pk].append([rule.pk, rule.points])
    return found


def _score(reasons: Reasons) -> tuple[int | None, Reasons]:
    return sum(points for _number, points in reasons) if reasons else None, reasons

"""Beginning to ask all records for a rule."""

from django.db import transaction

from headwater.access import grants
from headwater.access.models import RuleWalk, SharingRule
from headwater.metadata import registry


@transaction.atomic
def begin_anew(rule: SharingRule) -> None:
    """Let nothing that a rule found before count, and find it anew, as its filter is now."""
    rule.generation += 1
    rule.filled_at = None
    rule.save(update_fields=["generation", "filled_at"])
    begin(rule)


def begin(rule: SharingRule) -> None:
    """Find all records of a rule, of whose present filter nothing is known yet."""
    grants.note_holders([(rule.object, grants.rule_holder(rule))])
    walk_again(rule.pk)


def walk_again(number: int) -> None:
    """Ask all records for a rule, from the first on, in the background. What it found counts meanwhile."""
    from headwater.records.jobs import walk_rule

    rule = SharingRule.objects.get(pk=number)
    fresh = {"place": 0, "done": 0, "total": registry.base(rule.object).unscoped.count()}
    RuleWalk.objects.update_or_create(rule=rule, defaults=fresh)
    # One more even while another is at work, which may be about to end.
    walk_rule.enqueue(number)

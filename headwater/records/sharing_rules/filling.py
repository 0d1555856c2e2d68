"""Jobs of sharing rules: they ask many records, in small transactions, and can be killed at any time.

A walk asks all records for one rule. How far it came is a row, so another run goes on from there. It begins
after whoever writes by older rules or by older settings is done; whoever begins to write later keeps
the rule herself. So no record is missed, however many people write meanwhile.
"""

from collections.abc import Mapping, Sequence

from django.db import transaction
from django.db.models import Q

from headwater.access import grants
from headwater.access.models import Grant, Holding, RuleWalk, SharingRule
from headwater.jobs import services as jobs
from headwater.lib import clock
from headwater.metadata import reading, registry
from headwater.metadata.custom import standing
from headwater.records.sharing_rules import truth
from headwater.records.sharing_rules.truth import Asked
from headwater.records.sharing_rules.walks import walk_again

BATCH = 1_000


def walk(number: int) -> None:
    """Bring the grants of a rule in step with all records, from where an earlier run stopped."""
    while True:
        _let_writers_end(number)
        check = _walk_some(number)
        if check is None:
            break
        jobs.report_progress(check.done, max(check.total, check.done))
    throw_away()


def _let_writers_end(number: int) -> None:
    """At the beginning of a walk, wait for those who write and do not know of it."""
    if RuleWalk.objects.filter(rule=number, place=0).exists():
        _wait()


@transaction.atomic
def _wait() -> None:
    standing.change()


@transaction.atomic
def _walk_some(number: int) -> RuleWalk | None:
    """Ask the next records; return how far that is, None at the end."""
    standing.keep()
    # In this order, as everybody who changes a rule takes them.
    rule = SharingRule.objects.select_for_update().filter(pk=number).first()
    check = RuleWalk.objects.select_for_update().filter(rule=number).first()
    if rule is None or check is None:
        return None
    asked = Asked.of(rule)
    if asked is None:  # the settings page says why; when it can be read again, it begins anew
        check.delete()
        return None
    after = registry.whole(rule.object).unscoped.filter(pk__gt=check.place).order_by("pk")
    numbers = list(after.values_list("pk", flat=True)[:BATCH])
    truth.correct(asked, numbers)
    if len(numbers) < BATCH:
        check.delete()
        rule.filled_at = clock.now()
        rule.save(update_fields=["filled_at"])
        return None
    check.place, check.done = numbers[-1], check.done + len(numbers)
    check.save(update_fields=["place", "done"])
    return check


def follow(object_name: str, numbers: Sequence[int], left: Mapping[str, Sequence[int]]) -> None:
    """Judge the records again that rules judge by some records of another object.

    ``left`` are the numbers of those that they belonged to before, by the field that says so.
    """
    _wait()
    for asked in truth.all_asked():
        with reading.reading(None):
            leading = _leading(asked, object_name, numbers, left)
        if leading is not None:
            _judge(asked, leading)


def _leading(
    asked: Asked, object_name: str, numbers: Sequence[int], left: Mapping[str, Sequence[int]]
) -> Q | None:
    """Return the condition for the records that a rule judges by others; None where it does not."""
    links = [link for link in asked.reads.links if link.object == object_name]
    if not links:
        return None
    found = Q(pk__in=[])
    for link in links:
        found |= link.reach(numbers)
        if link.left and left.get(link.via):
            found |= link.left(left[link.via])
    return found


def _judge(asked: Asked, leading: Q) -> None:
    rows = registry.whole(asked.object).unscoped
    place = 0
    while True:
        with transaction.atomic():
            standing.keep()
            after = rows.filter(leading, pk__gt=place).order_by("pk")
            numbers = list(after.values_list("pk", flat=True)[:BATCH])
            truth.correct(asked, numbers)
        if len(numbers) < BATCH:
            return
        place = numbers[-1]
        jobs.report_progress(0, 1)


def throw_away() -> None:
    """Remove what rules that are gone, or earlier filters, once found. None of it counts any more."""
    held = Holding.objects.filter(holder__startswith="rule:").values_list("holder", flat=True)
    words = set(held)
    words -= {grants.rule_holder(rule) for rule in SharingRule.objects.all()}
    for word in sorted(words):
        old = Grant.objects.filter(holder=word)
        while numbers := list(old.values_list("pk", flat=True)[:BATCH]):
            Grant.objects.filter(pk__in=numbers).delete()
            jobs.report_progress(0, 1)
        grants.forget_holder(word)


def walk_all() -> None:
    """Ask all records for every rule: what depends on the day is another today."""
    for number in SharingRule.objects.order_by("pk").values_list("pk", flat=True):
        walk_again(number)
    throw_away()

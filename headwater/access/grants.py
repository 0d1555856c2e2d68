"""Who holds which grants: the part of visibility that does not come from owners.

A holder is a word: a user, a team, a role, or a sharing rule. A person holds what is granted to
herself, to her role, to her team and those above it, and to the rules in force that name one of
them. So switching a rule off, or changing whom it is for and what it gives, is one row of settings
and counts at the next request, however many records it found.
"""

from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import Q, QuerySet

from headwater.access import rights
from headwater.access.models import Action, Grant, Holding, Level, Scope, SharingRule, Source
from headwater.lib.memo import shared
from headwater.metadata.custom.conditions import parse_rule
from headwater.metadata.errors import FilterError, UnknownObject
from headwater.metadata.filters import Filter
from headwater.users import teams
from headwater.users.actor import Actor
from headwater.users.models import User

_BATCH = 500


def user_holder(pk: int) -> str:
    """Return the word for a user as holder."""
    return f"user:{pk}"


def team_holder(pk: int) -> str:
    """Return the word for a team, which means its people and those of the teams below."""
    return f"team:{pk}"


def role_holder(pk: int) -> str:
    """Return the word for a role as holder."""
    return f"role:{pk}"


def rule_holder(rule: SharingRule) -> str:
    """Return the word for a rule with its present filter."""
    return f"rule:{rule.pk}:{rule.generation}"


def read_holder(word: str) -> tuple[str, int]:
    """Return the sort and the number that a word stands for."""
    sort, number, *_generation = word.split(":")
    return sort, int(number)


def people_of(holder: str) -> set[int]:
    """Return the active people for whom a word other than a rule's stands."""
    sort, number = read_holder(holder)
    active = User.objects.filter(is_active=True)
    if sort == "user":
        found = active.filter(pk=number)
    elif sort == "team":
        found = active.filter(team__in=teams.with_descendants(number))
    else:
        found = active.filter(role=number)
    return set(found.values_list("pk", flat=True))


@shared
def rules() -> tuple[SharingRule, ...]:
    """Return every sharing rule."""
    return tuple(SharingRule.objects.select_related("team", "role"))


@shared
def rule_filters() -> Mapping[int, Filter]:
    """Return the filters of rules, by rule; one that cannot be read any more is left out."""
    found = {}
    for rule in rules():
        with suppress(FilterError, UnknownObject):
            found[rule.pk] = parse_rule(rule.object, rule.filter)
    return found


@shared
def _holdings() -> frozenset[tuple[str, str]]:
    return frozenset(Holding.objects.values_list("object", "holder"))


def holders_of(user: User) -> list[str]:
    """Return the holders whose shares by hand a user has."""
    above = teams.with_ancestors(user.team_id)
    return [user_holder(user.pk), role_holder(user.role_id), *(team_holder(team) for team in above)]


def rules_of(user: User, object_name: str) -> list[SharingRule]:
    """Return the rules in force on an object that reach a user.

    One whose filter cannot be read gives nothing: nobody keeps what it once found.
    """
    above = teams.with_ancestors(user.team_id)
    return [
        rule
        for rule in rules()
        if rule.is_active and rule.object == object_name
        if rule.role_id == user.role_id or rule.team_id in above
        if rule.pk in rule_filters()
    ]


def level_for(actor: Actor, object_name: str, action: str) -> Level | None:
    """Return the level a grant must have to give a right; None where no grant gives it.

    Grants let people see, or see and edit. What else may be done with a record is decided by its
    owner; only a role that may take away or change many of *all* records may do it with these too.
    No grant gives what the role does not have at all.
    """
    if rights.scope(actor, object_name, action) == Scope.NONE:
        return None
    if action == Action.SEE:
        return Level.SEE
    if action == Action.EDIT:
        return Level.EDIT
    wide = action in (Action.EXPORT, Action.BULK) and rights.given(actor, object_name, action) == Scope.ALL
    return Level.SEE if wide else None


class Held(NamedTuple):
    """What an actor holds of an object: under which words, and at which level at least.

    ``asked`` is what is asked of the grants besides: it spares looking at the records of the others.
    """

    object_name: str
    holders: tuple[str, ...]
    level: Level
    asked: Q = Q()

    def numbers(self) -> QuerySet[Grant, Any]:
        """Return the query for the records' numbers, some perhaps more than once."""
        found = Grant.objects.filter(self.asked, object=self.object_name, holder__in=self.holders)
        # What a rule gives is said by the rule; its grants say nothing less.
        found = found if self.level == Level.SEE else found.filter(level__gte=self.level)
        return found.values("record_id")


def held(actor: Actor, object_name: str, action: str = Action.SEE) -> Held | None:
    """Return what an actor holds that gives her a right; None when she holds nothing of the sort.

    Asks nothing of the table of grants itself.
    """
    level = level_for(actor, object_name, action)
    if level is None or actor.user is None:
        return None
    known = _holdings()
    named = [word for word in holders_of(actor.user) if (object_name, word) in known]
    ruled = [
        word
        for rule in rules_of(actor.user, object_name)
        if rule.level >= level and (object_name, word := rule_holder(rule)) in known
    ]
    if not named and not ruled:
        return None
    return Held(object_name, (*named, *ruled), level)


def holds_by_name(actor: Actor, object_name: str) -> bool:
    """Say whether an actor has, or had, a grant of her own on an object, by a share or as an assignee."""
    return actor.user is not None and (object_name, user_holder(actor.user.pk)) in _holdings()


def of_record(object_name: str, pk: int) -> list[Grant]:
    """Return every grant of one record, those of rules that are not in force among them."""
    return list(Grant.objects.filter(object=object_name, record_id=pk).order_by("source", "holder"))


def counting(user: User, object_name: str, grants: Iterable[Grant]) -> list[Grant]:
    """Return those of a record's grants that count for a user, rules with the level they give now."""
    mine = set(holders_of(user))
    ruled = {rule_holder(rule): rule.level for rule in rules_of(user, object_name)}
    found = []
    for grant in grants:
        if grant.source == Source.RULE and grant.holder in ruled:
            grant.level = ruled[grant.holder]
            found.append(grant)
        elif grant.source != Source.RULE and grant.holder in mine:
            found.append(grant)
    return found


def give(
    object_name: str, holder: str, records: Mapping[int, datetime], *, level: Level, source: Source
) -> None:
    """Grant records, given by number with their creation, to a holder.

    Those that it has from this source keep one grant, of this level.
    """
    write_all(
        [
            Grant(
                object=object_name,
                record_id=pk,
                holder=holder,
                level=level,
                source=source,
                created_at=created,
            )
            for pk, created in sorted(records.items())
        ]
    )


def write_all(rows: Collection[Grant]) -> None:
    """Write grants, in the transaction of what they come from; one that is there takes the new level."""
    if not rows:
        return
    places = {(row.object, row.holder) for row in rows}
    Grant.objects.bulk_create(
        rows,
        batch_size=_BATCH,
        update_conflicts=True,
        update_fields=["level", "created_at"],
        unique_fields=["object", "record_id", "holder", "source"],
    )
    if new := places - _holdings():
        note_holders(new)


def note_holders(places: Iterable[tuple[str, str]]) -> None:
    """Let holders, each with its object, be asked for their grants from now on."""
    Holding.objects.bulk_create(
        [Holding(object=name, holder=word) for name, word in sorted(places)], ignore_conflicts=True
    )


def take_away(object_name: str, numbers: Collection[int], **which: Any) -> None:
    """Remove the grants of records that ``which`` (``holder``, ``source``) names."""
    Grant.objects.filter(object=object_name, record_id__in=numbers, **which).delete()


def move(object_name: str, born: Mapping[int, datetime]) -> None:
    """Let the grants of records, given by number, follow to another creation: lists walk them by it."""
    granted = Grant.objects.filter(object=object_name, record_id__in=born)
    for pk in set(granted.values_list("record_id", flat=True)):
        Grant.objects.filter(object=object_name, record_id=pk).update(created_at=born[pk])


def forget_holder(word: str) -> None:
    """Remove everything that a holder has: there is nobody any more whom it stands for."""
    Grant.objects.filter(holder=word).delete()
    Holding.objects.filter(holder=word).delete()

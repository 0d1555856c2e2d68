"""Operators on links to records and people."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _

from headwater.lib.joining import all_of, any_of
from headwater.lib.memo import shared
from headwater.metadata import titles
from headwater.metadata.context import FilterContext
from headwater.metadata.errors import BadValue, FilterError, Problem
from headwater.metadata.kinds.relations import clean_id, clean_user
from headwater.metadata.objects import Field
from headwater.metadata.operators.base import Operator, read_list, read_nothing, registry_of, show_nothing
from headwater.users import teams
from headwater.users.models import User


def _read(raw: Any, field: Field) -> int:
    value = field.kind.clean(raw, field)
    if value is None:
        raise BadValue("no_value", say("Choose at least one."))
    return int(value)


def _show(operand: tuple[int, ...], field: Field, context: FilterContext) -> str:
    names = titles.titles_of(field.target or "", operand, context)
    return any_of(names.get(pk, f"#{pk}") for pk in operand)


def own_id(context: FilterContext) -> int:
    """Return the number of who asks. Raises FilterError when it is the system."""
    if context.actor.user_id is None:
        raise FilterError([Problem("", "no_user", say("“Me” means nothing here: no person is asking."))])
    return context.actor.user_id


def _team_ids(context: FilterContext, below: bool) -> tuple[int, ...]:
    user = context.actor.user
    if user is None or user.team_id is None:
        raise FilterError(
            [Problem("", "no_team", say("“My team” means nothing here: you belong to no team."))]
        )
    return teams.member_ids(tuple(teams.with_descendants(user.team_id)) if below else (user.team_id,))


@shared
def _active_ids() -> frozenset[int]:
    return frozenset(User.objects.filter(is_active=True).values_list("pk", flat=True))


RELATION_OPERATORS = registry_of(
    Operator(
        "in",
        _("%(field)s is %(value)s"),
        "many",
        read_list(_read),
        lambda lookup, operand, context: Q(**{f"{lookup}__in": operand}),
        lambda value, operand, context: value in operand,
        _show,
    ),
    Operator(
        "not_in",
        _("%(field)s is not %(value)s"),
        "many",
        read_list(_read),
        lambda lookup, operand, context: ~Q(**{f"{lookup}__in": operand}),
        lambda value, operand, context: value not in operand,
        _show,
        keeps_empty=True,
    ),
    Operator(
        "me",
        _("%(field)s is me"),
        "none",
        read_nothing,
        lambda lookup, operand, context: Q(**{lookup: own_id(context)}),
        lambda value, operand, context: bool(value == own_id(context)),
        show_nothing,
    ),
    Operator(
        "my_team",
        _("%(field)s is in my team"),
        "none",
        read_nothing,
        lambda lookup, operand, context: Q(**{f"{lookup}__in": _team_ids(context, below=False)}),
        lambda value, operand, context: value in _team_ids(context, below=False),
        show_nothing,
    ),
    Operator(
        "my_team_and_below",
        _("%(field)s is in my team or below"),
        "none",
        read_nothing,
        lambda lookup, operand, context: Q(**{f"{lookup}__in": _team_ids(context, below=True)}),
        lambda value, operand, context: value in _team_ids(context, below=True),
        show_nothing,
    ),
    Operator(
        "active",
        _("%(field)s is an active user"),
        "none",
        read_nothing,
        lambda lookup, operand, context: Q(**{f"{lookup}__in": sorted(_active_ids())}),
        lambda value, operand, context: value in _active_ids(),
        show_nothing,
    ),
)


def _read_one(raw: Any, field: Field) -> int:
    number = clean_user(raw) if field.target == "user" else clean_id(raw)
    if number is None:
        raise BadValue("no_value", say("Choose at least one."))
    return number


@dataclass(frozen=True)
class Targets:
    """Some records of an object: what ``relations`` are compared with."""

    object: str
    numbers: tuple[int, ...]

    def seen(self, context: FilterContext) -> list[int]:
        """Return those that the reader may see: to what she may not see nothing is linked, for her."""
        known = titles.titles_of(self.object, self.numbers, context)
        return [number for number in self.numbers if number in known]


_read_numbers = read_list(_read_one)


def _read_targets(raw: Any, field: Field) -> Targets:
    return Targets(field.target or "", _read_numbers(raw, field))


def _names(operand: Targets, context: FilterContext) -> list[str]:
    names = titles.titles_of(operand.object, operand.numbers, context)
    return [names.get(pk, f"#{pk}") for pk in operand.numbers]


def _has_all(lookup: str, operand: Targets, context: FilterContext) -> Q:
    seen = operand.seen(context)
    if len(seen) < len(operand.numbers):
        return Q(pk__in=())
    found = Q()
    for number in seen:
        found &= Q(**{f"{lookup}__contains": f"|{number}|"})
    return found


def _has_one_of(lookup: str, numbers: Iterable[int]) -> Q:
    found = Q(pk__in=())
    for number in numbers:
        found |= Q(**{f"{lookup}__contains": f"|{number}|"})
    # Follows from the rest; said in the words of the index that holds only what is not empty.
    return Q(**{f"{lookup}__gt": ""}) & found


def _has_any(lookup: str, operand: Targets, context: FilterContext) -> Q:
    return _has_one_of(lookup, operand.seen(context))


def _any_in(value: Any, operand: Targets, context: FilterContext) -> bool:
    return any(number in value for number in operand.seen(context))


def _of_people(key: str, label: Any, people: Callable[[FilterContext], Iterable[int]]) -> Operator:
    """Return the operator that asks whether some people are among several, without an operand."""
    return Operator(
        key,
        label,
        "none",
        read_nothing,
        lambda lookup, operand, context: _has_one_of(lookup, people(context)),
        lambda value, operand, context: any(number in value for number in people(context)),
        show_nothing,
    )


RELATIONS_OPERATORS = registry_of(
    _of_people("me", _("%(field)s has me"), lambda context: (own_id(context),)),
    _of_people(
        "my_team", _("%(field)s has somebody of my team"), lambda context: _team_ids(context, below=False)
    ),
    _of_people(
        "my_team_and_below",
        _("%(field)s has somebody of my team or below"),
        lambda context: _team_ids(context, below=True),
    ),
    Operator(
        "has_any",
        _("%(field)s has %(value)s"),
        "many",
        _read_targets,
        _has_any,
        _any_in,
        lambda operand, field, context: any_of(_names(operand, context)),
    ),
    Operator(
        "has_all",
        _("%(field)s has %(value)s"),
        "many",
        _read_targets,
        _has_all,
        lambda value, operand, context: (
            len(seen := operand.seen(context)) == len(operand.numbers) and set(seen) <= set(value)
        ),
        lambda operand, field, context: all_of(_names(operand, context)),
    ),
    Operator(
        "has_none",
        _("%(field)s has not %(value)s"),
        "many",
        _read_targets,
        lambda lookup, operand, context: ~_has_any(lookup, operand, context),
        lambda value, operand, context: not _any_in(value, operand, context),
        lambda operand, field, context: any_of(_names(operand, context)),
        keeps_empty=True,
    ),
)

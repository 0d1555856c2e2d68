"""Operators on links to records and people."""

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _

from headwater.lib.joining import any_of
from headwater.lib.memo import shared
from headwater.metadata import titles
from headwater.metadata.context import FilterContext
from headwater.metadata.errors import BadValue, FilterError, Problem
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


def _own_id(context: FilterContext) -> int:
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
        lambda lookup, operand, context: Q(**{lookup: _own_id(context)}),
        lambda value, operand, context: bool(value == _own_id(context)),
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

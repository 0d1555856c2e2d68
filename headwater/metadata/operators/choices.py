"""Operators on one or several options."""

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from headwater.lib.joining import all_of, any_of
from headwater.metadata.context import FilterContext
from headwater.metadata.kinds.choices import find_key
from headwater.metadata.objects import Field
from headwater.metadata.operators.base import Operator, read_list, registry_of

_read_keys = read_list(find_key)


def _show(operand: tuple[str, ...], field: Field, context: FilterContext) -> str:
    return any_of(field.choice_label(key) for key in operand)


def _show_all(operand: tuple[str, ...], field: Field, context: FilterContext) -> str:
    return all_of(field.choice_label(key) for key in operand)


def _in(lookup: str, operand: tuple[str, ...], context: FilterContext) -> Q:
    return Q(**{f"{lookup}__in": operand})


def _has_any(lookup: str, operand: tuple[str, ...], context: FilterContext) -> Q:
    found = Q()
    for key in operand:
        found |= Q(**{f"{lookup}__contains": f"|{key}|"})
    return found


def _has_all(lookup: str, operand: tuple[str, ...], context: FilterContext) -> Q:
    found = Q()
    for key in operand:
        found &= Q(**{f"{lookup}__contains": f"|{key}|"})
    return found


def _member(value: Any, operand: tuple[str, ...], context: FilterContext) -> bool:
    return value in operand


CHOICE_OPERATORS = registry_of(
    Operator("in", _("%(field)s is %(value)s"), "many", _read_keys, _in, _member, _show),
    Operator(
        "not_in",
        _("%(field)s is not %(value)s"),
        "many",
        _read_keys,
        lambda lookup, operand, context: ~_in(lookup, operand, context),
        lambda value, operand, context: value not in operand,
        _show,
        keeps_empty=True,
    ),
    Operator(
        "has_any",
        _("%(field)s has %(value)s"),
        "many",
        _read_keys,
        _has_any,
        lambda value, operand, context: any(key in value for key in operand),
        _show,
    ),
    Operator(
        "has_all",
        _("%(field)s has %(value)s"),
        "many",
        _read_keys,
        _has_all,
        lambda value, operand, context: all(key in value for key in operand),
        _show_all,
    ),
    Operator(
        "has_none",
        _("%(field)s has not %(value)s"),
        "many",
        _read_keys,
        lambda lookup, operand, context: ~_has_any(lookup, operand, context),
        lambda value, operand, context: not any(key in value for key in operand),
        _show,
        keeps_empty=True,
    ),
)

"""Operators that work on several kinds alike."""

import operator as python
from collections.abc import Callable
from typing import Any

from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from headwater.metadata.context import FilterContext
from headwater.metadata.errors import BadValue
from headwater.metadata.objects import Field
from headwater.metadata.operators.base import Operator, read_nothing, registry_of, show_nothing

COMPARISONS: dict[str, tuple[str, Callable[[Any, Any], bool], Any]] = {
    "eq": ("exact", python.eq, _("is")),
    "lt": ("lt", python.lt, _("is less than")),
    "le": ("lte", python.le, _("is at most")),
    "gt": ("gt", python.gt, _("is more than")),
    "ge": ("gte", python.ge, _("is at least")),
}


def _empty_q(lookup: str, operand: Any, context: FilterContext) -> Q:
    return Q(**{f"{lookup}__isnull": True})


def _read_comparison(raw: Any, field: Field) -> dict[str, str]:
    if not isinstance(raw, dict) or raw.get("op") not in COMPARISONS or not isinstance(raw.get("field"), str):
        raise BadValue(
            "bad_comparison", 'Give {"op": "lt", "field": "another_field"} with eq, lt, le, gt or ge.'
        )
    return {"op": raw["op"], "field": raw["field"]}


def _comparison_q(lookup: str, operand: dict[str, str], context: FilterContext) -> Q:
    other = operand["field"]  # the filter puts the lookup of the other field here
    return Q(**{f"{lookup}__{COMPARISONS[operand['op']][0]}": F(other), f"{other}__isnull": False})


COMMON_OPERATORS = registry_of(
    Operator(
        "empty",
        _("%(field)s is empty"),
        "none",
        read_nothing,
        _empty_q,
        lambda value, operand, context: True,
        show_nothing,
        keeps_empty=True,
    ),
    Operator(
        "not_empty",
        _("%(field)s is not empty"),
        "none",
        read_nothing,
        lambda lookup, operand, context: Q(**{f"{lookup}__isnull": False}),
        lambda value, operand, context: True,
        show_nothing,
    ),
    Operator(
        "is_true",
        _("%(field)s: yes"),
        "none",
        read_nothing,
        lambda lookup, operand, context: Q(**{lookup: True}),
        lambda value, operand, context: value is True,
        show_nothing,
    ),
    Operator(
        "is_false",
        _("%(field)s: no"),
        "none",
        read_nothing,
        lambda lookup, operand, context: Q(**{lookup: False}),
        lambda value, operand, context: value is not True,
        show_nothing,
        keeps_empty=True,
    ),
    Operator(
        "field_cmp",
        _("%(field)s %(value)s"),
        "field",
        _read_comparison,
        _comparison_q,
        lambda value, operand, context: False,  # compared by the filter, which has the whole record
        lambda operand, field, context: f"{COMPARISONS[operand['op']][2]} {operand['field']}",
    ),
)

"""Operators on numbers and money; money is compared in the record's own currency."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _

from headwater.metadata.context import FilterContext
from headwater.metadata.errors import BadValue
from headwater.metadata.kinds.numbers import NumberKind, clean_decimal
from headwater.metadata.objects import Field
from headwater.metadata.operators.base import Operator, registry_of
from headwater.metadata.operators.common import COMPARISONS


def _read(raw: Any, field: Field) -> Decimal:
    value = field.kind.number_in(raw) if isinstance(field.kind, NumberKind) else clean_decimal(raw)
    if value is None:
        raise BadValue("no_value", say("Give a number to compare with."))
    if abs(value) >= Decimal(10) ** 15:
        raise BadValue("too_large", say("This number is too large."))
    return value


def _read_pair(raw: Any, field: Field) -> tuple[Decimal, Decimal]:
    if not isinstance(raw, (list, tuple)) or len(raw) != 2:
        raise BadValue("bad_pair", say("Give two numbers: from and to."))
    low, high = _read(raw[0], field), _read(raw[1], field)
    return min(low, high), max(low, high)


def _show(operand: Decimal, field: Field, context: FilterContext) -> str:
    return field.kind.display(operand, field)


def _show_pair(operand: tuple[Decimal, Decimal], field: Field, context: FilterContext) -> str:
    low, high = (field.kind.display(number, field) for number in operand)
    return say("%(low)s and %(high)s") % {"low": low, "high": high}


def _comparison(key: str) -> Operator:
    name, compare, _words = COMPARISONS[key]
    labels: dict[str, Any] = {
        "eq": _("%(field)s is %(value)s"),
        "lt": _("%(field)s is less than %(value)s"),
        "le": _("%(field)s is at most %(value)s"),
        "gt": _("%(field)s is more than %(value)s"),
        "ge": _("%(field)s is at least %(value)s"),
    }
    sql: Callable[[str, Decimal, FilterContext], Q] = lambda lookup, operand, context: Q(  # noqa: E731
        **{f"{lookup}__{name}": operand}
    )
    return Operator(
        key, labels[key], "one", _read, sql, lambda value, operand, context: compare(value, operand), _show
    )


NUMBER_OPERATORS = registry_of(
    *(_comparison(key) for key in COMPARISONS),
    Operator(
        "ne",
        _("%(field)s is not %(value)s"),
        "one",
        _read,
        lambda lookup, operand, context: ~Q(**{lookup: operand}),
        lambda value, operand, context: bool(value != operand),
        _show,
        keeps_empty=True,
    ),
    Operator(
        "between",
        _("%(field)s is between %(value)s"),
        "pair",
        _read_pair,
        lambda lookup, operand, context: Q(**{f"{lookup}__gte": operand[0], f"{lookup}__lte": operand[1]}),
        lambda value, operand, context: operand[0] <= value <= operand[1],
        _show_pair,
    ),
)

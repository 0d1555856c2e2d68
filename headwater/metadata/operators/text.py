"""Operators on text. Case is ignored, by Unicode's rules and alike on both databases."""

import unicodedata
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _

from headwater.lib.joining import any_of
from headwater.lib.text import fold
from headwater.metadata.context import FilterContext
from headwater.metadata.errors import BadValue
from headwater.metadata.objects import Field
from headwater.metadata.operators.base import Operator, read_list, registry_of


def _read(raw: Any, field: Field) -> str:
    if isinstance(raw, bool) or not isinstance(raw, (str, int, float)):
        raise BadValue("not_text", say("Give a text to compare with."))
    text = unicodedata.normalize("NFC", str(raw)).replace("\x00", "").strip()
    if not text or any("\ud800" <= c <= "\udfff" for c in text):
        raise BadValue("empty_text", say("Give a text to compare with."))
    if len(text) > 500:
        raise BadValue("too_long", say("Use at most %(limit)d characters.") % {"limit": 500})
    return text


def _show(operand: str, field: Field, context: FilterContext) -> str:
    return f"“{operand}”"


def _show_list(operand: tuple[str, ...], field: Field, context: FilterContext) -> str:
    return any_of(f"“{text}”" for text in operand)


def _lookup(name: str) -> Callable[[str, str, FilterContext], Q]:
    return lambda lookup, operand, context: Q(**{f"{lookup}__lowered__{name}": operand.lower()})


def _lookup_in(lookup: str, operand: tuple[str, ...], context: FilterContext) -> Q:
    return Q(**{f"{lookup}__lowered__in": [text.lower() for text in operand]})


def _memory_in(value: str, operand: tuple[str, ...], context: FilterContext) -> bool:
    return value.lower() in {text.lower() for text in operand}


def _folded_in(lookup: str, operand: tuple[str, ...], context: FilterContext) -> Q:
    return Q(**{f"{lookup}_fold__in": [fold(text) for text in operand]})


def _memory_folded_in(value: str, operand: tuple[str, ...], context: FilterContext) -> bool:
    return fold(value) in {fold(text) for text in operand}


TEXT_OPERATORS = registry_of(
    Operator(
        "eq",
        _("%(field)s is %(value)s"),
        "one",
        _read,
        _lookup("exact"),
        lambda value, operand, context: value.lower() == operand.lower(),
        _show,
    ),
    Operator(
        "ne",
        _("%(field)s is not %(value)s"),
        "one",
        _read,
        lambda lookup, operand, context: ~_lookup("exact")(lookup, operand, context),
        lambda value, operand, context: value.lower() != operand.lower(),
        _show,
        keeps_empty=True,
    ),
    Operator("in", _("%(field)s is %(value)s"), "many", read_list(_read), _lookup_in, _memory_in, _show_list),
    Operator(
        "not_in",
        _("%(field)s is not %(value)s"),
        "many",
        read_list(_read),
        lambda lookup, operand, context: ~_lookup_in(lookup, operand, context),
        lambda value, operand, context: not _memory_in(value, operand, context),
        _show_list,
        keeps_empty=True,
    ),
    Operator(
        "contains",
        _("%(field)s contains %(value)s"),
        "one",
        _read,
        _lookup("contains"),
        lambda value, operand, context: operand.lower() in value.lower(),
        _show,
    ),
    Operator(
        "not_contains",
        _("%(field)s does not contain %(value)s"),
        "one",
        _read,
        lambda lookup, operand, context: ~_lookup("contains")(lookup, operand, context),
        lambda value, operand, context: operand.lower() not in value.lower(),
        _show,
        keeps_empty=True,
    ),
    Operator(
        "starts",
        _("%(field)s starts with %(value)s"),
        "one",
        _read,
        _lookup("startswith"),
        lambda value, operand, context: value.lower().startswith(operand.lower()),
        _show,
    ),
    Operator(
        "ends",
        _("%(field)s ends with %(value)s"),
        "one",
        _read,
        _lookup("endswith"),
        lambda value, operand, context: value.lower().endswith(operand.lower()),
        _show,
    ),
)

# A text with a folded column beside it is compared by that column: it is indexed, sorted and grouped by it.
FOLDED_OPERATORS = TEXT_OPERATORS | registry_of(
    replace(
        TEXT_OPERATORS["eq"],
        sql=lambda lookup, operand, context: _folded_in(lookup, (operand,), context),
        memory=lambda value, operand, context: _memory_folded_in(value, (operand,), context),
    ),
    replace(
        TEXT_OPERATORS["ne"],
        sql=lambda lookup, operand, context: ~_folded_in(lookup, (operand,), context),
        memory=lambda value, operand, context: not _memory_folded_in(value, (operand,), context),
    ),
    replace(TEXT_OPERATORS["in"], sql=_folded_in, memory=_memory_folded_in),
    replace(
        TEXT_OPERATORS["not_in"],
        sql=lambda lookup, operand, context: ~_folded_in(lookup, operand, context),
        memory=lambda value, operand, context: not _memory_folded_in(value, operand, context),
    ),
)


def _by_name(operator: Operator) -> Operator:
    return replace(
        operator, memory=lambda value, operand, context: operator.memory(value.name, operand, context)
    )


# A file is compared by its name.
FILE_OPERATORS = {
    key: _by_name(TEXT_OPERATORS[key]) for key in ("contains", "not_contains", "starts", "ends")
}

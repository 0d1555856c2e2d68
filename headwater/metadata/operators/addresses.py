"""Operators on whole addresses; their parts are fields of other kinds."""

from dataclasses import replace

from django.db.models import Q

from headwater.lib.addresses import PostalAddress
from headwater.lib.text import fold
from headwater.metadata.context import FilterContext
from headwater.metadata.kinds.addresses import words_of
from headwater.metadata.operators.base import registry_of
from headwater.metadata.operators.text import TEXT_OPERATORS


def _contains_q(lookup: str, operand: str, context: FilterContext) -> Q:
    return Q(**{f"{lookup}_fold__contains": fold(operand)})


def _contains(value: PostalAddress, operand: str, context: FilterContext) -> bool:
    return fold(operand) in fold(words_of(value))


ADDRESS_OPERATORS = registry_of(
    replace(TEXT_OPERATORS["contains"], sql=_contains_q, memory=_contains),
    replace(
        TEXT_OPERATORS["not_contains"],
        sql=lambda lookup, operand, context: ~_contains_q(lookup, operand, context),
        memory=lambda value, operand, context: not _contains(value, operand, context),
    ),
)

"""Operators on questions about the reader and a record."""

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from headwater.metadata.context import FilterContext
from headwater.metadata.errors import NotInMemory
from headwater.metadata.kinds.questions import QuestionKind
from headwater.metadata.objects import Field
from headwater.metadata.operators.base import Operator, read_nothing, registry_of, show_nothing


def _read(raw: Any, field: Field) -> QuestionKind:
    """The operand is the question itself, which knows its SQL."""
    read_nothing(raw, field)
    assert isinstance(field.kind, QuestionKind)
    return field.kind


def _holds(lookup: str, operand: QuestionKind, context: FilterContext) -> Q:
    return operand.condition(lookup, context)


def _ask_the_database(value: Any, operand: QuestionKind, context: FilterContext) -> bool:
    raise NotInMemory("a question")


QUESTION_OPERATORS = registry_of(
    Operator("is_true", _("%(field)s: yes"), "none", _read, _holds, _ask_the_database, show_nothing),
    Operator(
        "is_false",
        _("%(field)s: no"),
        "none",
        _read,
        lambda lookup, operand, context: ~_holds(lookup, operand, context),
        _ask_the_database,
        show_nothing,
    ),
)

"""The operators of the filter language, one row each."""

from headwater.metadata.objects import Field
from headwater.metadata.operators.addresses import ADDRESS_OPERATORS
from headwater.metadata.operators.base import Operator
from headwater.metadata.operators.choices import CHOICE_OPERATORS
from headwater.metadata.operators.common import COMMON_OPERATORS
from headwater.metadata.operators.numbers import NUMBER_OPERATORS
from headwater.metadata.operators.questions import QUESTION_OPERATORS
from headwater.metadata.operators.relations import RELATION_OPERATORS, RELATIONS_OPERATORS
from headwater.metadata.operators.text import FILE_OPERATORS, FOLDED_OPERATORS, TEXT_OPERATORS
from headwater.metadata.operators.times import DATE_OPERATORS, INSTANT_OPERATORS

_FAMILIES: dict[str, dict[str, Operator]] = {
    "text": TEXT_OPERATORS,
    "long_text": TEXT_OPERATORS,
    "email": TEXT_OPERATORS,
    "phone": TEXT_OPERATORS,
    "url": TEXT_OPERATORS,
    "address": ADDRESS_OPERATORS,
    "integer": NUMBER_OPERATORS,
    "decimal": NUMBER_OPERATORS,
    "money": NUMBER_OPERATORS,
    "percent": NUMBER_OPERATORS,
    "duration": NUMBER_OPERATORS,
    "date": DATE_OPERATORS,
    "instant": INSTANT_OPERATORS,
    "choice": CHOICE_OPERATORS,
    "multi_choice": CHOICE_OPERATORS,
    "relation": RELATION_OPERATORS,
    "user": RELATION_OPERATORS,
    "relations": RELATIONS_OPERATORS,
    "boolean": {},
    "file": FILE_OPERATORS,
    "question": QUESTION_OPERATORS,
}


def get(field: Field, operator: str) -> Operator | None:
    """Return an operator as it works on a field."""
    family = _FAMILIES[field.kind.name]
    if field.folded and family is TEXT_OPERATORS:
        family = FOLDED_OPERATORS
    return family.get(operator) or COMMON_OPERATORS.get(operator)


__all__ = ["Operator", "get"]

"""What the form of a computed field tells about the language of formulas."""

from dataclasses import dataclass

from headwater.metadata.custom.computed import RESULTS, UNSTEADY
from headwater.metadata.custom.definitions import KINDS, offered_kinds
from headwater.metadata.formulas import ValueType
from headwater.metadata.formulas.functions import FUNCTIONS
from headwater.metadata.models import CustomField
from headwater.metadata.objects import ObjectType


@dataclass(frozen=True)
class Words:
    """The names that a formula can use, and what its result can be shown as."""

    fields: list[tuple[str, str, str]]
    examples: list[str]
    results: list[tuple[str, str]]


def formula_words(entry: ObjectType, row: CustomField) -> Words:
    """Return what can be written in a formula of an object."""
    offered = offered_kinds(entry)
    return Words(
        fields=[
            (found.key, str(found.label), found.kind.in_formulas.label)
            for found in entry.fields.values()
            if found.kind.in_formulas and found.key not in UNSTEADY | {row.key}
        ],
        examples=[function.example for function in FUNCTIONS.values()],
        results=[(kind, str(KINDS[kind])) for kind in RESULTS[ValueType.NUMBER] if kind in offered],
    )

"""What an operator is."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.utils.functional import Promise

from headwater.metadata.context import FilterContext
from headwater.metadata.errors import BadValue
from headwater.metadata.objects import Field

Operand = Any


@dataclass(frozen=True)
class Operator:
    """One operator: how its operand is read, its SQL, its in-memory twin and its words.

    ``sql`` gets the ORM lookup and returns a condition that may be NULL where the column is;
    the filter makes it two-valued. ``keeps_empty`` says what the answer is for an empty value:
    negative operators keep records that have nothing, positive ones drop them.
    ``label`` is a phrase with ``%(field)s`` and, when there is an operand, ``%(value)s``.
    ``shape`` tells the builder which control to draw: none, one, many, pair, range, age, field.
    """

    key: str
    label: str | Promise
    shape: str
    read: Callable[[Any, Field], Operand]
    sql: Callable[[str, Operand, FilterContext], Q]
    memory: Callable[[Any, Operand, FilterContext], bool]
    show: Callable[[Operand, Field, FilterContext], str]
    keeps_empty: bool = False


def read_nothing(raw: Any, field: Field) -> None:
    """Accept the absence of an operand; ``true`` is what some programs send."""
    if raw not in (None, True, ""):
        raise BadValue("unexpected_value", "This operator takes no value.")


def show_nothing(operand: Operand, field: Field, context: FilterContext) -> str:
    return ""


def read_list(read_one: Callable[[Any, Field], Operand]) -> Callable[[Any, Field], tuple[Operand, ...]]:
    """Read a list with at least one and at most 1,000 members; a single value is a list of one."""

    def read(raw: Any, field: Field) -> tuple[Operand, ...]:
        members = raw if isinstance(raw, (list, tuple)) else [raw]
        if not members or len(members) > 1000:
            raise BadValue("bad_list", "Give between 1 and 1,000 values.")
        return tuple(read_one(member, field) for member in members)

    return read


def registry_of(*operators: Operator) -> dict[str, Operator]:
    return {operator.key: operator for operator in operators}

"""The four types of values in formulas, and the parts that a formula is made of."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from django.utils.translation import gettext as _

Value = Decimal | str | date | bool | None
"""None is the absence of a number or a date; a text without letters is empty, a flag never is."""


class ValueType(StrEnum):
    NUMBER = "number"
    TEXT = "text"
    DATE = "date"
    FLAG = "flag"

    @property
    def label(self) -> str:
        """The type in the reader's language."""
        return {
            "number": _("a number"),
            "text": _("a text"),
            "date": _("a date"),
            "flag": _("yes or no"),
        }[self.value]


@dataclass(frozen=True)
class Literal:
    position: int
    value: Decimal | str | bool


@dataclass(frozen=True)
class Name:
    """A field of the record, by its key."""

    position: int
    key: str


@dataclass(frozen=True)
class Operation:
    """An operator between two parts, or before one."""

    position: int
    sign: str
    parts: tuple["Node", ...]


@dataclass(frozen=True)
class Call:
    """A function of the list, with what it is given."""

    position: int
    function: str
    parts: tuple["Node", ...]


Node = Literal | Name | Operation | Call


def walk(node: Node) -> Iterator[Node]:
    """Yield a part and all it is made of."""
    yield node
    if isinstance(node, Operation | Call):
        for part in node.parts:
            yield from walk(part)

"""Working out a formula for one record.

What cannot be worked out is nothing: a missing number or date makes the whole missing, so do division by
zero and results beyond all measure. Comparisons with what is missing do not hold, as in filters.
"""

import operator
from collections.abc import Callable
from datetime import date, timedelta
from decimal import (
    Context,
    Decimal,
    DecimalException,
    DivisionByZero,
    InvalidOperation,
    Overflow,
    localcontext,
)
from typing import Any

from headwater.metadata.formulas.functions import FUNCTIONS, is_nothing
from headwater.metadata.formulas.types import Call, Literal, Name, Node, Operation, Value

Read = Callable[[str], Value]
"""What answers the value of a field by its key."""

_EXACT = Context(prec=34, Emax=60, Emin=-60, traps=[Overflow, DivisionByZero, InvalidOperation])
_COMPARED: dict[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_COUNTED: dict[str, Callable[[Decimal, Decimal], Decimal]] = {
    "*": operator.mul,
    "/": operator.truediv,
}


def evaluate(root: Node, read: Read) -> Value:
    """Return the value of a formula; None for nothing. Never raises for what a record can hold."""
    try:
        with localcontext(_EXACT):
            return _value(root, read)
    except (DecimalException, OverflowError, TypeError, AttributeError):
        # Types are checked when a formula is made; a field may have gone since.
        return None


def _value(node: Node, read: Read) -> Value:
    match node:
        case Literal():
            return node.value
        case Name():
            return read(node.key)
        case Call():
            return FUNCTIONS[node.function].result([_value(part, read) for part in node.parts])
        case Operation():
            return _operated(node.sign, [_value(part, read) for part in node.parts])


def _operated(sign: str, parts: list[Any]) -> Value:
    if sign == "not":
        return not parts[0]
    if sign in ("and", "or"):
        return bool(parts[0] and parts[1] if sign == "and" else parts[0] or parts[1])
    if sign in ("=", "!="):
        return _is_same(*parts) is (sign == "=")
    if any(part is None for part in parts):
        return False if sign in _COMPARED else None
    if sign == "minus":
        negative: Decimal = -parts[0]
        return negative
    one, other = parts
    if sign in _COMPARED:
        return _COMPARED[sign](one, other)
    if isinstance(one, date) or isinstance(other, date):
        return _shifted(sign, one, other)
    if sign in ("+", "-"):
        total: Decimal = one + other if sign == "+" else one - other
        return total
    return _COUNTED[sign](one, other)


def _is_same(one: Any, other: Any) -> bool:
    if isinstance(one, str) and isinstance(other, str):
        return one.lower() == other.lower()
    return not is_nothing(one) and bool(one == other)


def _shifted(sign: str, one: Any, other: Any) -> Value:
    if isinstance(one, date) and isinstance(other, date):
        return Decimal((one - other).days)
    day, number = (one, other) if isinstance(one, date) else (other, one)
    days = timedelta(days=int(number))
    shifted: date = day + days if sign == "+" else day - days
    return shifted

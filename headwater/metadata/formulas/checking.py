"""Which type a formula has, and what is wrong with it otherwise."""

from collections.abc import Callable, Iterable

from django.utils.translation import gettext as _

from headwater.lib.joining import any_of
from headwater.metadata.formulas.errors import FormulaError
from headwater.metadata.formulas.functions import FUNCTIONS
from headwater.metadata.formulas.parsing import parse
from headwater.metadata.formulas.types import Call, Literal, Name, Node, Operation, ValueType

TypeOf = Callable[[Name], ValueType]
"""What answers the type of a field that a formula names, or raises FormulaError."""

_NUMBER, _TEXT, _DATE, _FLAG = ValueType
_ADDED = {
    ("+", _NUMBER, _NUMBER): _NUMBER,
    ("-", _NUMBER, _NUMBER): _NUMBER,
    ("*", _NUMBER, _NUMBER): _NUMBER,
    ("/", _NUMBER, _NUMBER): _NUMBER,
    ("+", _DATE, _NUMBER): _DATE,
    ("+", _NUMBER, _DATE): _DATE,
    ("-", _DATE, _NUMBER): _DATE,
    ("-", _DATE, _DATE): _NUMBER,
}
"""The types that operators join, and what comes of it."""


def check(text: str, type_of: TypeOf) -> ValueType:
    """Return the type of a formula. Raises FormulaError, which names the place and the cause."""
    return _type(parse(text).root, type_of)


def _type(node: Node, type_of: TypeOf) -> ValueType:
    match node:
        case Literal(value=bool()):
            return _FLAG
        case Literal():
            return _TEXT if isinstance(node.value, str) else _NUMBER
        case Name():
            return type_of(node)
        case Call():
            return _of_call(node, [_type(part, type_of) for part in node.parts])
        case Operation():
            return _of_operation(node, [_type(part, type_of) for part in node.parts])


def _of_operation(node: Operation, types: list[ValueType]) -> ValueType:
    if node.sign in ("not", "and", "or"):
        for part, found in zip(node.parts, types, strict=True):
            _expect(part, found, {_FLAG})
        return _FLAG
    if node.sign == "minus":
        return _expect(node.parts[0], types[0], {_NUMBER})
    one, other = types
    if node.sign in ("=", "!=", "<", "<=", ">", ">="):
        if node.sign not in ("=", "!="):
            _expect(node.parts[0], one, {_NUMBER, _DATE})
        _expect(node.parts[1], other, {one})
        return _FLAG
    result = _ADDED.get((node.sign, one, other))
    if result is None:
        words = {"sign": node.sign, "one": one.label, "other": other.label}
        message = _("“%(sign)s” does not go with %(one)s and %(other)s.") % words
        if _TEXT in types and node.sign == "+":
            message = _("texts are joined by concat(…), not by “+”.")
        raise FormulaError(node.position, message)
    return result


def _of_call(node: Call, types: list[ValueType]) -> ValueType:
    function = FUNCTIONS[node.function]
    most = function.most or len(function.takes)
    if not function.fewest <= len(types) <= most:
        words = {"name": node.function, "example": function.example}
        message = _("%(name)s is written like this: %(example)s.") % words
        raise FormulaError(node.position, message)
    for place, (part, found) in enumerate(zip(node.parts, types, strict=True)):
        _expect(part, found, function.wants(place))
        if function.same is not None and place > function.same:
            _expect(part, found, {types[function.same]})
    return function.gives or types[function.same or 0]


def _expect(part: Node, found: ValueType, wanted: Iterable[ValueType]) -> ValueType:
    allowed = [each for each in ValueType if each in set(wanted)]
    if found not in allowed:
        words = {"wanted": any_of(each.label for each in allowed), "found": found.label}
        raise FormulaError(part.position, _("%(wanted)s is needed here, and this is %(found)s.") % words)
    return found

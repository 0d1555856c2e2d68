"""Computed fields: from the formula that an administrator wrote to the value that a record holds."""

import re
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from headwater.metadata.formulas import Formula, FormulaError, ValueType, check, evaluate, parse
from headwater.metadata.formulas.types import Literal, Name
from headwater.metadata.objects import Field, ObjectType

COMPUTED = "computed"
"""What an administrator chooses; what is stored is the kind of the result and the formula."""

RESULTS: dict[ValueType, tuple[str, ...]] = {
    ValueType.NUMBER: ("decimal", "integer", "money", "percent", "duration"),
    ValueType.TEXT: ("text",),
    ValueType.DATE: ("date",),
    ValueType.FLAG: ("boolean",),
}
"""The kinds that a formula of each type can be shown as; the first unless another is chosen."""

UNSTEADY = frozenset({"updated_at"})
"""What the product sets after a record is computed."""


def read_formula(text: str) -> Formula:
    """Return a stored formula. One that this version cannot read gives nothing; what it names is known."""
    try:
        return parse(text)
    except FormulaError:
        words = frozenset(re.findall(r"[a-z_][a-z0-9_]*", text.lower()))
        return Formula(text, Literal(0, ""), words)


def check_formula(entry: ObjectType, text: str, own_key: str = "") -> ValueType:
    """Return the type of what a formula gives for records of an object. Raises FormulaError.

    ``own_key`` is the field it is for, which it may not lead back to.
    """

    def type_of(name: Name) -> ValueType:
        found = entry.fields.get(name.key)
        if found is None or name.key in UNSTEADY:
            words = {"object": entry.label, "word": name.key[:60]}
            message = _("%(object)s: formulas know no field “%(word)s”.") % words
            raise FormulaError(name.position, message)
        if own_key and own_key in _reads(entry.fields, name.key):
            message = _("“%(field)s” is computed from this field, which would go round in a circle.")
            raise FormulaError(name.position, message % {"field": found.label})
        if found.kind.in_formulas is None:
            message = _("“%(field)s” is of a kind that formulas cannot read.") % {"field": found.label}
            raise FormulaError(name.position, message)
        return found.kind.in_formulas

    return check(text, type_of)


def _reads(fields: Mapping[str, Field], key: str) -> set[str]:
    """Return a field and all that it is computed from, however far."""
    found: set[str] = set()
    waiting = {key}
    while waiting:
        key = waiting.pop()
        found.add(key)
        formula = fields[key].formula if key in fields else None
        waiting |= (formula.keys if formula else frozenset()) - found
    return found


def compute(entry: ObjectType, record: Any) -> None:
    """Set the values of an object's computed fields from what the record holds now."""

    def read(key: str) -> Any:
        found = entry.fields.get(key)
        return None if found is None else found.kind.to_formula(found.value_of(record), found)

    for found in entry.computed:
        assert found.formula is not None
        found.put(record, found.kind.from_formula(evaluate(found.formula.root, read), found))

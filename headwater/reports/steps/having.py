"""Which groups are shown by themselves: those whose own numbers meet the conditions."""

import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from django.db.models import DecimalField, F, FloatField, Q, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast, NullIf, Round
from django.db.models.lookups import (
    Exact,
    GreaterThan,
    GreaterThanOrEqual,
    IsNull,
    LessThan,
    LessThanOrEqual,
)
from django.utils.translation import gettext as _

from headwater.metadata.errors import Problem
from headwater.reports.axes.base import OTHER
from headwater.reports.definition import DefinitionError, Dimension, MeasureCondition, MeasureUse
from headwater.reports.measures.cells import Cell, Number, cell_maker, exact, share_of
from headwater.reports.measures.measure import MeasureKind
from headwater.reports.measures.parts import Values
from headwater.reports.measures.recipes import Recipe
from headwater.reports.plan import Keys, Plan

Test = Callable[[Values], bool]

PLACES = 6
"""Numbers that are no counts are compared to so many decimals: sums of SQLite are exact to no more."""
_SCALE = 10**PLACES
_NUMBER = DecimalField(max_digits=40, decimal_places=PLACES)
_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    ">=": operator.ge,
    ">": operator.gt,
    "<=": operator.le,
    "<": operator.lt,
    "=": operator.eq,
    "!=": operator.ne,
}
_LOOKUPS: dict[str, Any] = {
    ">=": GreaterThanOrEqual,
    ">": GreaterThan,
    "<=": LessThanOrEqual,
    "<": LessThan,
    "=": Exact,
}


def having(plan: Plan) -> Plan:
    """Leave out the rows that do not meet the conditions; totals stay those of everything.

    A row is tested by its numbers over all columns, those of the period. Other is no group of its own
    making and stays.
    """
    wanted = plan.definition.having
    if wanted is None:
        return plan
    figures, nothing = plan.figures(), plan.nothing
    test = tester(plan, figures.grand)
    real = [keys for keys in plan.rows if OTHER not in keys]
    met = {keys for keys in real if test(figures.rows.get(keys, nothing))}
    rows = tuple(keys for keys in plan.rows if keys in met or OTHER in keys)
    return replace(plan, rows=rows, met=_counts(plan, len(met), real), labels=_labels(plan, rows))


def _counts(plan: Plan, met: int, real: Sequence[Keys]) -> tuple[int, int]:
    """Return how many groups meet the conditions, of how many. The largest were chosen among the former."""
    narrowed = plan.narrowed.get(plan.definition.rows[0].id) if len(plan.definition.rows) == 1 else None
    if narrowed is None or narrowed.met is None:
        return met, len(real)
    return met + narrowed.met - len(narrowed.keys), len(real) + narrowed.groups - len(narrowed.keys)


def _labels(plan: Plan, rows: Sequence[Keys]) -> Mapping[str, Mapping[Any, str]]:
    """Keep the names of the groups that are shown."""
    kept = dict(plan.labels)
    for i, dimension in enumerate(plan.definition.rows):
        shown = {keys[i] for keys in rows}
        kept[dimension.id] = {key: text for key, text in kept[dimension.id].items() if key in shown}
    return kept


def decides(plan: Plan, dimension: Dimension) -> bool:
    """Whether the conditions are about the groups of this dimension: it stands alone on its side."""
    return plan.definition.having is not None and plan.definition.rows == (dimension,)


def tester(plan: Plan, grand: Values) -> Test:
    """Return what says of the values of a group whether it meets the conditions."""
    wanted = plan.definition.having
    assert wanted is not None
    tests = [_test(plan, condition, grand) for condition in wanted.conditions]
    meets = any if wanted.is_any else all
    return lambda values: meets(test(values) for test in tests)


def _test(plan: Plan, condition: MeasureCondition, grand: Values) -> Test:
    use, compare = _use(plan, condition), _COMPARE[condition.op]
    make = cell_maker(plan.recipe(use), plan.part_names)
    whole = make(grand)

    def test(values: Values) -> bool:
        cell = share_of(make(values), whole) if use.of else make(values)
        if cell.value is None:
            return condition.op == "!="
        return compare(*_sides(cell, cell.value, condition.value))

    return test


def _sides(cell: Cell, value: Number, wanted: Decimal) -> tuple[Number, Number]:
    """Return what is compared: of a rate of counts its parts, multiplied out, so that nothing is rounded."""
    if cell.is_percentage and isinstance(cell.numerator, int) and isinstance(cell.denominator, int):
        return cell.numerator * 100 * _SCALE, int(wanted * _SCALE) * cell.denominator
    return round(exact(value), PLACES), wanted


def _use(plan: Plan, condition: MeasureCondition) -> MeasureUse:
    use = plan.definition.measure(condition.by)
    assert use is not None
    return use


def recipes(plan: Plan) -> list[Recipe]:
    """Return how the tested numbers are made, where the database has to choose among very many groups.

    Raises DefinitionError for numbers that it cannot compare there.
    """
    wanted = plan.definition.having
    assert wanted is not None
    found = []
    for condition in wanted.conditions:
        use = _use(plan, condition)
        if use.of or use.measure.kind is MeasureKind.MEDIAN or len(plan.strands_of(use)) > 1:
            text = _("So many groups cannot be chosen by “%(measure)s”; set the condition on another one.")
            message = text % {"measure": use.measure.label}
            raise DefinitionError([Problem("having", "not_comparable", message)])
        found.append(plan.recipe(use))
    return found


def meets_q(plan: Plan, names: Mapping[str, str]) -> Q:
    """Return the conditions as SQL over annotated parts, whose aliases are ``names``."""
    wanted = plan.definition.having
    assert wanted is not None
    leaves = [
        _leaf(recipe, condition, names)
        for recipe, condition in zip(recipes(plan), wanted.conditions, strict=True)
    ]
    joined = leaves[0]
    for leaf in leaves[1:]:
        joined = joined | leaf if wanted.is_any else joined & leaf
    return joined


def _leaf(recipe: Recipe, condition: MeasureCondition, names: Mapping[str, str]) -> Q:
    measure, top = recipe.measure, F(names[recipe.top])
    under = F(names[recipe.under]) if recipe.under is not None else None
    left: Combinable
    right: Any
    if measure.is_rate and measure.value is None and under is not None:
        # An empty denominator is no number, and meets nothing.
        left, right = (
            top * Value(100 * _SCALE),
            NullIf(under, Value(0)) * Value(int(condition.value * _SCALE)),
        )
    elif measure.kind is MeasureKind.COUNT:
        left, right = top * Value(_SCALE), Value(int(condition.value * _SCALE))
    else:
        left, right = _rounded(measure.kind, top, under), Value(condition.value, output_field=_NUMBER)
    if condition.op == "!=":
        return ~Q(Exact(left, right)) | Q(IsNull(left, True)) | Q(IsNull(right, True))
    return Q(_LOOKUPS[condition.op](left, right))


def _rounded(kind: MeasureKind, top: F, under: F | None) -> Combinable:
    number: Combinable = Cast(top, FloatField())
    if under is not None:
        number = number / NullIf(Cast(under, FloatField()), Value(0.0))
    if kind is MeasureKind.CONVERSION:
        number = number * Value(100.0)
    return Round(Cast(number, _NUMBER), precision=PLACES)

"""From merged parts to the number that is shown."""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from statistics import median
from typing import Any, NamedTuple

from headwater.reports.measures.measure import MeasureKind
from headwater.reports.measures.parts import Values
from headwater.reports.measures.recipes import Recipe

SMALL_SAMPLE = 5
"""A rate of fewer records than this is marked as uncertain."""

Number = int | float | Decimal


class Cell(NamedTuple):
    """One number. Percentages count in hundredths; None means that there is no number, not zero.

    ``left_out`` counts the records of the group that the number does not use, by reason.
    ``previous`` is the cell of the time before, where the report compares.
    """

    value: Number | None
    numerator: Number | None = None
    denominator: Number | None = None
    small: bool = False
    left_out: Mapping[str, int] | None = None
    previous: "Cell | None" = None
    is_percentage: bool = False

    @property
    def change(self) -> Number | None:
        """How much more it is than before; None where one of both is no number."""
        if self.previous is None or self.value is None or self.previous.value is None:
            return None
        return exact(self.value) - exact(self.previous.value)

    @property
    def change_percent(self) -> float | None:
        """The change in percent of what was before; None for percentages, and where there was nothing."""
        if self.change is None or self.previous is None or not self.previous.value or self.is_percentage:
            return None
        return float(self.change) * 100 / abs(float(self.previous.value))

    def to_json(self) -> dict[str, Any]:
        cell: dict[str, Any] = {"value": _plain(self.value)}
        if self.denominator is not None:
            cell["numerator"], cell["denominator"] = _plain(self.numerator), _plain(self.denominator)
        if self.small:
            cell["small"] = True
        if self.left_out:
            cell["left_out"] = dict(self.left_out)
        if self.previous is not None:
            cell["previous"], cell["change"] = self.previous.to_json(), _plain(self.change)
            if self.change_percent is not None:
                cell["change_percent"] = self.change_percent
        return cell


def exact(number: Number) -> Decimal:
    """Return a number that can be reckoned with any other, as it is written."""
    return number if isinstance(number, Decimal) else Decimal(str(number))


def _plain(number: Number | None) -> int | float | None:
    return float(number) if isinstance(number, Decimal) else number


def cell_maker(recipe: Recipe, names: Sequence[str]) -> Callable[[Values], Cell]:
    """Return what makes a measure's cell from the values of parts that have these names."""
    make = _number_maker(recipe, names)
    if not recipe.absent:
        return make
    absent = [(reason, names.index(more), names.index(less)) for reason, more, less in recipe.absent]

    def with_absent(values: Values) -> Cell:
        counts = {reason: n for reason, more, less in absent if (n := values[more] - values[less])}
        return make(values)._replace(left_out=counts) if counts else make(values)

    return with_absent


def _number_maker(recipe: Recipe, names: Sequence[str]) -> Callable[[Values], Cell]:
    top = names.index(recipe.top)
    under = names.index(recipe.under) if recipe.under is not None else top
    match recipe.measure.kind:
        case MeasureKind.CONVERSION:
            return _rate_maker(top, under, names.index(recipe.sample))
        case MeasureKind.SUM:
            return lambda values: Cell(values[top] or 0)
        case MeasureKind.AVG:
            return lambda values: _average(values[top], values[under])
        case MeasureKind.MEDIAN:
            return lambda values: _median(values[top])
        case _:
            return lambda values: Cell(values[top])


def _rate_maker(numerators: int, denominators: int, sample: int) -> Callable[[Values], Cell]:
    def rate(values: Values) -> Cell:
        numerator, denominator = values[numerators] or 0, values[denominators] or 0
        if not denominator:
            return Cell(None, numerator, denominator, is_percentage=True)
        small = values[sample] < SMALL_SAMPLE
        return Cell(numerator * 100 / denominator, numerator, denominator, small, is_percentage=True)

    return rate


def _average(total: Number | None, count: int) -> Cell:
    if not count or total is None:
        return Cell(None, total, count)
    return Cell(total / count, total, count)


def _median(numbers: Sequence[Number]) -> Cell:
    """Return the middle number; its denominator is how many there are, and it has no numerator."""
    return Cell(median(map(exact, numbers)) if numbers else None, None, len(numbers))


def share_of(part: Cell, whole: Cell) -> Cell:
    """Return what percentage a number is of a total."""
    numerator, denominator = part.value or 0, whole.value or 0
    value = exact(numerator) * 100 / exact(denominator) if denominator else None
    return Cell(value, numerator, denominator, is_percentage=True)

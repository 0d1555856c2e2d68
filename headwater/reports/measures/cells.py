"""From merged parts to the number that is shown."""

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from headwater.reports.measures.measure import Measure, MeasureKind
from headwater.reports.measures.parts import Values, parts_of

SMALL_SAMPLE = 5
"""A rate of fewer records than this is marked as uncertain."""

Number = int | float | Decimal


class Cell(NamedTuple):
    """One number. Percentages count in hundredths; None means that there is no number, not zero."""

    value: Number | None
    numerator: Number | None = None
    denominator: Number | None = None
    small: bool = False

    def to_json(self) -> dict[str, Any]:
        cell: dict[str, Any] = {"value": _plain(self.value)}
        if self.denominator is not None:
            cell["numerator"], cell["denominator"] = _plain(self.numerator), _plain(self.denominator)
        if self.small:
            cell["small"] = True
        return cell


def _plain(number: Number | None) -> int | float | None:
    return float(number) if isinstance(number, Decimal) else number


def cell_maker(measure: Measure, names: Sequence[str]) -> Callable[[Values], Cell]:
    """Return what makes a measure's cell from the values of parts that have these names."""
    places = [names.index(part.name) for part in parts_of(measure)]
    rows, last = places[0], places[-1]
    match measure.kind:
        case MeasureKind.COUNT:
            return lambda values: Cell(values[rows])
        case MeasureKind.CONVERSION:
            return _rate_maker(last, rows)
        case MeasureKind.SUM:
            return lambda values: Cell(values[last] or 0)
        case MeasureKind.AVG:
            usable = places[1]
            return lambda values: _average(values[last], values[usable])
        case _:
            return lambda values: Cell(values[last])


def _rate_maker(numerators: int, denominators: int) -> Callable[[Values], Cell]:
    def rate(values: Values) -> Cell:
        numerator, denominator = values[numerators], values[denominators]
        if not denominator:
            return Cell(None, numerator, denominator)
        return Cell(numerator * 100 / denominator, numerator, denominator, denominator < SMALL_SAMPLE)

    return rate


def _average(total: Number | None, count: int) -> Cell:
    if not count or total is None:
        return Cell(None, total, count)
    return Cell(total / count, total, count)


def left_out(measure: Measure, names: Sequence[str], values: Values) -> dict[str, int]:
    """Return how many records of a group the measure could not use, by reason."""
    if measure.field is None or measure.is_rate:
        return {}
    parts = dict(zip(names, values, strict=True))
    foreign = parts.get(f"foreign {measure.field}", 0)
    counts = {"no_value": parts["rows"] - parts[f"usable {measure.field}"] - foreign, "no_rate": foreign}
    return {reason: count for reason, count in counts.items() if count}

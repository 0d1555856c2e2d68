"""From merged parts to the number that is shown."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from headwater.reports.measures.measure import Measure, MeasureKind
from headwater.reports.measures.parts import parts_of

SMALL_SAMPLE = 5
"""A rate of fewer records than this is marked as uncertain."""

Number = int | float | Decimal


@dataclass(frozen=True, slots=True)
class Cell:
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


def cell_of(measure: Measure, parts: Mapping[str, Any]) -> Cell:
    """Return a measure's cell. ``parts`` are merged values by name; empty for a group of nothing."""
    match measure.kind:
        case MeasureKind.COUNT:
            return Cell(parts.get("rows", 0))
        case MeasureKind.CONVERSION:
            return _rate(parts.get(f"set {measure.field}", 0), parts.get("rows", 0))
        case MeasureKind.SUM:
            return Cell(parts.get(f"sum {measure.field}") or 0)
        case MeasureKind.AVG:
            return _average(parts.get(f"sum {measure.field}"), parts.get(f"usable {measure.field}", 0))
        case _:
            return Cell(parts.get(parts_of(measure)[-1].name))


def _rate(numerator: int, denominator: int) -> Cell:
    if not denominator:
        return Cell(None, numerator, denominator)
    return Cell(numerator * 100 / denominator, numerator, denominator, denominator < SMALL_SAMPLE)


def _average(total: Number | None, count: int) -> Cell:
    if not count or total is None:
        return Cell(None, None if total is None else total, count)
    return Cell(total / count, total, count)


def left_out(measure: Measure, parts: Mapping[str, Any]) -> dict[str, int]:
    """Return how many records of a group the measure could not use, by reason."""
    if measure.field is None or measure.is_rate:
        return {}
    rows, usable = parts.get("rows", 0), parts.get(f"usable {measure.field}", 0)
    foreign = parts.get(f"foreign {measure.field}", 0)
    counts = {"no_value": rows - usable - foreign, "no_rate": foreign}
    return {reason: count for reason, count in counts.items() if count}

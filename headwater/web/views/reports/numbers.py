"""Numbers of a report as text."""

from typing import Any

from headwater.lib import formats
from headwater.reports.measures.cells import Cell
from headwater.reports.result import Column


def shown(column: Column, value: Any) -> str:
    """Return a number as text; a dash where there is none."""
    if value is None:
        return "–"
    if column.kind == "percent":
        return formats.percent(value)
    if column.kind == "money":
        return formats.money(value, column.currency or "")
    if column.kind == "duration":
        return formats.duration(round(value))
    return formats.number(value if value == int(value) else round(value, 2))


def tag(column: Column, value: Any) -> str:
    """Return a number as it stands at a bar: amounts without decimals and currency."""
    if column.kind == "money" and value is not None:
        return formats.number(round(value))
    return shown(column, value)


def signed(value: Any, column: Column | None = None) -> str:
    """Return a change with its sign; zero has none. ``column`` says what is counted."""
    sign = "+" if value > 0 else "−" if value < 0 else ""
    if column is not None and column.kind == "duration":
        return sign + formats.duration(round(abs(value)))
    return sign + formats.number(abs(value))


def count(value: Any) -> str:
    """Return a whole number as text; a dash where there is none."""
    return "–" if value is None else formats.number(value)


def width(cell: Cell) -> float | None:
    """Return how much of a full line a percentage fills, from 0 to 100."""
    return None if cell.value is None else max(0.0, min(100.0, float(cell.value)))

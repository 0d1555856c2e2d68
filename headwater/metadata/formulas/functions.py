"""The functions of formulas: what each takes, what it gives and how it is worked out."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from headwater.metadata.formulas.types import Value, ValueType

LONGEST_TEXT = 2_000
_ANY = frozenset(ValueType)
_FILLED = _ANY - {ValueType.FLAG}
_MEASURED = frozenset({ValueType.NUMBER, ValueType.DATE})
_NUMBER, _TEXT, _DATE, _FLAG = (frozenset({each}) for each in ValueType)
_MOST_PLACES = 10


@dataclass(frozen=True)
class Function:
    """``takes`` says by place which types are taken; the last may come again, up to ``most`` parts.

    From place ``same`` on all parts are of one type, which is that of the result when ``gives`` is None.
    ``work`` gets every part; with ``skips`` a part that is nothing (None) makes the result nothing instead.
    ``example`` is how it is written.
    """

    example: str
    work: Callable[..., Value]
    takes: tuple[frozenset[ValueType], ...]
    gives: ValueType | None
    least: int = 0
    most: int = 0
    same: int | None = None
    skips: bool = True

    @property
    def fewest(self) -> int:
        return self.least or len(self.takes)

    def wants(self, place: int) -> frozenset[ValueType]:
        return self.takes[min(place, len(self.takes) - 1)]

    def result(self, parts: Sequence[Any]) -> Value:
        """Work out the function of values."""
        return None if self.skips and any(part is None for part in parts) else self.work(*parts)


def is_nothing(value: Any) -> bool:
    return value is None or value == ""


def plain(value: Any) -> str:
    """Write a value the same way for every reader: it is stored."""
    if value is None:
        return ""
    if isinstance(value, Decimal):
        written = f"{value:f}"
        return (written.rstrip("0").rstrip(".") if "." in written else written) or "0"
    return value.isoformat() if isinstance(value, date) else str(value)


def rounded(number: Decimal, places: Decimal | int = 0) -> Decimal:
    """Round half away from zero."""
    digits = max(-_MOST_PLACES, min(_MOST_PLACES, int(places)))
    return number.quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP) + 0  # 0 has no sign


def _first_filled(*parts: Any) -> Any:
    return next((part for part in parts if not is_nothing(part)), parts[-1])


def _date(year: Decimal, month: Decimal, day: Decimal) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except (ValueError, OverflowError):
        return None


def _concat(*parts: Any) -> str:
    return "".join(plain(part) for part in parts)[:LONGEST_TEXT]


_number, _text, _flag = ValueType.NUMBER, ValueType.TEXT, ValueType.FLAG
_MANY = 20

FUNCTIONS: dict[str, Function] = {
    "if": Function(
        "if(amount > 1000, 5, 3)",
        lambda condition, one, other: one if condition else other,
        (_FLAG, _ANY, _ANY),
        None,
        same=1,
        skips=False,
    ),
    "round": Function("round(amount / 3, 2)", rounded, (_NUMBER, _NUMBER), _number, least=1),
    "abs": Function("abs(a - b)", abs, (_NUMBER,), _number),
    "min": Function("min(a, b)", lambda *parts: min(parts), (_MEASURED,), None, least=1, most=_MANY, same=0),
    "max": Function("max(a, b)", lambda *parts: max(parts), (_MEASURED,), None, least=1, most=_MANY, same=0),
    "coalesce": Function(
        "coalesce(a, b, 0)", _first_filled, (_FILLED,), None, least=2, most=_MANY, same=0, skips=False
    ),
    "empty": Function("empty(a)", is_nothing, (_FILLED,), _flag, skips=False),
    "concat": Function('concat(a, " ", b)', _concat, (_FILLED,), _text, most=_MANY, skips=False),
    "lower": Function("lower(a)", str.lower, (_TEXT,), _text),
    "upper": Function("upper(a)", str.upper, (_TEXT,), _text),
    "len": Function("len(a)", lambda text: Decimal(len(text)), (_TEXT,), _number),
    "contains": Function(
        'contains(a, "word")', lambda text, part: part.lower() in text.lower(), (_TEXT, _TEXT), _flag
    ),
    "days": Function(
        "days(from, to)", lambda start, end: Decimal((end - start).days), (_DATE, _DATE), _number
    ),
    "date": Function("date(2026, 12, 31)", _date, (_NUMBER, _NUMBER, _NUMBER), ValueType.DATE),
    "year": Function("year(a)", lambda day: Decimal(day.year), (_DATE,), _number),
    "month": Function("month(a)", lambda day: Decimal(day.month), (_DATE,), _number),
    "day": Function("day(a)", lambda day: Decimal(day.day), (_DATE,), _number),
}
"""Every function there is, by the word it is called by."""

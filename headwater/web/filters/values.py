"""Operands as form parts, by the shape of the operator.

Parts are texts by name: ``value`` (several for lists), ``value2``, ``n``, ``unit``, ``preset``,
``from``, ``to``. Ranges of days include their last day in the form and end before the next one
in the tree.
"""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _

from headwater.lib import calendars
from headwater.lib.numbers import ascii_digits, whole_number
from headwater.lib.typed_numbers import Ambiguous

Parts = dict[str, list[str]]

RANGE_UNITS = ("day", "week", "month", "quarter", "year", "fiscal_quarter", "fiscal_year")
AGE_UNITS = ("hour", "day", "week", "month", "year")


def presets() -> list[tuple[str, str]]:
    """Return the ranges that need no further word, then those that do."""
    return [
        ("this:day", _("today")),
        ("last:day", _("yesterday")),
        ("next:day", _("tomorrow")),
        ("this:week", _("this week")),
        ("last:week", _("last week")),
        ("next:week", _("next week")),
        ("this:month", _("this month")),
        ("last:month", _("last month")),
        ("next:month", _("next month")),
        ("this:quarter", _("this quarter")),
        ("last:quarter", _("last quarter")),
        ("this:year", _("this year")),
        ("last:year", _("last year")),
        ("this:fiscal_quarter", _("this fiscal quarter")),
        ("last:fiscal_quarter", _("last fiscal quarter")),
        ("this:fiscal_year", _("this fiscal year")),
        ("last:fiscal_year", _("last fiscal year")),
        ("last", _("the last …")),
        ("next", _("the next …")),
        ("between", _("between two days")),
    ]


def unit_labels(units: tuple[str, ...]) -> list[tuple[str, str]]:
    labels = {
        "hour": _("hours"),
        "day": _("days"),
        "week": _("weeks"),
        "month": _("months"),
        "quarter": _("quarters"),
        "year": _("years"),
        "fiscal_quarter": _("fiscal quarters"),
        "fiscal_year": _("fiscal years"),
    }
    return [(unit, labels[unit]) for unit in units]


def _first(parts: Parts, name: str, default: str = "") -> str:
    found = next(iter(parts.get(name, ())), default)
    return found if isinstance(found, Ambiguous) else found.strip()


def _number(text: str) -> Any:
    """Read a whole number; anything else is kept as typed, for the filter to name."""
    found = whole_number(ascii_digits(text), 9)
    return text if found is None else found


def _day_after(text: str, step: int) -> str:
    text = calendars.typed(text)
    try:
        return (date.fromisoformat(text[:10]) + timedelta(days=step)).isoformat()
    except (ValueError, OverflowError):
        return text


def _range_value(parts: Parts) -> Any:
    preset = _first(parts, "preset", "this:year")
    if preset == "between":
        return {
            "from": calendars.typed(_first(parts, "from")) or None,
            "to": _day_after(_first(parts, "to"), 1) or None,
        }
    if preset in ("last", "next"):
        unit = _first(parts, "unit", "day")
        return {"rel": preset, "unit": unit, "n": _number(_first(parts, "n", "7"))}
    if preset == "kept":
        return None
    rel, _colon, unit = preset.partition(":")
    return {"rel": rel, "unit": unit}


def _range_parts(value: Any) -> Parts:
    if not isinstance(value, dict):
        return {"preset": ["this:year"]}
    if value.get("rel") and not value.get("offset") and not value.get("include_current"):
        rel, unit, count = value["rel"], value.get("unit", ""), value.get("n", 1)
        if count == 1 and f"{rel}:{unit}" in dict(presets()):
            return {"preset": [f"{rel}:{unit}"]}
        if rel in ("last", "next"):
            return {"preset": [rel], "unit": [unit], "n": [str(count)]}
    if "rel" not in value and "since_start_of" not in value:
        last = _day_after(value["to"], -1) if value.get("to") else ""
        return {"preset": ["between"], "from": [str(value.get("from") or "")[:10]], "to": [last]}
    return {"preset": ["kept"]}


def _moment_value(parts: Parts) -> Any:
    preset = _first(parts, "preset", "date")
    return {"rel": preset} if preset in ("today", "now") else _first(parts, "value")


def _moment_parts(value: Any) -> Parts:
    if isinstance(value, dict):
        return {"preset": [value.get("rel", "today")]}
    return {"preset": ["date"], "value": [str(value or "")[:10]]}


def _many_value(parts: Parts) -> Any:
    # Keys and numbers hold no commas; texts are typed into one control with commas between them.
    words = (word.strip() for part in parts.get("value", ()) for word in part.split(","))
    return [word for word in words if word]


_READ: dict[str, Callable[[Parts], Any]] = {
    "none": lambda parts: None,
    "one": lambda parts: _first(parts, "value"),
    "many": _many_value,
    "pair": lambda parts: [_first(parts, "value"), _first(parts, "value2")],
    "range": _range_value,
    "moment": _moment_value,
    "age": lambda parts: {"n": _number(_first(parts, "n", "7")), "unit": _first(parts, "unit", "day")},
    "field": lambda parts: {"op": _first(parts, "unit", "eq"), "field": _first(parts, "value")},
}
_WRITE: dict[str, Callable[[Any], Parts]] = {
    "none": lambda value: {},
    "one": lambda value: {"value": [str(value)]},
    "many": lambda value: {"value": [str(v) for v in (value if isinstance(value, list) else [value])]},
    "pair": lambda value: {"value": [str(value[0])], "value2": [str(value[1])]},
    "range": _range_parts,
    "moment": _moment_parts,
    "age": lambda value: {"n": [str(value["n"])], "unit": [str(value["unit"])]},
    "field": lambda value: {"unit": [str(value["op"])], "value": [str(value["field"])]},
}


def value_of(shape: str, parts: Parts) -> Any:
    """Return the operand that the parts of a form mean."""
    return _READ[shape](parts)


def parts_of(shape: str, value: Any) -> Parts:
    """Return the parts of an operand of a valid filter; empty for a new condition."""
    return {} if value is None else _WRITE[shape](value)

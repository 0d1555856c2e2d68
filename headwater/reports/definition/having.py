"""Reading which groups a report shows: conditions on their own numbers."""

import math
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from headwater.reports.definition import words
from headwater.reports.definition.reader import Reader
from headwater.reports.definition.types import Dimension, Having, MeasureCondition

_SMALLEST = Decimal("0.000001")
_LARGEST = 10**12


def read_having(
    reader: Reader, data: Any, measures: list[str], rows: tuple[Dimension, ...], *, is_whole: bool
) -> Having | None:
    """Read one condition, or ``{"all": […]}`` or ``{"any": […]}`` of several.

    ``is_whole`` says that every measure could be read: else a condition on one that could not is no
    second mistake.
    """
    if data is None:
        return None
    if not isinstance(data, dict):
        reader.refuse("having", "not_object", _("This must be a JSON object."))
        return None
    mode = next((key for key in ("all", "any") if key in data), "")
    body = reader.object(data, "having", [mode] if mode else words.CONDITION)
    given = reader.list(body[mode], f"having.{mode}", words.MOST_CONDITIONS) if mode else [body]
    found = []
    for i, one in enumerate(given):
        at = f"having.{mode}.{i}" if mode else "having"
        condition = _condition(reader, reader.object(one, at, words.CONDITION), at, measures, is_whole)
        if condition is not None:
            found.append(condition)
    if not found:
        return None
    if not rows and not any(problem.at.startswith("rows") for problem in reader.problems):
        reader.refuse("having", "no_rows", _("Only a report with rows has groups to choose from."))
    return Having(tuple(found), is_any=mode == "any" and len(found) > 1)


def _condition(
    reader: Reader, body: dict[str, Any], at: str, measures: list[str], is_whole: bool
) -> MeasureCondition | None:
    id, value = body.get("field"), body.get("value")
    op = reader.word(body.get("op"), f"{at}.op", words.COMPARISONS)
    if id not in measures:
        if is_whole:
            reader.unknown(f"{at}.field", id, measures)
        return None
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        reader.refuse(f"{at}.value", "not_number", _("Give a number."))
        return None
    number = Decimal(str(value))
    if abs(number) > _LARGEST or number != number.quantize(_SMALLEST):
        text = _("Give a number of at most a million millions, with at most six decimals.")
        reader.refuse(f"{at}.value", "bad_number", text)
        return None
    return MeasureCondition(id, op, number)

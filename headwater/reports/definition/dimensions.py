"""Reading what a report groups by and which period it covers."""

from typing import Any

from django.utils.translation import gettext as _

from headwater.lib import clock
from headwater.lib.ranges import RangeError, resolve_range
from headwater.metadata import registry
from headwater.metadata.context import calendar_rules
from headwater.metadata.errors import UnknownField
from headwater.metadata.paths import Path, missing_message, resolve
from headwater.reports.axes.computed import Computed, find_computed
from headwater.reports.axes.factory import grains_of
from headwater.reports.axes.grains import Grain
from headwater.reports.definition import words
from headwater.reports.definition.reader import Reader, shorten
from headwater.reports.definition.types import Compare, Dimension, Period, Top

_KEYS = ("id", "field", "grain", "null", "top", "fill")
_NUMBERS = ("integer", "decimal", "money", "percent", "duration", "date", "instant")


def read_path(reader: Reader, root: str, word: Any, at: str) -> Path | None:
    """Return the path that a word names, if reports may use its field."""
    try:
        path = resolve(root, word) if isinstance(word, str) else None
    except UnknownField as problem:
        reader.refuse(at, "unknown_field", missing_message(problem.object_name, shorten(problem.word)))
        return None
    if path is None:
        reader.refuse(at, "unknown_field", _("Name a field, such as “created_at”."))
        return None
    if not all(step.reportable for step in (*path.hops, path.field)):
        reader.refuse(at, "not_reportable", _("Reports do not use “%(field)s”.") % {"field": path.label})
        return None
    return path


def read_dimension(reader: Reader, root: str, data: Any, at: str, by: list[str]) -> Dimension | None:
    """Read one member of ``rows`` or ``columns``; ``by`` are the ids of the measures."""
    body = reader.object({"field": data} if isinstance(data, str) else data, at, _KEYS)
    id = reader.id(body.get("id"), f"{at}.id", "d")
    source = _source(reader, root, body.get("field"), f"{at}.field")
    if source is None:
        return None
    return Dimension(
        id=id,
        field=source,
        grain=_grain(reader, source, body.get("grain"), f"{at}.grain"),
        show_none=reader.word(body.get("null"), f"{at}.null", ("show", "hide")) == "show",
        top=_top(reader, source, body.get("top"), f"{at}.top", by),
        fill=reader.flag(body.get("fill"), f"{at}.fill", True),
    )


def _source(reader: Reader, root: str, word: Any, at: str) -> Path | Computed | None:
    computed = find_computed(root, word) if isinstance(word, str) else None
    if computed is not None:
        return computed
    path = read_path(reader, root, word, at)
    if path is not None and not path.field.kind.groupable:
        reader.refuse(
            at, "not_groupable", _("Records cannot be grouped by “%(field)s”.") % {"field": path.label}
        )
        return None
    return path


def _grain(reader: Reader, source: Path | Computed, word: Any, at: str) -> Grain | None:
    grains = () if isinstance(source, Computed) else grains_of(source.field)
    if not grains:
        if word is not None:
            reader.refuse(
                at, "unknown_grain", _("“%(field)s” is no date and has no grain.") % {"field": source.label}
            )
        return None
    if word is None:
        return Grain.MONTH
    if isinstance(word, str) and word in set(grains):
        return Grain(word)
    reader.unknown(at, word, grains, "unknown_grain")
    return None


def _top(reader: Reader, source: Path | Computed, data: Any, at: str, by: list[str]) -> Top | None:
    if data is None:
        return None
    body = reader.object(data, at, ["n", "by", "other"])
    costly = isinstance(source, Path) and source.field.kind.name in _NUMBERS
    most = words.MOST_TOP_NUMBERS if costly else words.MOST_TOP
    return Top(
        n=reader.whole(body.get("n"), f"{at}.n", 10, most),
        by=reader.word(body.get("by"), f"{at}.by", by) if by else "",
        other=reader.flag(body.get("other"), f"{at}.other", True),
    )


def read_period(reader: Reader, root: str, data: Any) -> Period | None:
    """Read which records belong. Without a field it is the instant of creation."""
    if data is None:
        return None
    body = reader.object(data, "period", ["field", "range", "locked"])
    default = "created_at" if "created_at" in registry.get(root).fields else None
    path = read_path(reader, root, body.get("field", default), "period.field")
    if path is not None and path.field.kind.name not in ("date", "instant"):
        reader.refuse("period.field", "not_date", _("“%(field)s” is no date.") % {"field": path.label})
        path = None
    try:
        resolve_range(body.get("range"), calendar_rules(), clock.now())
    except RangeError as problem:
        reader.refuse("period.range", "bad_range", str(problem))
        return None
    locked = reader.flag(body.get("locked"), "period.locked", False)
    return None if path is None else Period(path, dict(body["range"]), locked)


def read_compare(reader: Reader, data: Any, period: Period | None) -> Compare | None:
    """Read with which earlier time the period is compared."""
    if data is None:
        return None
    body = reader.object(data, "compare", ["shift", "align"])
    shift = reader.object(body.get("shift"), "compare.shift", ["unit", "n"])
    if period is None and not any(problem.at.startswith("period") for problem in reader.problems):
        reader.refuse("compare", "no_period", _("Only a report with a period can be compared."))
    n = shift.get("n", -1)
    if isinstance(n, bool) or not isinstance(n, int) or not -words.MOST_SHIFTS <= n <= -1:
        message = _("Give a whole number from %(least)d to -1.") % {"least": -words.MOST_SHIFTS}
        reader.refuse("compare.shift.n", "bad_number", message)
        n = -1
    unit = reader.word(shift.get("unit"), "compare.shift.unit", words.SHIFTS)
    return Compare(unit, n, reader.word(body.get("align"), "compare.align", words.ALIGNMENTS))

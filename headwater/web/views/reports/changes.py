"""What the controls of the designer do to a definition.

A form names only what was touched; everything else of the definition stays. The outcome may mean
nothing: whoever parses it says so beside the control.
"""

import json
from collections.abc import Callable
from copy import deepcopy
from datetime import date, timedelta
from typing import Any

from django.http import QueryDict

from headwater.lib import calendars, typed_durations, typed_numbers
from headwater.lib.durations import DurationError, parse_duration
from headwater.metadata.errors import UnknownField, UnknownObject
from headwater.metadata.paths import resolve
from headwater.reports.axes.computed import find_computed
from headwater.reports.axes.factory import grains_of
from headwater.reports.axes.grains import Grain
from headwater.reports.definition.asof import NOW
from headwater.reports.definition.words import DEFAULT_DAYS
from headwater.reports.measures.measure import Basis
from headwater.web.views.reports.shape import Json, conditions_on_groups, members, part
from headwater.web.views.settings.forms import number

Change = Callable[[Json, QueryDict], None]


def changed(data: Json, form: QueryDict) -> Json:
    """Return a definition with every control of the form applied."""
    made = deepcopy(data)
    for name, change in _CHANGES.items():
        if name in form:
            change(made, form)
    return made


def _measure(data: Json, form: QueryDict) -> None:
    """Put another measure first; the count stays beside it."""
    ref, root = form.get("measure", ""), str(data.get("root"))
    uses = members(data, "measures")
    first = {"id": uses[0].get("id", "m1") if uses else "m1", "ref": ref}
    rest = [use for use in uses[1:] if use.get("ref") not in (ref, f"{root}.count")]
    taken = {use.get("id") for use in (first, *rest)}
    if ref != f"{root}.count":
        id = next(f"m{n}" for n in range(2, 99) if f"m{n}" not in taken)
        rest.append({"id": id, "ref": f"{root}.count"})
        taken.add(id)
    data["measures"] = [first, *rest]
    known = taken | {member.get("id") for member in members(data, "rows")}
    data["sort"] = [sort for sort in members(data, "sort") if sort.get("by") in known]
    kept = [one for one in conditions_on_groups(data) if one.get("field") in taken]
    _set_conditions(data, kept, "any" if "any" in part(data, "having") else "all")
    data["chart"] = {"kind": part(data, "chart").get("kind", "bar")}


def _basis(data: Json, form: QueryDict) -> None:
    """Count the first rate on another basis, with the days of a window."""
    uses = members(data, "measures")
    if "measure" in form or not uses or not form.get("basis"):
        return
    uses[0].pop("days", None)
    basis = form.get("basis", "")
    uses[0]["basis"] = basis
    if basis == Basis.WINDOWED:
        days = form.get("days", "")
        uses[0]["days"] = number(days) if number(days) > 0 else days or DEFAULT_DAYS


def _compare(data: Json, form: QueryDict) -> None:
    """Compare with an earlier time, given as its unit; nothing for none."""
    unit = form.get("compare", "")
    if not unit or not isinstance(data.get("period"), dict):
        data.pop("compare", None)
        return
    now = part(part(data, "compare"), "shift")
    shift = now if now.get("unit") == unit else {"unit": unit, "n": -1}
    data["compare"] = {"shift": shift, "align": form.get("align") or "same_elapsed"}


def _top(data: Json, form: QueryDict) -> None:
    """Show only the largest groups by the number shown, and the rest as Other; nothing for all."""
    rows = members(data, "rows")
    if "view_by" in form or not rows:
        return
    rows[0].pop("top", None)
    if top := form.get("top", ""):
        first = (members(data, "measures") or [{}])[0].get("id", "m1")
        n = number(top)
        rows[0]["top"] = {"n": n if n > 0 else top, "by": first, "other": True}


def _lock(data: Json, form: QueryDict) -> None:
    """Let dashboards keep the period, or lay their own over it."""
    if isinstance(data.get("period"), dict):
        data["period"].pop("locked", None)
        if form.getlist("lock")[-1] == "1":
            data["period"]["locked"] = True


def _having(data: Json, form: QueryDict) -> None:
    """Show only groups whose numbers meet the conditions of the lines that have a number; none for all."""
    lines = zip(
        form.getlist("having_by"), form.getlist("having_op"), form.getlist("having_value"), strict=False
    )
    given = (
        [{"field": by, "op": op, "value": _number(value)} for by, op, value in lines if value.strip()]
        if form.get("having")
        else []
    )
    _set_conditions(data, given, "any" if form.get("having_mode") == "any" else "all")


def _set_conditions(data: Json, given: list[Json], mode: str) -> None:
    data.pop("having", None)
    if given:
        data["having"] = given[0] if len(given) == 1 else {mode: given}


def _number(text: str) -> Any:
    """Read a number, or a duration in seconds; what is neither stays as it is written, to be refused."""
    try:
        found = float(typed_numbers.typed(text))
    except ValueError:
        return _seconds(text)
    return int(found) if found.is_integer() and abs(found) < 10**15 else found


def _seconds(text: str) -> Any:
    try:
        return parse_duration(typed_durations.typed(text))
    except DurationError:
        return text[:100]


def _view_by(data: Json, form: QueryDict) -> None:
    """Group by another field: dates in their order, everything else by the number shown."""
    key, rows = form.get("view_by", ""), members(data, "rows")
    if rows and rows[0].get("field") == key:
        return
    is_date = bool(_grains(str(data.get("root")), key))
    data["rows"] = (
        [{"id": "d1", "field": key} | ({"grain": Grain.MONTH.value} if is_date else {})] if key else []
    )
    if not key:
        data.pop("having", None)
    first = (members(data, "measures") or [{}])[0].get("id", "m1")
    data["sort"] = [] if is_date or not key else [{"by": first, "dir": "desc"}]
    data["chart"] = {"kind": ("column" if is_date else "bar") if key else "scorecard"}


def _segment_by(data: Json, form: QueryDict) -> None:
    """Cut every group by another field; nothing for none. Totals of the segments come with them."""
    key, columns = form.get("segment_by", ""), members(data, "columns")
    if columns and columns[0].get("field") == key:
        return
    is_date = bool(_grains(str(data.get("root")), key))
    grain = {"grain": Grain.MONTH.value} if is_date else {}
    data["columns"] = [{"id": "d2", "field": key} | grain] if key else []
    data["totals"] = ["grand", "columns"] if key else ["grand"]
    data["chart"] = {"kind": part(data, "chart").get("kind", "bar")}


def _segment_grain(data: Json, form: QueryDict) -> None:
    columns = members(data, "columns")
    if columns and _grains(str(data.get("root")), str(columns[0].get("field"))) and "segment_by" not in form:
        columns[0]["grain"] = form.get("segment_grain", "")


def _grains(root: str, key: str) -> tuple[Grain, ...]:
    if find_computed(root, key):
        return ()
    try:
        return grains_of(resolve(root, key).field)
    except (UnknownField, UnknownObject):
        return ()


def _grain(data: Json, form: QueryDict) -> None:
    rows = members(data, "rows")
    if rows and _grains(str(data.get("root")), str(rows[0].get("field"))) and "view_by" not in form:
        rows[0]["grain"] = form.get("grain", "")


def _chart(data: Json, form: QueryDict) -> None:
    if "view_by" in form:
        return  # other groups come with a drawing that suits them
    data["chart"] = {**part(data, "chart"), "kind": form.get("chart", "")}


def _sort(data: Json, form: QueryDict) -> None:
    """Read ``<id>:asc``, ``<id>:desc``, or nothing for the natural order of the groups."""
    by, _colon, direction = form.get("sort", "").partition(":")
    data["sort"] = [{"by": by, "dir": direction}] if by else []


def _period_field(data: Json, form: QueryDict) -> None:
    if isinstance(data.get("period"), dict):
        data["period"]["field"] = form.get("period_field", "")


def _range(data: Json, form: QueryDict) -> None:
    """Read ``all``, ``last`` (with n, unit, current), ``between`` (with from, to), or a range as JSON."""
    word = form.get("range", "")
    if word == "all":
        data.pop("period", None)
        return
    if word == "last":
        spec: Any = {"rel": "last", "unit": form.get("unit"), "n": number(form.get("n", "")) or form.get("n")}
        if form.get("current") == "true":
            spec["include_current"] = True
    elif word == "between":
        spec = {
            "from": calendars.typed(form.get("from", "")) or None,
            "to": _after(calendars.typed(form.get("to", ""))) or None,
        }
    else:
        spec = _read(word)
    data["period"] = {
        **part(data, "period"),
        "range": spec,
        "field": form.get("period_field") or "created_at",
    }


def _after(day: str) -> str:
    """Return the day after one: people name the last day, ranges end before the next."""
    try:
        return (date.fromisoformat(day) + timedelta(days=1)).isoformat()
    except (ValueError, OverflowError):
        return day


def _read(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text[:100]


def _as_of(data: Json, form: QueryDict) -> None:
    """Read the day and, if one is given, the time of that day; nothing for now."""
    data.pop("as_of", None)
    day, time = calendars.typed(form.get("as_of_day", "")), form.get("as_of_time", "").strip()
    if form.get("as_of") != NOW and day:
        data["as_of"] = f"{day}T{time}" if time else day


def _drop(data: Json, form: QueryDict) -> None:
    """Take one condition away by its place, or all of them."""
    at = number(form.get("drop", ""))
    conditions = members(part(data, "where"), "all")
    if at >= 0 and len(conditions) > 1:
        data["where"] = {"all": conditions[:at] + conditions[at + 1 :]}
    else:
        data.pop("where", None)


_CHANGES: dict[str, Change] = {
    "measure": _measure,
    "basis": _basis,
    "view_by": _view_by,
    "grain": _grain,
    "segment_by": _segment_by,
    "segment_grain": _segment_grain,
    "chart": _chart,
    "period_field": _period_field,
    "range": _range,
    "as_of": _as_of,
    "drop": _drop,
    "compare": _compare,
    "top": _top,
    "having": _having,
    "lock": _lock,
    "sort": _sort,
}

"""A definition back as JSON: one form for everything that means the same."""

import hashlib
import json
from decimal import Decimal
from typing import Any

from headwater.reports.definition import words
from headwater.reports.definition.types import Chart, Definition, Dimension, Having, MeasureUse, Sort
from headwater.reports.measures.terms import EVENT_DATE


def to_json(definition: Definition) -> dict[str, Any]:
    """Return the normalized JSON: bare field keys, every id given, nothing that says the default."""
    data: dict[str, Any] = {
        "v": words.VERSION,
        "root": definition.root,
        "measures": [_measure(use) for use in definition.measures],
        "rows": [_dimension(dimension) for dimension in definition.rows],
        "columns": [_dimension(dimension) for dimension in definition.columns],
        "sort": [_sort(sort) for sort in definition.sort],
        "limit": {"rows": definition.limit},
        "chart": chart_json(definition.chart),
        "totals": list(definition.totals),
    }
    if definition.period is not None:
        data["period"] = {"field": definition.period.path.key, "range": definition.period.spec}
        if definition.period.locked:
            data["period"]["locked"] = True
    data |= _chosen(definition)
    if definition.rate != EVENT_DATE:
        data["currency"] = {"target": "base", "rate": definition.rate}
    if definition.as_of is not None:
        data["as_of"] = definition.as_of.written.isoformat()
    if not definition.where.is_empty:
        data["where"] = definition.where.to_json()
    if definition.table.columns or definition.table.order:
        data["table"] = {"columns": list(definition.table.columns), "order": list(definition.table.order)}
    for key in ("name", "preset"):
        if value := getattr(definition, key):
            data[key] = value
    return data


def definition_hash(definition: Definition) -> str:
    """Return a digest of what is computed: the same for the same report under another name."""
    meant = {
        key: value
        for key, value in to_json(definition).items()
        if key not in ("name", "preset", "chart", "table")
    }
    packed = json.dumps(meant, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(packed.encode()).hexdigest()


def chart_json(chart: Chart) -> dict[str, Any]:
    """Return the drawing as data."""
    data: dict[str, Any] = {"kind": chart.kind, "x": chart.x, "y": list(chart.y), "series": chart.series}
    if chart.target is not None:
        data["target"] = chart.target
    if chart.bands:
        data["bands"] = [dict(band) for band in chart.bands]
    return data


def _measure(use: MeasureUse) -> dict[str, Any]:
    if use.of:
        return {"id": use.id, "formula": f"share({use.of})"}
    data: dict[str, Any] = {"id": use.id, "ref": use.measure.ref}
    if use.basis is not None:
        data["basis"] = use.basis.value
    return data | {"days": use.measure.days} if use.measure.days else data


def _dimension(dimension: Dimension) -> dict[str, Any]:
    data: dict[str, Any] = {"id": dimension.id, "field": dimension.field.key}
    if dimension.grain is not None:
        data["grain"] = dimension.grain.value
    if not dimension.show_none:
        data["null"] = "hide"
    if dimension.top is not None:
        data["top"] = {"n": dimension.top.n, "by": dimension.top.by, "other": dimension.top.other}
    if not dimension.fill:
        data["fill"] = False
    return data


def _chosen(definition: Definition) -> dict[str, Any]:
    """Return with what the groups are compared, and which of them are shown."""
    data: dict[str, Any] = {}
    if definition.compare is not None:
        shift = {"unit": definition.compare.unit, "n": definition.compare.n}
        data["compare"] = {"shift": shift, "align": definition.compare.align}
    if definition.having is not None:
        data["having"] = _having(definition.having)
    return data


def _having(having: Having) -> dict[str, Any]:
    found = [{"field": one.by, "op": one.op, "value": _plain(one.value)} for one in having.conditions]
    if len(found) == 1:
        return found[0]
    return {"any" if having.is_any else "all": found}


def _plain(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)


def _sort(sort: Sort) -> dict[str, Any]:
    data = {"by": sort.by, "dir": "desc" if sort.descending else "asc"}
    return data | {"nulls": "first"} if sort.nulls_first else data

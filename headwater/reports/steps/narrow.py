"""Where there may be as many groups as records, the database picks the largest."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from django.db.models import F, Min, Q, QuerySet

from headwater.reports.axes.base import Axis
from headwater.reports.axes.texts import TextAxis
from headwater.reports.definition import Dimension
from headwater.reports.dialect import InBytes
from headwater.reports.measures.parts import ROWS, parts_of, rank
from headwater.reports.plan import Narrowed, Plan
from headwater.reports.queries import Asked, ask

MOST_ROW_GROUPS, MOST_COLUMN_GROUPS = 50, 20
"""How many groups of an unbounded dimension are shown when the definition does not say."""


def narrow(plan: Plan) -> Plan:
    """Choose the groups of texts, numbers and links to records. Does nothing for other dimensions."""
    narrowed, queries = dict(plan.narrowed), plan.queries
    for dimension in plan.definition.dimensions:
        axis = plan.axes[dimension.id]
        if axis.unbounded:
            narrowed[dimension.id], asked = _largest(plan, dimension, axis)
            queries += asked
    return replace(plan, narrowed=narrowed, queries=queries)


def none_q(axis: Axis, alias: str) -> Q:
    """Return the condition for having no value in an annotated key."""
    none = Q(**{f"{alias}__isnull": True})
    return none | Q(**{alias: ""}) if isinstance(axis, TextAxis) else none


def _largest(plan: Plan, dimension: Dimension, axis: Axis) -> tuple[Narrowed, tuple[Asked, ...]]:
    most = MOST_ROW_GROUPS if dimension in plan.definition.rows else MOST_COLUMN_GROUPS
    n = dimension.top.n if dimension.top else most
    keyed = (
        plan.population()
        .annotate(report_key=axis.expression())
        .exclude(none_q(axis, "report_key"))
        .order_by()
    )
    ranked = _ranked(plan, dimension, keyed, axis)
    rows, asked = ask(lambda: list(ranked[: n + 1]))
    groups = len(rows)
    if groups > n:
        groups, counting = ask(keyed.values("report_key").distinct().count)
        asked += counting
    shown = rows[:n]
    spelled = {row["report_key"]: row["report_spelled"] for row in shown if row.get("report_spelled")}
    return Narrowed(tuple(row["report_key"] for row in shown), groups, spelled=spelled), asked


def _ranked(plan: Plan, dimension: Dimension, keyed: QuerySet[Any, Any], axis: Axis) -> QuerySet[Any, Any]:
    """Return the groups, largest first; without a wish, the most records decide."""
    by = plan.definition.measure(dimension.top.by) if dimension.top else None
    parts = parts_of(by.measure) if by else (ROWS,)
    names = {part.name: f"part{i}" for i, part in enumerate(parts)}
    alias: Callable[[str], str] = names.__getitem__
    spelling = axis.spelling()
    extra: dict[str, Any] = {} if spelling is None else {"report_spelled": Min(InBytes(spelling))}
    found = keyed.values("report_key").annotate(
        **{alias(part.name): part.expression for part in parts}, **extra
    )
    sized: QuerySet[Any, Any] = found.annotate(
        report_size=rank(by.measure, alias) if by else F(alias(ROWS.name))
    )
    ordered: QuerySet[Any, Any] = sized.order_by(
        F("report_size").desc(nulls_last=True), InBytes(F("report_key")) if spelling else F("report_key")
    )
    return ordered

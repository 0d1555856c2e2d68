"""Where there may be as many groups as records, the database picks the largest."""

from dataclasses import dataclass, replace
from typing import Any

from django.db.models import F, FloatField, Min, Q, QuerySet, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast, NullIf
from django.utils.translation import gettext as _

from headwater.metadata.errors import Problem
from headwater.reports.axes.base import Axis
from headwater.reports.axes.texts import TextAxis
from headwater.reports.definition import DefinitionError, Dimension, MeasureUse
from headwater.reports.dialect import InBytes
from headwater.reports.measures.measure import MeasureKind
from headwater.reports.measures.parts import ROWS
from headwater.reports.measures.recipes import Recipe
from headwater.reports.plan import Narrowed, Plan, Strand
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
    deciding = _deciding(plan, dimension)
    ranked = _ranked(deciding, axis)
    rows, asked = ask(lambda: list(ranked[: n + 1]))
    groups = len(rows)
    if groups > n or len(plan.strands) > 1:
        keys = [_keyed(strand, axis).values("report_key") for strand in plan.strands]
        # Groups of records that only another strand has are groups too.
        every = keys[0].union(*keys[1:]) if len(keys) > 1 else keys[0].distinct()
        groups, counting = ask(every.count)
        asked += counting
    shown = rows[:n]
    spelled = {row["report_key"]: row["report_spelled"] for row in shown if row.get("report_spelled")}
    return Narrowed(tuple(row["report_key"] for row in shown), groups, spelled=spelled), asked


def _keyed(strand: Strand, axis: Axis) -> QuerySet[Any, Any]:
    keyed = strand.population().annotate(report_key=axis.expression())
    found: QuerySet[Any, Any] = keyed.exclude(none_q(axis, "report_key")).order_by()
    return found


@dataclass(frozen=True)
class _Deciding:
    """By what the groups are chosen: a measure of one strand, or without a wish the most records."""

    strand: Strand
    recipe: Recipe | None


def _deciding(plan: Plan, dimension: Dimension) -> _Deciding:
    use = plan.definition.measure(dimension.top.by) if dimension.top else None
    if use is None:
        return _Deciding(plan.strands[0], None)
    strands = plan.strands_of(use)
    if len(strands) > 1 or use.measure.kind is MeasureKind.MEDIAN:
        raise DefinitionError([Problem(f"{dimension.id}.top.by", "not_sortable", _not_sortable(use))])
    return _Deciding(strands[0], plan.recipe(use))


def _not_sortable(use: MeasureUse) -> str:
    text = _("The largest of so many groups cannot be chosen by “%(measure)s”; choose another measure.")
    return text % {"measure": use.measure.label}


def _ranked(deciding: _Deciding, axis: Axis) -> QuerySet[Any, Any]:
    """Return the groups, largest first; without a wish, the most records decide."""
    parts = deciding.recipe.parts if deciding.recipe else (ROWS,)
    names = {part.name: f"part{i}" for i, part in enumerate(parts)}
    spelling = axis.spelling()
    extra: dict[str, Any] = {} if spelling is None else {"report_spelled": Min(InBytes(spelling))}
    found = (
        _keyed(deciding.strand, axis)
        .values("report_key")
        .annotate(**{names[part.name]: part.expression for part in parts}, **extra)
    )
    sized: QuerySet[Any, Any] = found.annotate(report_size=_size(deciding.recipe, names))
    ordered: QuerySet[Any, Any] = sized.order_by(
        F("report_size").desc(nulls_last=True), InBytes(F("report_key")) if spelling else F("report_key")
    )
    return ordered


def _size(recipe: Recipe | None, names: dict[str, str]) -> Combinable:
    """Return the SQL of a measure's value over annotated parts."""
    if recipe is None:
        return F(names[ROWS.name])
    if recipe.under is None:
        return F(names[recipe.top])
    return Cast(F(names[recipe.top]), FloatField()) / NullIf(F(names[recipe.under]), Value(0))

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
from headwater.reports.steps.having import decides, meets_q, recipes

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
    conditions = plan if decides(plan, dimension) else None
    ranked = _ranked(deciding, axis, conditions)
    rows, asked = ask(lambda: list(ranked[: n + 1]))
    groups, met = len(rows), None
    if conditions is not None:
        met, counting = (len(rows), ()) if len(rows) <= n else ask(ranked.order_by().count)
        asked += counting
    if groups > n or len(plan.strands) > 1 or conditions is not None:
        keys = [_keyed(strand, axis).values("report_key") for strand in plan.strands]
        # Groups of records that only another strand has are groups too.
        every = keys[0].union(*keys[1:]) if len(keys) > 1 else keys[0].distinct()
        groups, counting = ask(every.count)
        asked += counting
    shown = rows[:n]
    spelled = {row["report_key"]: row["report_spelled"] for row in shown if row.get("report_spelled")}
    keys_shown = tuple(row["report_key"] for row in shown)
    return Narrowed(keys_shown, groups, spelled=spelled, met=met), asked


def _keyed(strand: Strand, axis: Axis) -> QuerySet[Any, Any]:
    assert strand.whole is not None
    keyed = strand.whole.annotate(report_key=axis.expression())
    found: QuerySet[Any, Any] = keyed.exclude(none_q(axis, "report_key")).order_by()
    return found


@dataclass(frozen=True)
class _Deciding:
    """By what the groups are chosen: a measure of one strand, or without a wish the most records.

    Conditions on the groups are tested on records of the same strand.
    """

    strand: Strand
    recipe: Recipe | None


def _deciding(plan: Plan, dimension: Dimension) -> _Deciding:
    use = plan.definition.measure(dimension.top.by) if dimension.top else None
    tested = {recipe.strands[0] for recipe in recipes(plan)} if decides(plan, dimension) else set()
    if use is None:
        strand = next((one for one in plan.strands if one.name in tested), plan.strands[0])
        recipe = None
    else:
        strands = plan.strands_of(use)
        if len(strands) > 1 or use.measure.kind is MeasureKind.MEDIAN:
            raise DefinitionError([Problem(f"{dimension.id}.top.by", "not_sortable", _not_sortable(use))])
        strand, recipe = strands[0], plan.recipe(use)
    if tested - {strand.name}:
        raise DefinitionError([Problem("having", "several_dates", _several_dates())])
    return _Deciding(strand, recipe)


def _several_dates() -> str:
    return _("So many groups can only be chosen by measures that count by one and the same date.")


def _not_sortable(use: MeasureUse) -> str:
    text = _("The largest of so many groups cannot be chosen by “%(measure)s”; choose another measure.")
    return text % {"measure": use.measure.label}


def _ranked(deciding: _Deciding, axis: Axis, conditions: Plan | None) -> QuerySet[Any, Any]:
    """Return the groups that meet a plan's conditions, largest first; without a wish, by their records."""
    parts = deciding.recipe.parts if deciding.recipe else (ROWS,)
    if conditions is not None:
        tested = {part.name: part for recipe in recipes(conditions) for part in recipe.parts}
        parts = tuple(({part.name: part for part in parts} | tested).values())
    names = {part.name: f"part{i}" for i, part in enumerate(parts)}
    spelling = axis.spelling()
    extra: dict[str, Any] = {} if spelling is None else {"report_spelled": Min(InBytes(spelling))}
    found = (
        _keyed(deciding.strand, axis)
        .values("report_key")
        .annotate(**{names[part.name]: part.expression for part in parts}, **extra)
    )
    sized: QuerySet[Any, Any] = found.annotate(report_size=_size(deciding.recipe, names))
    if conditions is not None:
        sized = sized.filter(meets_q(conditions, names))
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

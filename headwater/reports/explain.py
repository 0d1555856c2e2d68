"""What a number means, what it leaves out, and how to check it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from django.db.models import Min, QuerySet
from django.utils.translation import gettext as _

from headwater.access import rights
from headwater.access.fields import reading_as
from headwater.access.visibility import deleted_q
from headwater.lib import formats
from headwater.metadata import registry
from headwater.metadata.filters import Filter, parse_filter
from headwater.records.asof import as_of
from headwater.records.find import find_records
from headwater.records.models import Record
from headwater.reports import words
from headwater.reports.axes.base import OTHER, Axis, Key
from headwater.reports.coordinates import Coordinates, cell_tree, strand_trees
from headwater.reports.definition import MeasureUse
from headwater.reports.dialect import InBytes
from headwater.reports.drill import locate
from headwater.reports.maturity import is_cohort, is_open_group, is_open_result
from headwater.reports.measures.cells import SMALL_SAMPLE, Cell, cell_maker, share_of
from headwater.reports.measures.measure import Measure
from headwater.reports.plan import Plan
from headwater.reports.present import exclusions_of, measure_column, reason_words
from headwater.reports.queries import Asked, ask
from headwater.reports.result import Column, Exclusion
from headwater.reports.run import Given, read
from headwater.users import organization
from headwater.users.actor import Actor


@dataclass(frozen=True)
class Explanation:
    """Everything a reader needs to trust one number, or to find out why not.

    ``filter`` finds exactly the counted records in any list (of the time that the report is as of);
    the number was counted with it once more. ``group`` and ``conditions`` are empty where nothing is fixed.
    """

    title: str
    measure: Measure
    column: Column
    cell: Cell
    numerator: str | None
    denominator: str | None
    group: str
    period: str
    bounds: str
    conditions: str
    excluded: Sequence[Exclusion]
    cautions: Sequence[str]
    as_of: str
    rights: str
    filter: Filter
    sql: Sequence[Mapping[str, Any]] | None = field(default=None, repr=False)

    def to_json(self) -> dict[str, Any]:
        """Return the explanation as data; SQL only where the reader may see it."""
        data: dict[str, Any] = {
            "title": self.title,
            "measure": {
                "ref": self.measure.ref,
                "label": str(self.measure.label),
                "definition": str(self.measure.definition),
                "version": self.measure.version,
            },
            "column": self.column.to_json(),
            "cell": self.cell.to_json(),
            "excluded": [exclusion.to_json() for exclusion in self.excluded],
            "cautions": list(self.cautions),
            "filter": self.filter.to_json(),
        }
        for name in (
            "numerator",
            "denominator",
            "group",
            "period",
            "bounds",
            "conditions",
            "as_of",
            "rights",
        ):
            data[name] = getattr(self, name)
        return data if self.sql is None else data | {"sql": [dict(statement) for statement in self.sql]}


def explain(
    actor: Actor,
    definition: Given,
    cell: Mapping[str, Any] | None = None,
    *,
    overrides: Mapping[str, Any] | None = None,
) -> Explanation:
    """Explain one number. ``cell`` is what ``drill`` takes; raises what it raises."""
    with reading_as(actor):
        asked = read(definition, overrides)
        with as_of(actor, asked.instant):
            return _explained(actor, *locate(actor, asked, cell))


def _explained(actor: Actor, plan: Plan, coordinates: Coordinates) -> Explanation:
    root, measure = plan.definition.root, coordinates.use.measure
    found = parse_filter(root, cell_tree(plan, coordinates))
    counted = find_records(actor, root).filter(found.to_q(plan.context))
    number, asked = _counted(plan, coordinates)
    shown = number
    if coordinates.use.of:
        whole, more = _counted(plan, replace(coordinates, keys={}))
        shown, asked = share_of(number, whole), asked + more
    return Explanation(
        title=words.by_words(plan.definition, [coordinates.use]),
        measure=measure,
        column=measure_column(coordinates.use),
        cell=shown,
        numerator=_numerator(coordinates.use, shown),
        denominator=_denominator(coordinates.use, shown),
        group=_group_words(plan, coordinates, counted),
        period=words.period_words(plan, before=coordinates.before),
        bounds=_bounds_words(plan, before=coordinates.before),
        conditions=plan.definition.where.sentence(plan.context),
        excluded=[*exclusions_of(coordinates.use, number), *_deleted(plan, found)],
        cautions=[*_cautions(plan, coordinates, shown), *words.method_words(plan, [coordinates.use])],
        as_of=words.as_of_words(plan.definition) or words.moment_words(plan),
        rights=words.rights_words(actor, root),
        filter=found,
        sql=[one.to_json() for one in (*plan.queries, *asked)] if rights.is_administrator(actor) else None,
    )


def _counted(plan: Plan, coordinates: Coordinates) -> tuple[Cell, tuple[Asked, ...]]:
    """Count a cell once more, by the filters that find its records."""
    names: list[str] = []
    values: list[Any] = []
    queries: tuple[Asked, ...] = ()
    for strand, tree in strand_trees(plan, coordinates, with_unused=True):
        found = find_records(plan.actor, plan.definition.root)
        found = found.filter(parse_filter(plan.definition.root, tree).to_q(plan.context))
        aggregates = {f"part{i}": part.expression for i, part in enumerate(strand.parts)}
        counted, asked = ask(partial(found.aggregate, **aggregates))
        queries += asked
        names += [part.name for part in strand.parts]
        values += counted.values()
    recipe = plan.recipe(coordinates.use, before=coordinates.before)
    return cell_maker(recipe, names)(tuple(values)), queries


def _numerator(use: MeasureUse, number: Cell) -> str | None:
    if number.numerator is None:
        return None
    words_ = {"count": _figure(use, number.numerator), "label": use.measure.counted.label}
    if use.measure.is_rate:
        return _("%(count)s count as “%(label)s”") % words_
    return str(words_["count"]) if use.of else _("sum %(count)s") % words_


def _denominator(use: MeasureUse, number: Cell) -> str | None:
    if number.denominator is None:
        return None
    if use.of or use.measure.value:
        return _("of %(count)s in all") % {"count": _figure(use, number.denominator)}
    objects = str(registry.whole(use.measure.object_name).label_plural).lower()
    return _("%(count)s %(objects)s") % {"count": formats.number(number.denominator), "objects": objects}


def _figure(use: MeasureUse, number: Any) -> str:
    """Return what a rate or a share is made of: an amount of money, or a number."""
    measure = use.measure
    field = registry.whole(measure.object_name).fields[measure.number] if measure.number else None
    is_money = field is not None and field.currency_key is not None
    if is_money and (measure.is_rate or use.of):
        return formats.money(number, organization.current().currency)
    return formats.number(number)


def _group_words(plan: Plan, coordinates: Coordinates, counted: QuerySet[Record]) -> str:
    """Return the cell's group: "Source: Google; Created (month): Mar 2026"."""
    parts = []
    for dimension in plan.definition.dimensions:
        if dimension.id in coordinates.keys:
            axis, key = plan.axes[dimension.id], coordinates.keys[dimension.id]
            label = axis.groups([key], _spelled(axis, key, counted))[key]
            parts.append(f"{words.dimension_words(dimension)}: {label}")
    return "; ".join(parts)


def _spelled(axis: Axis, key: Key, counted: QuerySet[Record]) -> dict[Key, str]:
    """Return how people wrote a text whose group is named by a folded form."""
    spelling = axis.spelling()
    if spelling is None or key is None or key is OTHER:
        return {}
    written = counted.aggregate(report_spelled=Min(InBytes(spelling)))["report_spelled"]
    return {key: written} if written else {}


def _bounds_words(plan: Plan, *, before: bool) -> str:
    """Return the exact bounds; the end is the first instant that no longer belongs."""
    bounds = plan.comparison.before if before and plan.comparison else plan.bounds
    if bounds is None:
        return _("any time")
    tz = plan.context.rules.tz
    start, end = (None if side is None else formats.instant(side, tz) for side in (bounds.start, bounds.end))
    known = {"start": start, "end": end, "zone": plan.context.rules.zone}
    if start is None:
        return _("before %(end)s (%(zone)s)") % known
    if end is None:
        return _("from %(start)s on (%(zone)s)") % known
    return _("from %(start)s to before %(end)s (%(zone)s)") % known


def _deleted(plan: Plan, found: Filter) -> list[Exclusion]:
    """Count deleted records that would have been the reader's: they belong to no population."""
    root = plan.definition.root
    deleted = deleted_q(plan.actor, root)
    if deleted is None:
        return []
    count = registry.whole(root).unscoped.filter(deleted, found.to_q(plan.context)).count()
    return [Exclusion("deleted", reason_words("deleted", count), count)] if count else []


def _cautions(plan: Plan, coordinates: Coordinates, number: Cell) -> list[str]:
    cautions = []
    fixed = [(d, coordinates.keys[d.id]) for d in plan.definition.dimensions if d.id in coordinates.keys]
    is_open = any(is_open_group(plan, d, key) for d, key in fixed) or (not fixed and is_open_result(plan))
    if is_cohort(coordinates.use) and is_open and not coordinates.before:
        cautions.append(words.open_words())
    if number.small:
        cautions.append(_("Fewer than %(n)d records: one more or less changes much.") % {"n": SMALL_SAMPLE})
    if number.value is None and number.denominator is not None:
        cautions.append(_("There is nothing to divide by, so there is no number; this is not zero."))
    if any(plan.axes[d.id].overlaps for d, _key in fixed):
        cautions.append(_("Groups overlap: their sum is more than the total."))
    return cautions

"""Which cell is meant, and which records it counted."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from headwater.metadata.errors import BadValue, Problem
from headwater.reports.absolute import absolute
from headwater.reports.axes.base import OTHER, Key, Tree
from headwater.reports.axes.dates import BucketAxis
from headwater.reports.definition import DefinitionError, MeasureUse
from headwater.reports.definition.reader import Reader, shorten
from headwater.reports.period import period_tree
from headwater.reports.plan import Plan, Strand


@dataclass(frozen=True)
class Coordinates:
    """One cell: a measure, and keys of those dimensions that are fixed. A total fixes none.

    ``before`` means the number of the earlier time that stands beside it.
    """

    use: MeasureUse
    keys: Mapping[str, Key]
    before: bool = False

    @property
    def names_other(self) -> bool:
        return any(key is OTHER for key in self.keys.values())


def read_coordinates(plan: Plan, cell: Any) -> Coordinates:
    """Read ``{"row": {…}, "column": {…}, "measure": "m1", "compare": false}``; every part may be missing.

    Raises DefinitionError naming what is wrong. The plan's axes are bound.
    """
    reader = Reader()
    body = reader.object(cell, "cell", ["row", "column", "measure", "compare"])
    keys: dict[str, Key] = {}
    for side, dimensions in (("row", plan.definition.rows), ("column", plan.definition.columns)):
        given = reader.object(body.get(side), f"cell.{side}", [dimension.id for dimension in dimensions])
        for id, word in given.items():
            _read_key(reader, plan, id, word, f"cell.{side}.{id}", keys)
    ids = [use.id for use in plan.definition.measures]
    use = plan.definition.measure(reader.word(body.get("measure"), "cell.measure", ids))
    before = reader.flag(body.get("compare"), "cell.compare", False)
    if before and plan.comparison is None:
        reader.refuse("cell.compare", "no_compare", _("This report compares with no earlier time."))
    if reader.problems or use is None:
        raise DefinitionError(reader.problems)
    return Coordinates(use, keys, before)


def _read_key(reader: Reader, plan: Plan, id: str, word: Any, at: str, keys: dict[str, Key]) -> None:
    try:
        if word is None:
            keys[id] = None
        elif word == {"other": True}:
            keys[id] = OTHER
        else:
            keys[id] = plan.axes[id].read(word)
    except BadValue as problem:
        message = _("“%(word)s”: %(message)s") % {"word": shorten(word), "message": problem.message}
        reader.refuse(at, problem.code, message)


def strand_trees(
    plan: Plan, coordinates: Coordinates, *, with_unused: bool = False
) -> list[tuple[Strand, Tree]]:
    """Return the filter of each strand that a cell is counted of, with absolute times.

    ``with_unused`` finds the records too that the measure leaves out, such as those too young. For
    Other the plan must have been carried out, because it knows which groups are shown.
    """
    use, before = coordinates.use, coordinates.before
    only = () if with_unused else plan.recipe(use, before=before).only
    return [
        (
            strand,
            {"all": [*_population(plan, strand), *_group_trees(plan, strand, coordinates), *only]},
        )
        for strand in plan.strands_of(use, before=before)
    ]


def cell_tree(plan: Plan, coordinates: Coordinates) -> Tree:
    """Return the filter that finds exactly the records a cell counted."""
    trees = [tree for _strand, tree in strand_trees(plan, coordinates)]
    return trees[0] if len(trees) == 1 else {"any": trees}


def _population(plan: Plan, strand: Strand) -> list[Tree]:
    """Return the conditions of every record that a strand counts."""
    trees: list[Tree] = []
    if strand.path is not None and strand.bounds is not None:
        trees.append(period_tree(strand.path, strand.bounds, plan.context))
    elif strand.path is not None:
        trees.append({"field": strand.path.key, "op": "not_empty"})
    if not plan.definition.where.is_empty:
        trees += absolute(plan.definition.where, plan.context)["all"]
    trees += [
        {"not": strand.axes[dimension.id].none_tree()}
        for dimension in plan.definition.dimensions
        if not dimension.show_none
    ]
    return trees


def _group_trees(plan: Plan, strand: Strand, coordinates: Coordinates) -> list[Tree]:
    trees = []
    for id, key in coordinates.keys.items():
        axis = strand.axes[id]
        if key is not OTHER:
            trees.append(axis.filter_for([_own_key(plan, strand, id, key)]))
            continue
        narrowed = plan.narrowed.get(id)
        if narrowed is None or narrowed.is_complete:
            raise DefinitionError(
                [Problem(f"cell.{id}", "no_other", _("This report has no group “Other” here."))]
            )
        shown = [_own_key(plan, strand, id, one) for one in narrowed.keys]
        trees.append(axis.other_tree(shown, [_own_key(plan, strand, id, one) for one in narrowed.rest]))
    return trees


def _own_key(plan: Plan, strand: Strand, id: str, key: Key) -> Key:
    """Return the strand's bucket that stands against one of the report; every other key means the same."""
    axis, dimension = strand.axes[id], plan.definition.dimension(id)
    is_earlier = strand.is_before and dimension is not None and plan.is_calendar(dimension)
    if not is_earlier or key is None or not isinstance(axis, BucketAxis):
        return key
    assert plan.comparison is not None
    return plan.comparison.earlier(key, axis.unit, axis.rules)

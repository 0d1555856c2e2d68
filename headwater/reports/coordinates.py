"""Which cell is meant, and which records it counted."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from headwater.metadata.errors import BadValue, Problem
from headwater.reports.absolute import absolute
from headwater.reports.axes.base import OTHER, Key, Tree
from headwater.reports.definition import DefinitionError, MeasureUse
from headwater.reports.definition.reader import Reader, shorten
from headwater.reports.period import period_tree
from headwater.reports.plan import Plan


@dataclass(frozen=True)
class Coordinates:
    """One cell: a measure, and keys of those dimensions that are fixed. A total fixes none."""

    use: MeasureUse
    keys: Mapping[str, Key]

    @property
    def names_other(self) -> bool:
        return any(key is OTHER for key in self.keys.values())


def read_coordinates(plan: Plan, cell: Any) -> Coordinates:
    """Read ``{"row": {…}, "column": {…}, "measure": "m1"}``; every part may be missing.

    Raises DefinitionError naming what is wrong. The plan's axes are bound.
    """
    reader = Reader()
    body = reader.object(cell, "cell", ["row", "column", "measure"])
    keys: dict[str, Key] = {}
    for side, dimensions in (("row", plan.definition.rows), ("column", plan.definition.columns)):
        given = reader.object(body.get(side), f"cell.{side}", [dimension.id for dimension in dimensions])
        for id, word in given.items():
            _read_key(reader, plan, id, word, f"cell.{side}.{id}", keys)
    ids = [use.id for use in plan.definition.measures]
    use = plan.definition.measure(reader.word(body.get("measure"), "cell.measure", ids))
    if reader.problems or use is None:
        raise DefinitionError(reader.problems)
    return Coordinates(use, keys)


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


def population_tree(plan: Plan) -> list[Tree]:
    """Return the conditions of every record the report counts, with absolute times."""
    definition = plan.definition
    trees: list[Tree] = []
    if definition.period is not None and plan.bounds is not None:
        trees.append(period_tree(definition.period, plan.bounds, plan.context))
    if not definition.where.is_empty:
        trees += absolute(definition.where, plan.context)["all"]
    trees += [
        {"not": plan.axes[dimension.id].none_tree()}
        for dimension in definition.dimensions
        if not dimension.show_none
    ]
    return trees


def cell_tree(plan: Plan, coordinates: Coordinates) -> Tree:
    """Return the filter that finds exactly the records a cell counted.

    For Other the plan must have been carried out, because it knows which groups are shown.
    """
    trees = population_tree(plan)
    for id, key in coordinates.keys.items():
        axis = plan.axes[id]
        if key is not OTHER:
            trees.append(axis.filter_for([key]))
            continue
        narrowed = plan.narrowed.get(id)
        if narrowed is None or narrowed.is_complete:
            raise DefinitionError(
                [Problem(f"cell.{id}", "no_other", _("This report has no group “Other” here."))]
            )
        trees.append(axis.other_tree(narrowed.keys, narrowed.rest))
    return {"all": trees}

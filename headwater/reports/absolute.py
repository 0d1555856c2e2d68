"""Filters whose times no longer move: what was counted now is found by them later."""

from dataclasses import replace
from datetime import date, datetime
from typing import Any

from headwater.lib.ranges import Bounds, resolve_range
from headwater.metadata import operators
from headwater.metadata.context import FilterContext
from headwater.metadata.filters import Exists, Filter, Group, Leaf, Node
from headwater.metadata.operators.times import cutoff
from headwater.reports.axes.base import Tree


def absolute(filter: Filter, context: FilterContext) -> Tree:
    """Return a filter's tree with every relative time turned into what it means now."""
    return _absolute(filter.root, context).to_json()


def range_json(bounds: Bounds, context: FilterContext, *, days: bool) -> dict[str, str]:
    """Return bounds as a range of dates, or of instants in the organization's zone."""
    sides: tuple[tuple[str, date | datetime | None], ...] = (
        (("from", bounds.first), ("to", bounds.stop))
        if days
        else (("from", bounds.start), ("to", bounds.end))
    )
    return {name: _written(moment, context) for name, moment in sides if moment is not None}


def _written(moment: date | datetime, context: FilterContext) -> str:
    return (context.rules.local(moment) if isinstance(moment, datetime) else moment).isoformat()


def _absolute(node: Node, context: FilterContext) -> Node:
    if isinstance(node, Group):
        return replace(node, children=tuple(_absolute(child, context) for child in node.children))
    if isinstance(node, Exists):
        return replace(node, where=_absolute(node.where, context))
    return _absolute_leaf(node, context) if isinstance(node, Leaf) else node


def _absolute_leaf(leaf: Leaf, context: FilterContext) -> Leaf:
    field, operand = leaf.path.field, leaf.operand
    is_date = field.kind.name == "date"
    match leaf.operator.key:
        case "in_range" if not {"from", "to"} & set(operand):
            # Every relative range begins and ends with a day.
            return _in_range(
                leaf, range_json(resolve_range(operand, context.rules, context.now), context, days=True)
            )
        case "older_than" | "newer_than" as word if field.kind.name in ("date", "instant"):
            moment = cutoff(field.kind.name, operand, context)
            return _in_range(leaf, {"to" if word == "older_than" else "from": _written(moment, context)})
        case "before" | "after" if operand in ({"rel": "today"}, {"rel": "now"}):
            today = context.rules.local_date(context.now)
            by_day = operand == {"rel": "today"} or is_date
            value = today.isoformat() if by_day else _written(context.now, context)
            return replace(leaf, operand=value, raw=value)
    return leaf


def _in_range(leaf: Leaf, value: dict[str, Any]) -> Leaf:
    operator = operators.get(leaf.path.field, "in_range")
    assert operator is not None
    return replace(leaf, operator=operator, operand=value, raw=value)

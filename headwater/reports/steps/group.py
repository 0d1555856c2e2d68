"""From pieces to groups and totals."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from itertools import product
from typing import Any

from headwater.reports.axes.base import OTHER, Axis, Key
from headwater.reports.definition import Dimension
from headwater.reports.measures.cells import cell_of
from headwater.reports.plan import Grouped, Keys, Narrowed, Plan, Values

KeysOf = dict[Any, tuple[Key, ...]]
"""Raw values and the groups they belong to."""


def group(plan: Plan) -> Plan:
    """Merge the pieces into cells, rows, columns and the grand total.

    Every total is merged from the same pieces and never from cells, so that overlapping groups,
    Other and rates come out right.
    """
    lookups = [_keys_of(plan, i, id) for i, id in enumerate(plan.axes)]
    narrowed = dict(plan.narrowed)
    for i, dimension in enumerate(plan.definition.dimensions):
        if dimension.top is not None and dimension.id not in narrowed:
            narrowed[dimension.id] = _top(plan, i, dimension, lookups[i])
            lookups[i] = _with_other(lookups[i], narrowed[dimension.id])
    merged = _Merged(plan, lookups)
    return replace(plan, narrowed=narrowed, grouped=merged.result())


def _keys_of(plan: Plan, position: int, id: str) -> KeysOf:
    axis, narrowed = plan.axes[id], plan.narrowed.get(id)
    raws = {piece[position] for piece in plan.pieces}
    if narrowed is None or narrowed.is_complete:
        return {raw: axis.keys(raw) for raw in raws}
    return {raw: (OTHER,) if raw[1] else axis.keys(raw[0]) for raw in raws}


def _top(plan: Plan, position: int, dimension: Dimension, keys_of: KeysOf) -> Narrowed:
    """Choose the largest groups of a dimension that has few."""
    top = dimension.top
    use = plan.definition.measure(top.by) if top else None
    assert top is not None
    assert use is not None
    sums: dict[Key, Values] = {}
    for piece in plan.pieces:
        for key in keys_of[piece[position]]:
            _merge(sums, key, piece[len(plan.axes) :], plan)
    real = plan.axes[dimension.id].groups([key for key in sums if key is not None], {})
    sizes = {key: cell_of(use.measure, plan.part_values(sums[key])).value for key in real}
    # Sorting is stable: among equals the natural order decides. No number comes after every number.
    ranked = sorted(real, key=lambda key: (sizes[key] is None, -(sizes[key] or 0)))
    return Narrowed(tuple(ranked[: top.n]), len(ranked), rest=tuple(ranked[top.n :]))


def _with_other(keys_of: KeysOf, narrowed: Narrowed) -> KeysOf:
    rest = set(narrowed.rest)
    return {
        raw: tuple(dict.fromkeys(OTHER if key in rest else key for key in keys))
        for raw, keys in keys_of.items()
    }


def _merge(target: dict[Any, Values], key: Any, values: Values, plan: Plan) -> None:
    known = target.get(key)
    if known is None:
        target[key] = values
    else:
        target[key] = tuple(
            part.merge(left, right) for part, left, right in zip(plan.parts, known, values, strict=True)
        )


class _Merged:
    """Values collected at every grain in one pass over the pieces."""

    def __init__(self, plan: Plan, lookups: list[KeysOf]) -> None:
        self.plan = plan
        self.split, self.width = len(plan.definition.rows), len(plan.axes)
        self.cells: dict[Any, Values] = {}
        self.rows: dict[Any, Values] = {}
        self.columns: dict[Any, Values] = {}
        self.grand: dict[Any, Values] = {}
        for piece in plan.pieces:
            values = piece[self.width :]
            groups = [lookup[raw] for lookup, raw in zip(lookups, piece, strict=False)]
            self._add(list(product(*groups[: self.split])), list(product(*groups[self.split :])), values)

    def _add(self, rows: Iterable[Keys], columns: Iterable[Keys], values: Values) -> None:
        plan = self.plan
        _merge(self.grand, (), values, plan)
        for row in rows:
            _merge(self.rows, row, values, plan)
            if self.width > self.split:
                for column in columns:
                    _merge(self.cells, (row, column), values, plan)
        for column in columns:
            _merge(self.columns, column, values, plan)

    def result(self) -> Grouped:
        return Grouped(self.cells, self.rows, self.columns, self.grand.get((), ()))


def axis_keys(groups: Mapping[Keys, Any], position: int) -> set[Key]:
    """Return the keys of one dimension among the keys of a side."""
    return {keys[position] for keys in groups}


__all__ = ["Axis", "axis_keys", "group"]

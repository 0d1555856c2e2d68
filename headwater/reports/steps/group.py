"""From pieces to groups and totals."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from itertools import product
from operator import getitem
from typing import Any

from headwater.reports.axes.base import OTHER, Key
from headwater.reports.axes.dates import BucketAxis
from headwater.reports.definition import Dimension
from headwater.reports.measures.cells import cell_maker
from headwater.reports.measures.parts import Values, merged
from headwater.reports.plan import Grouped, Keys, Narrowed, Plan, Strand
from headwater.reports.steps.having import decides, tester

KeysOf = dict[Any, tuple[Key, ...]]
"""Raw values and the groups they belong to."""


Lookups = list[KeysOf]
"""Of one strand: by dimension."""


def group(plan: Plan) -> Plan:
    """Merge the pieces into cells, rows, columns and the grand total.

    Every total is merged from the same pieces and never from cells, so that overlapping groups,
    Other and rates come out right.
    """
    strands = _laid_out(plan)
    lookups = [[_keys_of(plan, strand, i, id) for i, id in enumerate(plan.axes)] for strand in strands]
    narrowed = dict(plan.narrowed)
    for i, dimension in enumerate(plan.definition.dimensions):
        if dimension.top is not None and dimension.id not in narrowed:
            narrowed[dimension.id] = _top(plan, strands, i, dimension, lookups)
            for strand_lookups in lookups:
                strand_lookups[i] = _with_other(strand_lookups[i], narrowed[dimension.id])
    return replace(plan, narrowed=narrowed, grouped=_merged(plan, strands, lookups))


def _laid_out(plan: Plan) -> tuple[Strand, ...]:
    """Return the strands with pieces as wide as all parts: each strand has nothing of the others'."""
    if len(plan.strands) == 1:
        return plan.strands
    width, nothing, made, start = len(plan.axes), plan.nothing, [], 0
    for strand in plan.strands:
        end = start + len(strand.parts)
        left, right = nothing[:start], nothing[end:]
        pieces = tuple((*piece[:width], *left, *piece[width:], *right) for piece in strand.pieces)
        made.append(replace(strand, pieces=pieces))
        start = end
    return tuple(made)


def _keys_of(plan: Plan, strand: Strand, position: int, id: str) -> KeysOf:
    axis, narrowed = strand.axes[id], plan.narrowed.get(id)
    raws = {piece[position] for piece in strand.pieces}
    if narrowed is not None and not narrowed.is_complete:
        return {raw: (OTHER,) if raw[1] else axis.keys(raw[0]) for raw in raws}
    dimension = plan.definition.dimensions[position]
    if strand.is_before and plan.is_calendar(dimension) and isinstance(axis, BucketAxis):
        return {raw: _later(plan, axis, axis.keys(raw)) for raw in raws}
    return {raw: axis.keys(raw) for raw in raws}


def _later(plan: Plan, axis: BucketAxis, keys: tuple[Key, ...]) -> tuple[Key, ...]:
    """Return the buckets of the period that earlier ones stand against; a bucket too many has none."""
    assert plan.comparison is not None
    moved = (plan.comparison.later(key, axis.unit, axis.rules) for key in keys if key is not None)
    return tuple(key for key in moved if key is not None)


def _top(
    plan: Plan, strands: Sequence[Strand], position: int, dimension: Dimension, lookups: list[Lookups]
) -> Narrowed:
    """Choose the largest groups of a dimension that has few."""
    top = dimension.top
    use = plan.definition.measure(top.by) if top else None
    assert top is not None
    assert use is not None
    members: dict[Key, list[Values]] = defaultdict(list)
    for strand, strand_lookups in zip(strands, lookups, strict=True):
        for piece in strand.pieces:
            for key in strand_lookups[position][piece[position]]:
                members[key].append(piece[len(plan.axes) :])
    real = plan.axes[dimension.id].groups([key for key in members if key is not None], {})
    cell = cell_maker(plan.recipe(use), plan.part_names)
    values = {key: merged(plan.parts, members[key]) for key in real}
    sizes = {key: cell(values[key]).value for key in real}
    # Sorting is stable: among equals the natural order decides. No number comes after every number.
    ranked = sorted(real, key=lambda key: (sizes[key] is None, -(sizes[key] or 0)))
    if not decides(plan, dimension):
        return Narrowed(tuple(ranked[: top.n]), len(ranked), rest=tuple(ranked[top.n :]))
    test = tester(plan, _grand(plan, strands))
    met = [key for key in ranked if test(values[key])]
    shown = tuple(met[: top.n])
    rest = tuple(key for key in ranked if key not in shown)
    return Narrowed(shown, len(ranked), rest=rest, met=len(met))


def _grand(plan: Plan, strands: Sequence[Strand]) -> Values:
    """Return the values of all records."""
    width = len(plan.axes)
    return merged(plan.parts, [piece[width:] for strand in strands for piece in strand.pieces])


def _with_other(keys_of: KeysOf, narrowed: Narrowed) -> KeysOf:
    rest = set(narrowed.rest)
    return {
        raw: tuple(dict.fromkeys(OTHER if key in rest else key for key in keys))
        for raw, keys in keys_of.items()
    }


def _merged(plan: Plan, strands: Sequence[Strand], lookups: list[Lookups]) -> Grouped:
    """Collect the pieces of every group of every grain in one pass, then merge them."""
    width, split = len(plan.axes), len(plan.definition.rows)
    rows, columns, cells = _Members(plan), _Members(plan), _Members(plan)
    for strand, strand_lookups in zip(strands, lookups, strict=True):
        row_keys = _combiner(strand_lookups[:split], 0)
        column_keys = _combiner(strand_lookups[split:], split)
        for piece in strand.pieces:
            values = piece[width:]
            here = row_keys(piece)
            for row in here:
                rows.add(row, values)
            if width > split:
                for column in column_keys(piece):
                    columns.add(column, values)
                    for row in here:
                        cells.add((row, column), values)
    return Grouped(cells.merged(), rows.merged(), columns.merged(), _grand(plan, strands))


class _Members:
    """The pieces of each group. Most groups have one piece, which needs no list."""

    def __init__(self, plan: Plan) -> None:
        self.parts = plan.parts
        self.first: dict[Any, Values] = {}
        self.several: dict[Any, list[Values]] = {}

    def add(self, keys: Any, values: Values) -> None:
        known = self.first.setdefault(keys, values)
        if known is not values:
            self.several.setdefault(keys, [known]).append(values)

    def merged(self) -> dict[Any, Values]:
        return self.first | {keys: merged(self.parts, members) for keys, members in self.several.items()}


def _combiner(lookups: list[KeysOf], start: int) -> Callable[[tuple[Any, ...]], list[Keys]]:
    """Return what gives the combinations of groups that a piece belongs to, on one side."""
    end = start + len(lookups)
    if any(len(keys) != 1 for lookup in lookups for keys in lookup.values()):
        return lambda piece: list(
            product(*(lookup[raw] for lookup, raw in zip(lookups, piece[start:end], strict=True)))
        )
    # One group each, which is the rule: nothing to multiply.
    single = [{raw: keys[0] for raw, keys in lookup.items()} for lookup in lookups]
    return lambda piece: [tuple(map(getitem, single, piece[start:end]))]


def axis_keys(groups: Iterable[Keys], position: int) -> set[Key]:
    """Return the keys of one dimension among the keys of a side."""
    return {keys[position] for keys in groups}

"""Groups and totals of a list, over everything that its filter holds and the reader may see.

They stand on the axes of reports, so a group of a list and a bar of a report are the same records.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, Max, Min, Q, QuerySet, Sum
from django.utils.translation import gettext as _

from headwater.lib import money
from headwater.metadata import registry
from headwater.metadata.context import FilterContext
from headwater.metadata.errors import BadValue, FilterError, Problem
from headwater.metadata.filters import parse_filter
from headwater.metadata.objects import Field
from headwater.metadata.paths import Path
from headwater.records.context import filter_context
from headwater.records.find import FilterLike, find_parts, find_records
from headwater.reports.axes.base import Axis, Key, Tree
from headwater.reports.axes.factory import axis_of, grains_of
from headwater.reports.axes.grains import LABELS, Grain
from headwater.reports.definition import Dimension
from headwater.reports.dialect import InBytes
from headwater.reports.steps.narrow import none_q
from headwater.users.actor import Actor

MOST_GROUPS = 100
"""Groups of a text, a number or a link to records: the largest are shown."""


@dataclass(frozen=True)
class Grouping:
    """What a list is grouped by, for one reader; ``word`` is how addresses and views name it."""

    object_name: str
    word: str
    field: Field
    grain: Grain | None
    axis: Axis

    @property
    def label(self) -> str:
        """The field, with the grain of a date."""
        return f"{self.field.label} › {LABELS[self.grain]}" if self.grain else str(self.field.label)

    def write(self, key: Key) -> str:
        """Return the word for a group's key."""
        return json.dumps(None if key is None else self.axis.to_json(key), ensure_ascii=False)

    def read(self, word: str) -> Key:
        """Read the word of a group. Raises FilterError."""
        try:
            value = json.loads(word)
            return None if value is None else self.axis.read(value)
        except (ValueError, RecursionError) as problem:
            message = problem.message if isinstance(problem, BadValue) else _("There is no such group.")
            raise FilterError([Problem("group", "bad_key", message)]) from None

    def tree(self, keys: Iterable[Key]) -> Tree:
        """Return the filter for the records of some groups."""
        return self.axis.filter_for(keys)


@dataclass(frozen=True)
class Total:
    """One figure of one column. Money has an amount for each currency and is never added across them."""

    field: Field
    figure: str
    amounts: tuple[tuple[str, Any], ...]


@dataclass(frozen=True)
class Group:
    """One group with its number of records; ``word`` names it, ``totals`` are by column."""

    key: Key
    word: str
    label: str
    count: int
    totals: Mapping[str, Total]


@dataclass(frozen=True)
class Groups:
    """The groups in their order. ``hidden`` says how many smaller ones are not shown."""

    shown: Sequence[Group]
    hidden: int = 0


def groupable(object_name: str) -> list[tuple[Field, tuple[Grain, ...]]]:
    """Return the fields that a list can be grouped by, with the grains of dates."""
    return [
        (found, grains_of(found))
        for found in registry.get(object_name).fields.values()
        if found.reportable and found.kind.groupable
    ]


def read_grouping(actor: Actor, object_name: str, word: str) -> Grouping:
    """Read ``status`` or ``created_at:month``. Raises FilterError."""
    key, _colon, cut = word.partition(":")
    known = {found.key: grains for found, grains in groupable(object_name)}
    grain = Grain(cut) if cut in list(Grain) else None
    if key not in known or (grain is None) != (not known[key]) or (cut and grain is None):
        message = _("“%(word)s” is nothing to group by.") % {"word": word[:100]}
        raise FilterError([Problem("group", "unknown_group", message)])
    field = registry.get(object_name).fields[key]
    path = Path(object_name, (), field)
    axis = axis_of(Dimension("group", path, grain), filter_context(actor))
    return Grouping(object_name, word, field, grain, axis)


def total_records(
    actor: Actor,
    object_name: str,
    *,
    filter: FilterLike = None,
    search: str = "",
    totals: Mapping[str, str],
) -> dict[str, Total]:
    """Return a figure for some columns: count, sum, average, min or max. One query for each part."""
    sheet = _Sheet(object_name, totals, filter_context(actor))
    parts = find_parts(actor, object_name, filter, search=search)
    return sheet.totals([row for part in parts for row in sheet.ask(part.order_by())])


def group_records(
    actor: Actor,
    grouping: Grouping,
    *,
    filter: FilterLike = None,
    search: str = "",
    totals: Mapping[str, str] | None = None,
) -> Groups:
    """Return the groups of a list with their counts and totals. One query, two for texts and numbers.

    The first is one for each part of what a reader has who holds grants.
    """
    axis = grouping.axis
    parts = [find_records(actor, grouping.object_name, filter, search=search)]
    if not axis.unbounded:
        parts = find_parts(actor, grouping.object_name, filter, search=search)
    keyed: list[QuerySet[Any, Any]] = [
        part.order_by().annotate(group_key=axis.expression()) for part in parts
    ]
    sheet = _Sheet(grouping.object_name, totals or {}, filter_context(actor))
    spelled: dict[Key, str] = {}
    hidden = 0
    if axis.unbounded:
        largest, spelled, hidden = _largest(keyed[0], axis)
        keyed = [largest]
    rows: dict[Key, list[Sequence[Any]]] = {}
    for raw, *values in (row for part in keyed for row in sheet.ask(part, "group_key")):
        for key in axis.keys(raw):
            rows.setdefault(key, []).append(values)
    labels = axis.groups(rows, spelled)
    shown = [
        Group(
            key, grouping.write(key), label, sum(values[0] for values in rows[key]), sheet.totals(rows[key])
        )
        for key, label in labels.items()
    ]
    if axis.unbounded:
        shown.sort(key=lambda group: (group.key is None, -group.count))
    return Groups(shown, hidden)


def _largest(keyed: QuerySet[Any, Any], axis: Axis) -> tuple[QuerySet[Any, Any], dict[Key, str], int]:
    """Keep the records of the largest groups, and those without a value."""
    spelling = axis.spelling()
    extra: dict[str, Any] = {} if spelling is None else {"group_spelled": Min(InBytes(spelling))}
    ranked = (
        keyed.exclude(none_q(axis, "group_key"))
        .values("group_key")
        .annotate(group_size=Count("pk"), **extra)
        .order_by("-group_size", "group_key")
    )
    found = list(ranked[: MOST_GROUPS + 1])
    hidden = ranked.count() - MOST_GROUPS if len(found) > MOST_GROUPS else 0
    found = found[:MOST_GROUPS]
    spelled = {row["group_key"]: row["group_spelled"] for row in found if row.get("group_spelled")}
    if not hidden:
        return keyed, spelled, 0
    wanted = Q(group_key__in=[row["group_key"] for row in found]) | none_q(axis, "group_key")
    return keyed.filter(wanted), spelled, hidden


def _added(values: Iterable[Any]) -> Any:
    known = [value for value in values if value is not None]
    return sum(known[1:], known[0]) if known else None


_MERGE: dict[str, Callable[[Iterable[Any]], Any]] = {
    "count": lambda values: sum(value or 0 for value in values),
    "sum": _added,
    "min": lambda values: min((value for value in values if value is not None), default=None),
    "max": lambda values: max((value for value in values if value is not None), default=None),
}
_SQL: dict[str, Callable[[str], Any]] = {"sum": Sum, "min": Min, "max": Max}


class _Sheet:
    """The figures that are asked for, as columns of one query that also divides money by currency.

    A row is: the number of records, then the currencies, then the parts of the figures.
    """

    def __init__(self, object_name: str, totals: Mapping[str, str], context: FilterContext) -> None:
        fields = registry.get(object_name).fields
        self.wanted = [(fields[key], figure) for key, figure in totals.items()]
        split = [f.currency_key for f, figure in self.wanted if f.currency_key and figure != "count"]
        self.currencies = list(dict.fromkeys(split))
        self.parts: dict[tuple[str, str], Any] = {}
        for found, figure in self.wanted:
            for part in ("sum", "count") if figure == "average" else (figure,):
                self.parts[found.key, part] = self._expression(object_name, found, part, context)
        self.places = {part: 1 + len(self.currencies) + i for i, part in enumerate(self.parts)}

    @staticmethod
    def _expression(object_name: str, found: Field, part: str, context: FilterContext) -> Any:
        if part == "count":
            filled = parse_filter(object_name, _filled(found)).to_q(context)
            return Count("pk", filter=filled)
        return _SQL[part](found.attname)

    def ask(self, found: QuerySet[Any, Any], *keys: str) -> list[tuple[Any, ...]]:
        """Return rows that begin with the keys, if any."""
        currencies = {f"group_currency{i}": F(key) for i, key in enumerate(self.currencies)}
        parts = {f"group_part{i}": part for i, part in enumerate(self.parts.values())}
        names = ("group_count", *currencies, *parts)
        if not keys and not currencies:
            answer = found.aggregate(group_count=Count("pk"), **parts)
            return [tuple(answer[name] for name in names)]
        divided = found.annotate(**currencies).values(*keys, *currencies)
        return list(divided.annotate(group_count=Count("pk"), **parts).values_list(*keys, *names))

    def totals(self, rows: Sequence[Sequence[Any]]) -> dict[str, Total]:
        """Merge rows into the figures of one group."""
        return {
            found.key: Total(found, figure, self._amounts(rows, found, figure))
            for found, figure in self.wanted
        }

    def _amounts(
        self, rows: Sequence[Sequence[Any]], found: Field, figure: str
    ) -> tuple[tuple[str, Any], ...]:
        if found.currency_key is None or figure == "count":
            return ((("", value),)) if (value := self._value(rows, found, figure)) is not None else ()
        place = 1 + self.currencies.index(found.currency_key)
        amounts = []
        for code in sorted({row[place] for row in rows}):
            value = self._value([row for row in rows if row[place] == code], found, figure)
            if value is not None:
                amounts.append((code, money.quantize(Decimal(value), code) if code else value))
        return tuple(amounts)

    def _value(self, rows: Sequence[Sequence[Any]], found: Field, figure: str) -> Any:
        def merged(part: str) -> Any:
            return _MERGE[part](row[self.places[found.key, part]] for row in rows)

        if figure != "average":
            return merged(figure)
        total, count = merged("sum"), merged("count")
        return None if total is None or not count else Decimal(total) / count


def _filled(found: Field) -> Tree:
    """Return the filter for the records that have something in a field."""
    if found.kind.name == "boolean":
        return {"field": found.key, "op": "is_true"}
    return {"field": found.key, "op": "not_empty"}

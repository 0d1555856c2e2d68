"""The queries that count: one for each strand."""

from dataclasses import replace
from typing import Any

from django.db.models import Case, F, IntegerField, QuerySet, Value, When
from django.utils.translation import gettext as _

from headwater.lib import formats
from headwater.metadata.errors import Problem
from headwater.records.models import Record
from headwater.reports.definition import DefinitionError
from headwater.reports.plan import Plan, Strand
from headwater.reports.queries import Asked, ask
from headwater.reports.steps.narrow import none_q

MOST_PIECES = 200_000
"""More groups than this are refused: nobody reads them, and they would fill the memory."""


def aggregate(plan: Plan) -> Plan:
    """Count every part of each strand in every combination of raw values, by one query for a strand.

    Of a reader who holds grants it is two: of what owners let her see, and of what is granted.

    The pieces are disjoint and together they are the population, so that groups, Other and
    totals can all be merged from them. A dimension of which only the largest groups are shown
    gives a pair: the key, and whether the record belongs to Other.
    """
    strands, queries = [], plan.queries
    for strand in plan.strands:
        pieces: list[tuple[Any, ...]] = []
        for found in strand.populations:
            more, asked = _pieces(plan, strand, found)
            pieces += more
            queries += asked
        strands.append(replace(strand, pieces=tuple(pieces)))
    return replace(plan, strands=tuple(strands), queries=queries)


def _pieces(
    plan: Plan, strand: Strand, records: QuerySet[Record]
) -> tuple[list[tuple[Any, ...]], tuple[Asked, ...]]:
    found, names = _keyed(plan, strand, records)
    parts = {f"part{i}": part.expression for i, part in enumerate(strand.parts)}
    if not names:
        answer, asked = ask(lambda: found.aggregate(**parts))
        return [tuple(answer[name] for name in parts)], asked
    columns = [name for group in names for name in group]
    query = found.values(*columns).annotate(**parts).values_list(*columns, *parts)
    rows, asked = ask(lambda: list(query[: MOST_PIECES + 1]))
    if len(rows) > MOST_PIECES:
        raise DefinitionError([Problem("rows", "too_many_groups", _too_many())])
    if any(len(group) > 1 for group in names):
        rows = [_paired(row, names) for row in rows]
    return rows, asked


def _too_many() -> str:
    text = _("This makes more than %(limit)s groups; use fewer dimensions or longer periods.")
    return text % {"limit": formats.number(MOST_PIECES)}


def _keyed(
    plan: Plan, strand: Strand, records: QuerySet[Record]
) -> tuple[QuerySet[Record], list[tuple[str, ...]]]:
    """Annotate the group keys. Returns the names of the columns of each dimension."""
    found = records.order_by()
    names: list[tuple[str, ...]] = []
    for i, (id, axis) in enumerate(strand.axes.items()):
        narrowed = plan.narrowed.get(id)
        if narrowed is None or narrowed.is_complete:
            found = found.annotate(**{f"key{i}": axis.expression()})
            names.append((f"key{i}",))
            continue
        shown = {f"all{i}__in": narrowed.keys}
        found = found.alias(**{f"all{i}": axis.expression()}).annotate(
            **{
                f"key{i}": Case(When(**shown, then=F(f"all{i}"))),
                f"other{i}": Case(
                    When(none_q(axis, f"all{i}"), then=Value(0)),
                    When(**shown, then=Value(0)),
                    default=Value(1),
                    output_field=IntegerField(),
                ),
            }
        )
        names.append((f"key{i}", f"other{i}"))
    return found, names


def _paired(row: tuple[Any, ...], names: list[tuple[str, ...]]) -> tuple[Any, ...]:
    values = iter(row)
    keys = [next(values) if len(group) == 1 else (next(values), next(values)) for group in names]
    return (*keys, *values)

"""A list in groups: a line with count and figures for each, which opens to its records."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.urls import reverse
from django.utils.http import urlencode

from headwater.metadata.filters import Filter
from headwater.metadata.objects import ObjectType
from headwater.records.paging import Page, page_records
from headwater.reports.axes.grains import LABELS
from headwater.reports.groups import (
    Group,
    Grouping,
    Groups,
    group_records,
    groupable,
    read_grouping,
)
from headwater.users.actor import Actor
from headwater.web.queries import ListQuery
from headwater.web.table import Table
from headwater.web.totals import usual_totals, written

ROWS = 20
"""Records that a group shows at a time."""


@dataclass(frozen=True)
class GroupPart:
    """Some records of a group, and how to reach the rest."""

    table: Table
    more_url: str
    list_url: str


@dataclass(frozen=True)
class GroupLine:
    """A group as the page shows it; ``part`` is there when it is open."""

    label: str
    count: int
    cells: Sequence[Sequence[str]]
    toggle_url: str
    part_url: str
    part: GroupPart | None = None


@dataclass(frozen=True)
class GroupedList:
    """Every group of a list. ``table`` has the columns; its rows are of no use here."""

    label: str
    lines: Sequence[GroupLine]
    hidden: int
    table: Table


def group_choices(entry: ObjectType) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return what a list can be grouped by: fields under "", and for each date its grains."""
    plain, dates = [], []
    for field, grains in groupable(entry.name):
        if grains:
            dates.append((str(field.label), [(f"{field.key}:{g.value}", str(LABELS[g])) for g in grains]))
        else:
            plain.append((field.key, str(field.label)))
    return [("", plain), *dates]


def narrowed(query: ListQuery, tree: dict[str, Any], **changes: Any) -> ListQuery:
    """Return the list with one more condition."""
    conditions = [query.parsed().to_json(), tree] if query.tree else [tree]
    return replace(query, tree={"all": conditions}, after=None, **changes)


def _page(actor: Actor, query: ListQuery, tree: dict[str, Any], after: str | None) -> Page:
    return page_records(
        actor,
        query.entry.name,
        filter=narrowed(query, tree).parsed(),
        sort=query.sort,
        after=after,
        limit=ROWS,
        search=query.search,
        fields=(*query.shown, query.entry.title_key),
    )


def part_url(query: ListQuery, word: str, after: str | None = None) -> str:
    """Return the address of some records of a group or a lane."""
    asked = query.parameters(("after", "count")) | {"part": word} | ({"after": after} if after else {})
    return f"{reverse('list', args=[query.entry.slug])}?{urlencode(asked)}"


def read_part(actor: Actor, query: ListQuery, word: str) -> GroupPart:
    """Return some records of one group, from ``query.after`` on. Raises FilterError."""
    grouping = read_grouping(actor, query.entry.name, query.group)
    return _part(actor, query, grouping, word, query.after)


def _part(actor: Actor, query: ListQuery, grouping: Grouping, word: str, after: str | None) -> GroupPart:
    tree = grouping.tree([grouping.read(word)])
    page = _page(actor, query, tree, after)
    inside = narrowed(query, tree, group="", opened=())
    more = part_url(query, word, page.next) if page.next else ""
    return GroupPart(Table(actor, inside, page.items), more, inside.url())


def grouped_list(actor: Actor, query: ListQuery, parsed: Filter) -> GroupedList:
    """Count the groups of a list; those that the address names are open. Raises FilterError."""
    entry = query.entry
    grouping = read_grouping(actor, entry.name, query.group)
    totals = query.totals or usual_totals(entry, query.shown)
    found: Groups = group_records(actor, grouping, filter=parsed, search=query.search, totals=totals)
    table = Table(actor, query, [])
    lines = [_line(actor, query, grouping, group, table) for group in found.shown]
    return GroupedList(grouping.label, lines, found.hidden, table)


def _line(actor: Actor, query: ListQuery, grouping: Grouping, group: Group, table: Table) -> GroupLine:
    is_open = group.word in query.opened
    opened = [word for word in query.opened if word != group.word]
    if not is_open:
        opened.append(group.word)
    return GroupLine(
        label=group.label,
        count=group.count,
        cells=[written(group.totals.get(field.key)) for field in table.fields[1:]],
        toggle_url=query.url(opened=tuple(opened)),
        part_url=part_url(query, group.word),
        part=_part(actor, query, grouping, group.word, None) if is_open else None,
    )

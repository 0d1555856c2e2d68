"""A list as a board: a lane for each value of a field, cards that move between them."""

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from headwater.access import grants
from headwater.access.models import Action
from headwater.access.rights import owner_ids, scope
from headwater.metadata.filters import Filter
from headwater.metadata.objects import Field
from headwater.records.lanes import cursor_after, first_of_each
from headwater.records.models import Record
from headwater.records.paging import page_records
from headwater.reports.groups import Group, Grouping, group_records, read_grouping
from headwater.users.actor import Actor
from headwater.web.cells import Html, Links, renderer
from headwater.web.groups import narrowed, part_url
from headwater.web.lanes import Lane, lane_field, lanes_of
from headwater.web.objects import title_of
from headwater.web.queries import ListQuery
from headwater.web.totals import usual_totals, written

CARDS = 20
"""Cards that a lane shows at a time."""
LINES = 4
_FIRST = {"money": 0, "user": 1}


@dataclass(frozen=True)
class Card:
    """``only`` are the words of the lanes it can be moved to, None for all; ``reason`` says why."""

    pk: int
    title: str
    href: str
    lane: str
    lines: Sequence[Html]
    may_move: bool
    only: str | None = None
    reason: str = ""


@dataclass(frozen=True)
class LaneView:
    """A lane with its head and its first cards."""

    number: int
    lane: Lane
    count: int
    lines: Sequence[str]
    cards: Sequence[Card]
    more_url: str
    list_url: str


@dataclass(frozen=True)
class Board:
    """``may_move``: the reader can set the field by hand."""

    field: Field
    lanes: Sequence[LaneView]
    may_move: bool


class Cards:
    """Turns records into cards; what is the same for all of them is worked out once."""

    def __init__(self, actor: Actor, query: ListQuery, field: Field, records: Sequence[Record]) -> None:
        self.query, self.field = query, field
        entry = query.entry
        others = [entry.fields[key] for key in query.shown if key not in (entry.title_key, field.key)]
        # The money and the person first: they are what a card is looked at for.
        shown = sorted(others, key=lambda one: _FIRST.get(one.kind.name, len(_FIRST)))
        links = Links(actor, shown, records)
        self.renders = [renderer(one, links) for one in shown]
        self.address = query.record_address()
        self.owners = owner_ids(actor, scope(actor, entry.name, Action.EDIT))
        held = grants.held(actor, entry.name, Action.EDIT) if self.owners else None
        self.granted: frozenset[int] = frozenset()
        if held is not None:
            found = held.numbers().filter(record_id__in=[record.pk for record in records])
            self.granted = frozenset(found.values_list("record_id", flat=True))

    def card(self, record: Record) -> Card:
        limits = record.limits(self.field.key)
        lines = [html for html in (render(record) for render in self.renders) if html]
        return Card(
            pk=record.pk,
            title=title_of(self.query.entry, record),
            href=self.address(record.pk),
            lane=word_of(self.field, record),
            lines=lines[:LINES],
            may_move=self.field.editable and self._may_edit(record),
            only=json.dumps([json.dumps(value) for value in limits.values]) if limits else None,
            reason=limits.reason if limits else "",
        )

    def _may_edit(self, record: Record) -> bool:
        return self.owners is None or record.owner_id in self.owners or record.pk in self.granted


def word_of(field: Field, record: Record) -> str:
    """Return the word of the lane in which a record stands."""
    return Lane(field.value_of(record) or None, "").word


def heads_of(
    actor: Actor, query: ListQuery, grouping: Grouping, parsed: Filter
) -> list[tuple[int, Lane, Group | None]]:
    """Return the lanes of a board with what they count. One query."""
    totals = query.totals or usual_totals(query.entry, query.shown)
    found = group_records(actor, grouping, filter=parsed, search=query.search, totals=totals)
    groups = {group.key: group for group in found.shown}
    lanes = lanes_of(grouping.field, set(groups))
    return [(number, lane, groups.get(lane.value)) for number, lane in enumerate(lanes)]


def board_of(actor: Actor, query: ListQuery, parsed: Filter) -> Board:
    """Return a board: one query for the heads, one for the cards. Raises FilterError."""
    entry = query.entry
    field = lane_field(entry, query.lanes)
    grouping = read_grouping(actor, entry.name, field.key)
    heads = heads_of(actor, query, grouping, parsed)
    records = first_of_each(
        actor,
        entry.name,
        [lane.condition(field) for _number, lane, group in heads if group],
        filter=parsed,
        search=query.search,
        sort=query.sort,
        limit=CARDS + 1,
    )
    by_lane: dict[str, list[Record]] = defaultdict(list)
    for record in records:
        by_lane[word_of(field, record)].append(record)
    cards = Cards(actor, query, field, records)
    lanes = []
    for number, lane, group in heads:
        own = by_lane[lane.word]
        after = cursor_after(entry.name, own[CARDS - 1], query.sort) if len(own) > CARDS else None
        lanes.append(
            LaneView(
                number,
                lane,
                group.count if group else 0,
                totals_lines(group),
                [cards.card(record) for record in own[:CARDS]],
                part_url(query, lane.word, after) if after else "",
                _list_url(query, grouping, lane) if group else "",
            )
        )
    may_move = field.editable and cards.owners != ()
    return Board(field, lanes, may_move)


def _list_url(query: ListQuery, grouping: Grouping, lane: Lane) -> str:
    return narrowed(query, grouping.tree([lane.value]), display="list", lanes="").url()


def totals_lines(group: Group | None) -> list[str]:
    """Return the figures in the head of a lane."""
    return [line for total in group.totals.values() for line in written(total)] if group else []


def more_cards(actor: Actor, query: ListQuery, word: str) -> dict[str, Any]:
    """Return the next cards of a lane, from ``query.after`` on. Raises FilterError."""
    entry = query.entry
    field = lane_field(entry, query.lanes)
    grouping = read_grouping(actor, entry.name, field.key)
    tree = grouping.tree([grouping.read(word)])
    page = page_records(
        actor,
        entry.name,
        filter=narrowed(query, tree).parsed(),
        sort=query.sort,
        after=query.after,
        limit=CARDS,
        search=query.search,
    )
    cards = Cards(actor, query, field, page.items)
    return {
        "cards": [cards.card(record) for record in page.items],
        "more_url": part_url(query, word, page.next) if page.next else "",
        "list_url": narrowed(query, tree, display="list", lanes="").url(),
        "board_field": field,
    }

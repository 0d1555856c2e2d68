"""The records that a reader most likely means by some typed words.

Whole words first, then beginnings of words, then what stands inside words; the newest first in
each. What is looked at is bounded, so that an answer comes while one types, whatever is stored:
the newest rows, then what the index says, then the records that the reader has. A bound never hides
that there are records; of very many it can choose which ones are shown.
"""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import NamedTuple

from django.db.models import QuerySet

from headwater.metadata import registry
from headwater.records.find import find_records
from headwater.records.models import Record
from headwater.records.search import walks
from headwater.records.search.models import SearchRow
from headwater.records.search.query import holding, longest_first
from headwater.records.search.walks import Place, needle_of
from headwater.users.actor import Actor

NEWEST = 1_000
INDEXED = 5_000
"""Rows of an object that are looked at, and rows that the index is asked for."""
FEW_VISIBLE = 300
"""A reader with so few records of an object has them looked at instead of an index that others fill."""


class Best(NamedTuple):
    """The best records, best first, and whether there are others."""

    records: list[Record]
    more: bool


class _Ranked(NamedTuple):
    place: Place
    created_at: datetime
    number: int


def find_best(actor: Actor, object_name: str, typed: str, limit: int, fields: Collection[str] = ()) -> Best:
    """Return at most ``limit`` visible records that hold every typed word; none for no words.

    With ``fields`` only these and the name are loaded. Raises Forbidden.
    """
    words = longest_first(typed)
    visible = find_records(actor, object_name)
    if not words:
        return Best([], False)
    gathered = _Gathered(visible, object_name, words, limit + 1)
    gathered.gather()
    order = sorted(gathered.ranked.values(), key=lambda r: (-r.place, r.created_at, r.number), reverse=True)
    numbers = [ranked.number for ranked in order[:limit]]
    if fields and numbers:
        entry = registry.get(object_name)
        known = [entry.fields[key].id_attname for key in (entry.title_key, *fields)]
        visible = visible.only("pk", *known)
    found = visible.in_bulk(numbers) if numbers else {}
    return Best([found[number] for number in numbers if number in found], len(order) > limit)


class _Gathered:
    """Candidates: visible records with the place at which they hold the words."""

    def __init__(self, visible: QuerySet[Record], object_name: str, words: list[str], wanted: int) -> None:
        self.visible, self.object_name = visible, object_name
        self.words, self.wanted = words, wanted
        self.seen = walks.seen_by(visible)
        self.ranked: dict[int, _Ranked] = {}

    def gather(self) -> None:
        """Look further until there are enough at the best places, or no more."""
        # In the order of the visibility index, so that SQLite reads that and not the table.
        own = list(self.visible.order_by("owner_id").values_list("pk", flat=True)[: FEW_VISIBLE + 1])
        if len(own) <= FEW_VISIBLE:
            self._look_at(own)
            return
        step = walks.newest(self.object_name, self.words, self.seen, rows=NEWEST)
        self._add(step.found)
        if step.complete:
            return
        for place in Place:
            if self._enough(place) or self._ask_index(place):
                return

    def _look_at(self, numbers: list[int]) -> None:
        """Read the few records that the reader has, however many of others hold the words."""
        rows = SearchRow.objects.filter(object=self.object_name, record_id__in=numbers)
        texts = rows.values_list("record_id", "text")
        self._add((number, text) for number, text in texts if all(word in text for word in self.words))

    def _ask_index(self, place: Place) -> bool:
        """Look for the words at a place. Say whether there are enough now."""
        wanted = 2 * self.wanted
        step = walks.indexed(
            self.object_name, self.words, self.seen, place=place, rows=INDEXED, wanted=wanted
        )
        self._add(step.found)
        if step.complete or self._enough(place):
            return self._enough(place)
        found = self.visible.filter(holding(self.object_name, self.words, place=place))
        numbers = list(found.order_by("-id").values_list("pk", flat=True)[: self.wanted])
        texts = SearchRow.objects.filter(object=self.object_name, record_id__in=numbers)
        self._add(texts.values_list("record_id", "text"))
        return self._enough(place)

    def _enough(self, place: Place) -> bool:
        return sum(ranked.place <= place for ranked in self.ranked.values()) >= self.wanted

    def _add(self, found: Iterable[tuple[int, str]]) -> None:
        texts = {number: text for number, text in found if number not in self.ranked}
        if not texts:
            return
        seen = self.visible.filter(pk__in=list(texts)).values_list("pk", "created_at")
        for number, created_at in seen:
            self.ranked[number] = _Ranked(self._place(texts[number]), created_at, number)

    def _place(self, text: str) -> Place:
        return next(place for place in Place if all(needle_of(word, place) in text for word in self.words))

"""The records that a reader most likely means by some typed words.

Whole words first, then beginnings of words, then what stands inside words; the newest first in
each. What is looked at is bounded, so that an answer comes while one types, whatever is stored: the
index of all objects, which names everything when the words are rare; the newest records that the
reader has; then, at each place, what the index says of an object; then all that the reader has. A
bound never hides that there are records; of very many it can choose which ones are shown.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from functools import cached_property
from typing import NamedTuple

from django.core.exceptions import EmptyResultSet
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

from headwater.access import rights
from headwater.access.models import Action
from headwater.metadata import registry
from headwater.records.find import find_records
from headwater.records.models import Record
from headwater.records.search import sources
from headwater.records.search.models import SearchRow
from headwater.records.search.newest import newest_of_each
from headwater.records.search.places import Place, Places
from headwater.records.search.query import holding, longest_first
from headwater.records.search.texts import text_of
from headwater.users.actor import Actor

RARE = 100
"""What the index names less often is looked at all at once, of every object."""
NEWEST, NEWEST_EACH = 150, 16
"""Records of an object that are looked at, the newest that the reader has: at least, and for each wanted."""
FURTHER = 5_000
"""So many are looked at where these lack some."""
INDEXED = 5_000
"""Rows of an object that the index is asked for."""


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
    return find_best_of_each(actor, {object_name: fields}, typed, limit)[object_name]


def find_best_of_each(
    actor: Actor, shown: Mapping[str, Collection[str]], typed: str, limit: int
) -> dict[str, Best]:
    """Return the best of several objects, with the fields that are shown of each, as ``find_best`` does.

    Asking for all of them together costs little more than asking for one.
    """
    words = longest_first(typed)
    for name in shown:
        rights.require(actor, name, Action.SEE)
    found = {name: _Candidates(actor, name, words, limit + 1, fields) for name, fields in shown.items()}
    if words:
        _Gathering(actor, words, found).gather()
    return {name: candidates.best(limit) for name, candidates in found.items()}


class _Gathering:
    """Looks further until each object has enough at the best places, or no more."""

    def __init__(self, actor: Actor, words: list[str], found: Mapping[str, "_Candidates"]) -> None:
        self.actor, self.words, self.found = actor, words, found
        self.places = Places(words)

    def gather(self) -> None:
        rows, complete = sources.everywhere(self.words, Place.INSIDE, RARE)
        if complete:
            self._add(self.found, rows)
            return
        met = {self.places.best(text) for _name, _number, text in rows}
        waiting = dict(self.found)
        for place in Place:
            waiting = _lacking(waiting, place)
            if not waiting:
                return
            # Where some of them have it, most likely so many have it that the newest are enough. A
            # letter that is common begins words.
            often = place == Place.INSIDE or not met.isdisjoint(list(Place)[: place + 1])
            often = often or (place == Place.BEGIN and len(self.words[0]) == 1)
            if not often and self._is_rare(waiting, place):
                continue
            for name in self._add_newest(waiting, place):
                waiting.pop(name)
            lacking = _lacking(waiting, place)
            if lacking and often and place != Place.INSIDE and self._is_rare(lacking, place):
                continue
            few = self._walk(lacking, place, FURTHER) if lacking else {}
            for name, candidates in _lacking(lacking, place).items():
                if name not in few:
                    candidates.add_at(place)

    def _is_rare(self, found: Mapping[str, "_Candidates"], place: Place) -> bool:
        """Say whether the words are seldom at a place; then all of these are added."""
        rows, complete = sources.everywhere(self.words, place, RARE)
        if complete:
            self._add(found, rows)
        return complete

    def _add(self, found: Mapping[str, "_Candidates"], rows: list[tuple[str, int, str]]) -> None:
        for candidates in found.values():
            candidates.add((number, text) for of, number, text in rows if of == candidates.text)

    def _add_newest(self, found: Mapping[str, "_Candidates"], place: Place) -> Collection[str]:
        """Look at the newest records that the reader has. Return the objects of which that was all."""
        rows = max(NEWEST, NEWEST_EACH * _wanted(found))
        few = self._walk(found, place, rows)
        others = {name: found[name] for name, looked_at in few.items() if looked_at}
        others = _lacking(others, place)
        if others and place != Place.INSIDE:
            self._walk(others, Place.INSIDE, rows, wanted=rows)
        return few

    def _walk(
        self, found: Mapping[str, "_Candidates"], place: Place, rows: int, *, wanted: int = 0
    ) -> dict[str, int]:
        """Walk the newest records that the reader has. Return how many there are of objects with fewer."""
        wanted = wanted or _wanted(found)
        newest = newest_of_each(self.actor, found, self.words, place, rows=rows, wanted=wanted)
        for name, looked in newest.items():
            for held in looked.held:
                found[name].rank(*held)
        return {name: looked.looked_at for name, looked in newest.items() if looked.looked_at < rows}


def _wanted(found: Mapping[str, "_Candidates"]) -> int:
    return max(candidates.wanted for candidates in found.values())


def _lacking(found: Mapping[str, "_Candidates"], place: Place) -> dict[str, "_Candidates"]:
    return {name: each for name, each in found.items() if not (each.complete or each.has_enough(place))}


class _Candidates:
    """Visible records of one object with the place at which they hold the words."""

    def __init__(
        self, actor: Actor, object_name: str, words: list[str], wanted: int, fields: Collection[str]
    ) -> None:
        self.actor, self.object_name, self.words, self.wanted = actor, object_name, words, wanted
        self.fields = fields
        self.text = text_of(actor, object_name)
        self.places = Places(words)
        self.ranked: dict[int, _Ranked] = {}
        self.loaded: dict[int, Record] = {}
        self.complete = False

    @cached_property
    def visible(self) -> QuerySet[Record]:
        return find_records(self.actor, self.object_name)

    def _columns(self) -> list[str]:
        entry = registry.get(self.object_name)
        return [
            "pk",
            "created_at",
            *(entry.fields[key].column for key in (entry.title_key, *self.fields)),
        ]

    def _load(self, numbers: Collection[int]) -> None:
        if not numbers:
            return
        records = self.visible.only(*self._columns()) if self.fields else self.visible
        self.loaded.update((record.pk, record) for record in records.filter(pk__in=numbers))

    def best(self, limit: int) -> Best:
        """Return the first in order."""
        order = sorted(self.ranked.values(), key=lambda r: (-r.place, r.created_at, r.number), reverse=True)
        numbers = [ranked.number for ranked in order[:limit]]
        self._load([number for number in numbers if number not in self.loaded])
        records = [self.loaded[number] for number in numbers if number in self.loaded]
        return Best(records, len(order) > limit)

    def has_enough(self, place: Place) -> bool:
        """Say whether enough are found at a place or at better ones."""
        return sum(ranked.place <= place for ranked in self.ranked.values()) >= self.wanted

    def add(self, rows: Iterable[tuple[int, str]]) -> None:
        """Add those that hold the words and that the reader may see."""
        texts = {number: text for number, text in rows if number not in self.ranked}
        held = [number for number, text in texts.items() if self.places.best(text) is not None]
        self._load(held)
        for number in held:
            if record := self.loaded.get(number):
                self.rank(number, record.created_at, texts[number])

    def rank(self, number: int, created_at: datetime, text: str) -> None:
        """Add a visible record by the place at which its text has the words."""
        place = self.places.best(text)
        if place is not None:
            self.ranked[number] = _Ranked(place, created_at, number)

    def add_at(self, place: Place) -> None:
        """Look for the words at a place: at what the index says, then at all that the reader has."""
        if self._add_indexed(place) or self.has_enough(place):
            return
        # If many hold the words anywhere that is soon known, and if not these are all, at every place.
        self.complete = not self._add_all(Place.INSIDE)
        if not self.complete and place != Place.INSIDE:
            self._add_all(place)

    def _add_all(self, place: Place) -> bool:
        """Walk what the reader has until enough is found at a place. Say whether it was."""
        found = self.visible.filter(holding(self.text, self.words, place=place))
        numbers = list(found.order_by("-id").values_list("pk", flat=True)[: self.wanted])
        rows = SearchRow.objects.filter(object=self.text, record_id__in=numbers)
        self.add(rows.values_list("record_id", "text"))
        return len(numbers) == self.wanted

    def _add_indexed(self, place: Place) -> bool:
        """Ask the index for rows until enough of them are visible. Say whether it named them all."""
        asked = sources.of_object(self.text, self.words, place, INDEXED)
        if asked is None:
            return False
        wanted = 2 * self.wanted
        try:
            one = self.visible.filter(pk=RawSQL("s.record_id", [])).order_by().values("pk")
            seen, params = one.query.sql_with_params()
        except EmptyResultSet:
            return True
        rows = sources.read(
            f"SELECT s.record_id, s.text FROM ({asked.sql}) s WHERE EXISTS ({seen}) LIMIT {wanted}",  # noqa: S608
            [*asked.params, *params],
        )
        self.add(rows)
        return len(rows) < wanted and sources.named_all(asked)

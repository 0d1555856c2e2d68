"""Where in a stored text typed words stand, and how each database is asked for it."""

from collections.abc import Sequence
from enum import IntEnum

from django.db import connection

from headwater.records.search.text import BREAK

_LIKE_SPECIAL = {ord(character): f"\\{character}" for character in "\\%_"}


class Place(IntEnum):
    """Where in a text a word stands; the order is that of results."""

    WHOLE = 0
    BEGIN = 1
    INSIDE = 2


def needle_of(word: str, place: Place) -> str:
    """Return what a text holds that has the word at this place."""
    before = "" if place == Place.INSIDE else BREAK
    return f"{before}{word}{BREAK if place == Place.WHOLE else ''}"


class Places:
    """The places at which words are looked for in texts."""

    def __init__(self, words: Sequence[str]) -> None:
        self._needles = [(place, [needle_of(word, place) for word in words]) for place in Place]

    def best(self, text: str) -> Place | None:
        """Return the best place at which a text has all the words; None when one is missing."""
        for place, needles in self._needles:
            for needle in needles:
                if needle not in text:
                    break
            else:
                return place
        return None


def like(part: str) -> str:
    """Return the pattern for texts that hold a part."""
    return f"%{part.translate(_LIKE_SPECIAL)}%"


def holds(column: str, words: Sequence[str], *, place: Place) -> tuple[str, list[str]]:
    """Return the condition for a text that has all the words at this place."""
    if connection.vendor == "sqlite":
        return contains(column, words, place=place)
    needles = [needle_of(word, place) for word in words]
    return " AND ".join([f"{column} LIKE %s"] * len(needles)), [like(needle) for needle in needles]


def contains(column: str, words: Sequence[str], *, place: Place) -> tuple[str, list[str]]:
    """Return the condition of ``holds`` in a form that no index answers, for rows that are read anyway."""
    needles = [needle_of(word, place) for word in words]
    function = "instr" if connection.vendor == "sqlite" else "strpos"
    return " AND ".join([f"{function}({column}, %s) > 0"] * len(needles)), needles

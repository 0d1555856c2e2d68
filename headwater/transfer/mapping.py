"""Which column goes into which field.

A column is mapped by itself only when its header names the field: by key, by label, or by a
synonym from ``synonyms.json`` (headers of well-known programs and languages, by field key). What
is merely similar is proposed to a person and never applied.
"""

import json
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cache
from pathlib import Path
from typing import Any, Literal

from django.utils.translation import gettext as _
from django.utils.translation import override

from headwater.lib.text import fold, normalize
from headwater.metadata.objects import Field, ObjectType
from headwater.transfer.errors import BadOptions, OptionError

How = Literal["given", "key", "label", "synonym", "conflict", "not_importable", "proposal", "none"]

_SIMILAR = 0.84
_RANKS: tuple[How, ...] = ("key", "label", "synonym")


@dataclass(frozen=True)
class Decision:
    """What was decided about one column, and why.

    ``field`` is the field it goes into, None when it is left out. ``proposal`` is a field that a
    person may choose: the similar one, or the one that another column took (``how`` = conflict), or one that
    no column can fill (not_importable).
    """

    index: int
    header: str
    field: str | None
    how: How
    proposal: str | None = None

    def as_json(self) -> dict[str, Any]:
        return {"column": self.header, "field": self.field, "how": self.how, "proposal": self.proposal}


@cache
def _synonyms(part: str) -> dict[str, tuple[str, ...]]:
    table = json.loads((Path(__file__).parent / "synonyms.json").read_text(encoding="utf-8"))
    return {key: tuple(squash(word) for word in words) for key, words in table[part].items()}


def squash(header: str) -> str:
    """Letters, marks and digits only, folded: "E-mail 1 - Value" → "email1value"."""
    return "".join(char for char in fold(header) if unicodedata.category(char)[0] in "LMN")


def decide(entry: ObjectType, headers: Sequence[str], given: dict[str, str] | None) -> list[Decision]:
    """Decide for every column, in order. Raises BadOptions when ``given`` names no column of the file."""
    if given is not None:
        return _apply(headers, given)
    fields = {field.key: field for field in entry.editable_fields()}
    found = [_recognize(header, fields) for header in headers]
    taken: dict[str, tuple[int, int, int]] = {}
    for index, match in enumerate(found):
        if match is not None:
            how, key, order = match
            place = (_RANKS.index(how), order, index)
            taken[key] = min(taken.get(key, place), place)
    return [_decision(index, header, found[index], taken, fields) for index, header in enumerate(headers)]


def _apply(headers: Sequence[str], given: dict[str, str]) -> list[Decision]:
    wanted = {normalize(header): key for header, key in given.items()}
    unknown = [header for header in wanted if header not in headers]
    if unknown:
        message = _("The file has no column “%(word)s”.")
        raise BadOptions(
            [OptionError("mapping", "unknown_column", message % {"word": word[:100]}) for word in unknown]
        )
    return [
        Decision(index, header, wanted.get(header) or None, "given" if wanted.get(header) else "none")
        for index, header in enumerate(headers)
    ]


def _recognize(header: str, fields: dict[str, Field]) -> tuple[How, str, int] | None:
    """The field a header names surely: how, its key, and the place of the synonym in its list."""
    if header in fields:
        return ("key", header, 0)
    word = squash(header)
    if not word:
        return None
    for key, field in fields.items():
        if word == squash(key) or word in _labels(field):
            return ("label", key, 0)
    named = [
        (words.index(word), key)
        for key, words in _synonyms("fields").items()
        if key in fields and word in words
    ]
    # "Company" is rather the text than the link to a record; among several texts only a person can tell.
    plain = [(order, key) for order, key in named if fields[key].target is None] or named
    return ("synonym", plain[0][1], plain[0][0]) if len(plain) == 1 else None


def _labels(field: Field) -> set[str]:
    """The label in the reader's language and in English."""
    with override("en"):
        english = squash(str(field.label))
    return {english, squash(str(field.label))}


def _decision(
    index: int,
    header: str,
    match: tuple[How, str, int] | None,
    taken: dict[str, tuple[int, int, int]],
    fields: dict[str, Field],
) -> Decision:
    if match is not None:
        _how, key, _order = match
        if not fields[key].is_importable:
            return Decision(index, header, None, "not_importable", proposal=key)
        if taken[key][2] == index:
            return Decision(index, header, key, match[0])
        return Decision(index, header, None, "conflict", proposal=key)
    proposal = _similar(header, fields, set(taken))
    return Decision(index, header, None, "proposal" if proposal else "none", proposal)


def _similar(header: str, fields: dict[str, Field], taken: set[str]) -> str | None:
    """The free field that the header resembles most, if it does so clearly."""
    word = squash(header)
    free = {key: field for key, field in fields.items() if key not in taken and field.is_importable}
    for key, words in _synonyms("proposals").items():
        if key in free and word in words:
            return key
    if len(word) < 4:
        return None
    likeness = {
        key: max(SequenceMatcher(None, word, name).ratio() for name in {squash(key), *_labels(field)})
        for key, field in free.items()
    }
    best = max(likeness, key=lambda key: likeness[key], default=None)
    return best if best is not None and likeness[best] >= _SIMILAR else None

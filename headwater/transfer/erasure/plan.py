"""What an erasure takes from a record, and by which words its person is found elsewhere."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from headwater.history.models import HistoryEntry
from headwater.metadata.kinds.files import FileValue
from headwater.metadata.objects import Field, ObjectType
from headwater.records.models import Record
from headwater.users import organization

TEXTS = ("text", "long_text", "email", "phone", "url")
"""Kinds of fields in which anything about a person may stand."""
WHOLE = ("email", "phone", "url")
"""Kinds of which nothing sensible is left when a part is taken out."""
SAYING = (*TEXTS, "file")
"""Kinds that are erased unless somebody says otherwise: also files, into which nobody looks."""
_LEAST = 5
_STAYS = ("owner", "created_by", "created_at", "updated_at", "recorded_at", "origin", "import_number")


@dataclass(frozen=True)
class Options:
    """What the person who erases decided.

    ``keep`` names text fields that say nothing of a person; ``also`` names others that do; ``comments`` takes
    the words of every comment on the record; ``elsewhere`` takes name, e-mail and numbers out of everything
    else that is stored.
    """

    keep: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    comments: bool = True
    elsewhere: bool = True

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, words: Mapping[str, Any]) -> "Options":
        return cls(**(dict(words) | {"keep": tuple(words["keep"]), "also": tuple(words["also"])}))


def neutral_word() -> str:
    """Return what stands where a name was: in the language of the organization."""
    with translation.override(organization.current().language or "en"):
        return _("Erased")


def always_erased(entry: ObjectType) -> list[Field]:
    """Return the fields that say who a person is."""
    return [field for field in entry.fields.values() if field.personal and field.editable]


def choosable(entry: ObjectType) -> list[Field]:
    """Return the other fields that can be erased: those of text, and whatever an administrator added."""
    found = []
    for field in entry.fields.values():
        if field.personal or not field.editable or field.target or field.part_of or field.key in _STAYS:
            continue
        if (field.custom and not field.required) or (field.kind.name in SAYING and not field.choice_list):
            found.append(field)
    return found


def is_erased_unless_kept(field: Field) -> bool:
    """Say whether a choosable field is erased when nobody says otherwise: texts, addresses and files are."""
    return field.kind.name in (*SAYING, "address")


def erased_fields(entry: ObjectType, options: Options) -> list[Field]:
    """Return the fields that this erasure empties."""
    chosen = [
        field
        for field in choosable(entry)
        if field.key in options.also or (is_erased_unless_kept(field) and field.key not in options.keep)
    ]
    return always_erased(entry) + chosen


def empty_value(field: Field) -> Any:
    """Return what a field holds that holds nothing."""
    if field.custom or field.nullable:
        return None
    return field.default if field.default is not None else ""


class Words:
    """The name, e-mails and numbers of a person, to be found in any text whatever the case."""

    def __init__(self, words: Iterable[str], stand_in: str) -> None:
        said = {word.strip() for word in words}
        self.words = sorted((word for word in said if len(word) >= _LEAST), key=lambda w: (-len(w), w))
        self.stand_in = stand_in
        found = "|".join(
            _pattern(form) for word in self.words for form in dict.fromkeys((word, escaped(word)))
        )
        self._pattern = re.compile(found, re.IGNORECASE) if found else None

    def __bool__(self) -> bool:
        return bool(self.words)

    def spellings(self) -> list[str]:
        """Return what a database is asked for: as written and in the cases that it may not fold."""
        return list(dict.fromkeys(s for w in self.words for s in (w, w.lower(), w.upper(), w.title())))

    def are_in(self, text: str) -> bool:
        return bool(self._pattern and self._pattern.search(text))

    def hold(self, part: str) -> bool:
        """Say whether a text is a part of one of the words, such as a first name."""
        return any(part.casefold() in word.casefold() for word in self.words)

    def mask(self, value: Any) -> Any:
        """Return a text, or everything inside lists and mappings, with the words taken out."""
        if isinstance(value, str):
            return self._pattern.sub(self.stand_in, value) if self._pattern else value
        if isinstance(value, list | tuple):
            return [self.mask(each) for each in value]
        if isinstance(value, dict):
            return {self.mask(key): self.mask(each) for key, each in value.items()}
        if isinstance(value, FileValue):
            return replace(value, name=self.mask(value.name))
        return value

    def mask_field(self, field: Field | None, value: Any) -> Any:
        """Return a field's value, stored or as JSON, with the words taken out."""
        masked = self.mask(value)
        if field is not None and field.kind.name in WHOLE and masked != value:
            return empty_value(field)
        return masked


def escaped(word: str) -> str:
    """Return a word as it stands in JSON that is written in ASCII."""
    return json.dumps(word)[1:-1]


def _pattern(word: str) -> str:
    """Find a word that does not go on; scripts without capitals write without spaces between words."""
    before = r"(?<!\w)" if _has_bounds(word[0]) else ""
    after = r"(?!\w)" if _has_bounds(word[-1]) else ""
    return f"{before}{re.escape(word)}{after}"


def _has_bounds(letter: str) -> bool:
    return letter.isdecimal() or letter.lower() != letter.upper()


def words_of(
    entry: ObjectType, record: Record, entries: Sequence[HistoryEntry], fields: Sequence[Field]
) -> list[str]:
    """Return what the person was ever called here and reached by, of the fields that are erased.

    Words that many share, such as a first name alone, are left out.
    """
    erased = {field.key: field for field in fields}
    named = {entry.title_key: entry.title_field} | erased
    words = []
    for key, field in named.items():
        for value in _ever(key, field, record, entries):
            words += _telling(field, value, is_title=key == entry.title_key)
    return words


def _ever(key: str, field: Field, record: Record, entries: Sequence[HistoryEntry]) -> set[str]:
    values = [field.kind.to_json(field.value_of(record))]
    for each in entries:
        values += each.changes.get(key, [])
    return {value for value in values if isinstance(value, str) and value.strip()}


def _telling(field: Field, value: str, *, is_title: bool) -> list[str]:
    match field.kind.name:
        case "email":
            return [value]
        case "phone":
            return [value, *(each for each in field.kind.siblings(value, field).values() if each)]
        case "text" if is_title and len(value.split()) > 1:
            return [value]
        case _:
            return []

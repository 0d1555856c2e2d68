"""Entries of history as lines that a person can read, whatever they are about."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from headwater.activities.audit.values import (
    Titles,
    changes_of_setting,
    settings_models,
    title_of_setting,
    titles_of_settings,
)
from headwater.activities.sentences import Change, Names, Reference, changes_of, read_cause
from headwater.activities.timeline import names_of
from headwater.activities.words import cause_in_words, phrase_of
from headwater.history.models import HistoryEntry
from headwater.metadata import registry
from headwater.metadata.errors import UnknownObject
from headwater.metadata.objects import ObjectType
from headwater.metadata.titles import titles_of
from headwater.records.context import filter_context
from headwater.users.actor import Actor
from headwater.users.models import User


@dataclass(frozen=True)
class Line:
    """One entry. ``title`` is what it is about; ``is_record`` says whether that has a page of its own."""

    id: int
    at: datetime
    who: User | None
    door: str
    import_number: int | None
    change_set: int | None
    address: str
    object: str
    object_label: str
    record_id: int
    title: str
    is_record: bool
    verb: str
    said: str
    changes: list[Change]
    cause: str

    def to_json(self) -> dict[str, Any]:
        """Return the line as the API writes it."""
        return {
            "id": self.id,
            "at": self.at,
            "by": {"id": self.who.pk, "name": self.who.name} if self.who else None,
            "door": self.door,
            "address": self.address,
            "import_number": self.import_number,
            "change_set": self.change_set,
            "object": self.object,
            "record_id": self.record_id or None,
            "title": self.title,
            "verb": self.verb,
            "said": self.said,
            "changes": [change.to_json() for change in self.changes],
            "cause": self.cause,
        }


def lines_of(actor: Actor, entries: Sequence[HistoryEntry]) -> list[Line]:
    """Return the entries in words, in their order. A few queries, however many entries."""
    settings = titles_of_settings(entries)
    names, titles = _names_of_records(actor, entries)
    return [_line(entry, settings, names, titles) for entry in entries]


def _record_type(name: str) -> ObjectType | None:
    if name in settings_models():
        return None
    try:
        return registry.get(name)
    except UnknownObject:
        return None


def _names_of_records(actor: Actor, entries: Sequence[HistoryEntry]) -> tuple[Names, Names]:
    by_object: dict[str, list[HistoryEntry]] = defaultdict(list)
    for entry in entries:
        if _record_type(entry.object) is not None:
            by_object[entry.object].append(entry)
    mentioned: dict[str, dict[int, str]] = defaultdict(dict)
    titles: dict[str, dict[int, str]] = {}
    context = filter_context(actor)
    for name, of_object in by_object.items():
        titles[name] = titles_of(name, {entry.record_id for entry in of_object}, context)
        for other, found in names_of(actor, registry.get(name), of_object).items():
            mentioned[other].update(found)
    return mentioned, titles


def _line(entry: HistoryEntry, settings: Titles, names: Names, titles: Names) -> Line:
    record_type = _record_type(entry.object)
    title, label, changes = f"#{entry.record_id}", entry.object, list[Change]()
    if entry.object in settings_models():
        label = str(settings_models()[entry.object].audit_label)
        title, changes = title_of_setting(entry, settings), changes_of_setting(entry, settings)
    elif record_type is not None:
        label = str(record_type.label)
        title = titles.get(entry.object, {}).get(entry.record_id, title)
        blank: Any = record_type.model()
        changes = changes_of(record_type, blank, entry.changes, names, creation=entry.verb == "created")
    return Line(
        id=entry.pk,
        at=entry.recorded_at,
        who=entry.actor,
        door=entry.door,
        import_number=entry.import_number,
        change_set=entry.change_set_id,
        address=entry.address,
        object=entry.object,
        object_label=label,
        record_id=entry.record_id,
        title=title,
        is_record=record_type is not None and entry.record_id in titles.get(entry.object, {}),
        verb=entry.verb,
        said=verb_label(entry.verb),
        changes=changes,
        cause=_cause(entry, names),
    )


def _cause(entry: HistoryEntry, names: Names) -> str:
    cause = read_cause(entry.cause)
    return str(Reference.of(*cause, names)) if isinstance(cause, tuple) else cause_in_words(cause or "")


def verb_label(verb: str) -> str:
    """Say what kind of thing happened, in a word or two."""
    ready = {
        "created": _("Made"),
        "updated": _("Changed"),
        "deleted": _("Deleted"),
        "restored": _("Restored"),
    }
    phrase = phrase_of(verb)
    said = ready.get(verb) or (str(phrase) % {"what": ""} if phrase else verb.replace("_", " "))
    return " ".join(said.split())

"""What can be read in a timeline: phrases for verbs, and names for the things around a record.

Rooms above register their own; a phrase has no subject, because the page shows who it was.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from headwater.history.services import ERASED
from headwater.records.sharing import LEVELS, SHARED, UNSHARED

Value = dict[str, Any]


def _no_detail(value: Value) -> str:
    return ""


@dataclass(frozen=True)
class Surrounding:
    """A thing around a record, as history keeps it under ``<prefix>:<number>``.

    Its value is a dict that holds the number of a record of ``object_name`` under that name.
    ``detail`` adds words of its own, such as the role of a contact. What is no object of the
    dictionary has an empty ``object_name`` and its own ``name`` in the value.
    """

    prefix: str
    object_name: str
    detail: Callable[[Value], str] = _no_detail


_causes: dict[str, str | Promise] = {
    "formula": _("computed by a formula"),
    "undo of change set": _("undoing of #%(number)s"),
    "handover": _("hand-over #%(number)s"),
    "merge": _("merging of options #%(number)s"),
    "demo": _("demonstration data"),
    "event": _("logged call #%(number)s"),
}

_phrases: dict[str, str | Promise] = {}
_surroundings: dict[str, Surrounding] = {}


def register_phrase(verb: str, phrase: str | Promise) -> None:
    """Say what a verb of history reads like; ``%(what)s`` is the thing around the record it is about."""
    _phrases[verb] = phrase


def register_cause(word: str, phrase: str | Promise) -> None:
    """Say what a cause reads like; ``%(number)s`` is the number that may follow its word in history."""
    _causes[word] = phrase


def phrase_of(verb: str) -> str | Promise | None:
    """Return a verb's phrase, None for one that says no more than its changes."""
    return _phrases.get(verb)


def cause_in_words(cause: str) -> str:
    """Say what history keeps as the cause of a change, such as ``handover 12``; as it stands when unknown."""
    word, _space, number = cause.rpartition(" ")
    if not number.isdigit():
        word = cause
    return str(_causes[word]) % {"number": number} if word in _causes else cause


def register_surrounding(surrounding: Surrounding) -> None:
    """Say how things under a prefix are named."""
    _surroundings[surrounding.prefix] = surrounding


def surrounding_of(key: str) -> Surrounding | None:
    """Return what is known of a key such as ``contact:12``."""
    return _surroundings.get(key.partition(":")[0])


def _level(value: Value) -> str:
    level = LEVELS.get(value.get("level", ""))
    return str(level.label) if level else ""


for _sort, _object in (("user", "user"), ("team", "team"), ("role", "")):
    register_surrounding(Surrounding(f"share_{_sort}", _object, _level))

COMMENT_ADDED, COMMENT_EDITED, COMMENT_DELETED = "comment_added", "comment_edited", "comment_deleted"
EVENT_ADDED, EVENT_EDITED, EVENT_DELETED = "event_added", "event_edited", "event_deleted"

for _verb, _phrase in (
    ("created", _("created this record")),
    ("deleted", _("deleted this record")),
    ("restored", _("restored this record")),
    (ERASED, _("erased personal data")),
    (SHARED, _("shared this record with %(what)s")),
    (UNSHARED, _("no longer shares this record with %(what)s")),
    (COMMENT_ADDED, _("wrote a comment")),
    (COMMENT_EDITED, _("changed a comment")),
    (COMMENT_DELETED, _("deleted a comment")),
    (EVENT_ADDED, _("logged a call or meeting")),
    (EVENT_EDITED, _("changed a logged call or meeting")),
    (EVENT_DELETED, _("deleted a logged call or meeting")),
):
    register_phrase(_verb, _phrase)

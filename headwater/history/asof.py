"""Any record as it was known at any recorded instant."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from headwater.history.models import HistoryEntry
from headwater.history.services import CREATED, DELETED, RESTORED, Changes, entries_of, is_field


def fold(entries: Iterable[HistoryEntry]) -> dict[str, Any] | None:
    """Apply entries, oldest first. Returns JSON values by key, or None for a deleted record.

    Fields that never had a value are absent. ``updated_at`` is the instant at which a field last
    changed. Keys with a colon, such as ``contact:12``, are what surrounds the record.
    """
    state: dict[str, Any] = {}
    exists = False
    for entry in entries:
        if entry.verb in (CREATED, RESTORED, DELETED):
            exists = entry.verb != DELETED
        for key, (_before, after) in entry.changes.items():
            state[key] = after
        if any(is_field(key) for key in entry.changes):
            state["updated_at"] = entry.recorded_at
    return state if exists else None


def rebuild(object_name: str, record_id: int, at: datetime) -> dict[str, Any] | None:
    """Return a record as it was known at an instant, or None if it did not exist then."""
    return fold(entries_of(object_name, record_id).filter(recorded_at__lte=at))


@dataclass
class Rewound:
    """What was different about a record at an earlier instant: its values then, by key, in JSON form.

    ``existed`` is None when it has been neither deleted nor restored since.
    """

    values: dict[str, Any] = field(default_factory=dict)
    existed: bool | None = None


def entries_since(object_name: str, at: datetime) -> QuerySet[HistoryEntry]:
    """Return what happened after an instant to the records that were there already, oldest first."""
    since = HistoryEntry.objects.filter(object=object_name, recorded_at__gt=at)
    return since.exclude(verb=CREATED).order_by("id")


def rewind(entries: Iterable[tuple[int, str, Changes]]) -> dict[int, Rewound]:
    """Return what has changed since by record, of (record, verb, changes) of later entries, oldest first.

    The first change of a field since says what it was before. Folding the entries up to the instant
    gives the same, from more entries.
    """
    found: dict[int, Rewound] = {}
    for record_id, verb, changes in entries:
        rewound = found.setdefault(record_id, Rewound())
        if verb in (DELETED, RESTORED) and rewound.existed is None:
            rewound.existed = verb == DELETED
        for key, (before, _after) in changes.items():
            if is_field(key):
                rewound.values.setdefault(key, before)
    return found

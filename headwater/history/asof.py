"""Any record as it was known at any recorded instant."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from headwater.history.models import HistoryEntry
from headwater.history.services import CREATED, DELETED, RESTORED, entries_of, is_field


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

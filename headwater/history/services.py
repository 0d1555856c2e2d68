"""Writing history and reading it back."""

import secrets
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from django.db.models import QuerySet

from headwater.history.models import HistoryEntry
from headwater.lib import clock
from headwater.lib.insert import insert_many
from headwater.lib.instances import maker_of
from headwater.users.acting import current_actor, current_address
from headwater.users.actor import Actor
from headwater.users.models.audited import Note

# Field key → [from, to]. A key with a colon (``contact:12``) is a thing around the record, not a field.
Changes = dict[str, list[Any]]

CREATED, UPDATED, DELETED, RESTORED = "created", "updated", "deleted", "restored"
ERASED = "erased"
"""Personal data was taken out of the record for good."""
SALT_BYTES = 16


def is_field(key: str) -> bool:
    """Say whether a key of ``changes`` is a field of the record itself."""
    return ":" not in key


def build_entry(
    actor: Actor,
    object_name: str,
    record_id: int,
    verb: str,
    changes: Changes,
    *,
    recorded_at: datetime,
    business_at: datetime | None = None,
    cause: str = "",
) -> HistoryEntry:
    """Build an unsaved entry; the doors save it in the transaction of the change itself."""
    entry = _maker_of_entries()()
    entry.object, entry.record_id, entry.verb, entry.changes = object_name, record_id, verb, changes
    entry.actor_id = actor.user_id
    entry.door, entry.change_set_id, entry.import_number = (
        actor.door,
        actor.change_set_id,
        actor.import_number,
    )
    entry.cause = cause[:200]
    entry.address = current_address()
    entry.business_at, entry.recorded_at = business_at or recorded_at, recorded_at
    entry.salt = secrets.token_bytes(SALT_BYTES)
    return entry


@cache
def _maker_of_entries() -> Callable[[], HistoryEntry]:
    return maker_of(HistoryEntry)


def save_entries(entries: Sequence[HistoryEntry]) -> None:
    """Save built entries in one statement; they do not learn their numbers."""
    insert_many(entries, numbered=False)


def write_notes(notes: Sequence[Note]) -> None:
    """Keep changes of settings as entries of whoever acts now, in the transaction of the change."""
    actor, now = current_actor(), clock.now()
    entries = [build_entry(actor, n.name, n.record_id, n.verb, n.changes, recorded_at=now) for n in notes]
    if len(entries) == 1:
        entries[0].save(force_insert=True)
    else:
        save_entries(entries)


def entries_of(object_name: str, record_id: int) -> QuerySet[HistoryEntry]:
    """Return a record's entries, oldest first. The caller has checked that the record may be seen."""
    return HistoryEntry.objects.filter(object=object_name, record_id=record_id).order_by("id")

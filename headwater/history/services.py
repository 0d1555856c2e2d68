"""Writing history and reading it back."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from headwater.history.models import HistoryEntry
from headwater.users.actor import Actor

Changes = dict[str, list[Any]]

CREATED, UPDATED, DELETED, RESTORED = "created", "updated", "deleted", "restored"


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
    return HistoryEntry(
        object=object_name,
        record_id=record_id,
        verb=verb,
        changes=changes,
        actor_id=actor.user_id,
        door=actor.door,
        change_set_id=actor.change_set_id,
        import_number=actor.import_number,
        cause=cause[:200],
        business_at=business_at or recorded_at,
        recorded_at=recorded_at,
    )


def entries_of(object_name: str, record_id: int) -> QuerySet[HistoryEntry]:
    """Return a record's entries, oldest first. The caller has checked that the record may be seen."""
    return HistoryEntry.objects.filter(object=object_name, record_id=record_id).order_by("id")

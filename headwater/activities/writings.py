"""What comments and logged events have in common: who may change them, and what history keeps of them."""

from typing import Any, TypeVar

from headwater.access import rights
from headwater.activities.models import Writing
from headwater.history import services as history
from headwater.history.models import HistoryEntry
from headwater.lib.numbers import whole_number
from headwater.records.errors import FieldError, Forbidden, Invalid, NotFound
from headwater.records.find import get_record
from headwater.users.actor import Actor

MAX_BODY = 20_000

W = TypeVar("W", bound=Writing)


def name_of(writing: Writing | type[Writing]) -> str:
    """Return what a writing is called in history and in answers: ``comment`` or ``event``."""
    return str(writing._meta.model_name)


def clean_body(body: Any, required: str, too_long: str) -> str:
    """Return words as they are stored. Raises Invalid with the sentence for none and that for too many."""
    text = body.replace("\x00", "").replace("\r\n", "\n").strip() if isinstance(body, str) else ""
    if not text or any("\ud800" <= character <= "\udfff" for character in text):
        raise Invalid([FieldError("body", "required", required)])
    if len(text) > MAX_BODY:
        raise Invalid([FieldError("body", "too_long", too_long % {"limit": MAX_BODY})])
    return text


def is_own(actor: Actor, writing: Writing) -> bool:
    """Say whether the actor wrote it."""
    return actor.user_id is not None and writing.author_id == actor.user_id


def own(actor: Actor, model: type[W], number: Any, *, administrators_too: bool = False) -> W:
    """Return something the actor wrote, locked. Raises NotFound and Forbidden."""
    living = model._default_manager.select_for_update().filter(
        pk=whole_number(number) or 0, deleted_at__isnull=True
    )
    found = living.first()
    if found is None:
        raise NotFound(name_of(model), number)
    try:
        get_record(actor, found.object, found.record_id)
    except NotFound:
        raise NotFound(name_of(model), number) from None
    if not is_own(actor, found) and not (administrators_too and rights.is_administrator(actor)):
        raise Forbidden("edit", name_of(model))
    return found


def note(actor: Actor, writing: Writing, verb: str, change: list[Any]) -> HistoryEntry:
    """Write the entry of history that says what became of something written."""
    made = entry(actor, writing, verb, change)
    made.save(force_insert=True)
    return made


def entry(actor: Actor, writing: Writing, verb: str, change: list[Any]) -> HistoryEntry:
    """Build that entry without saving it."""
    at = writing.deleted_at or writing.edited_at or writing.created_at
    changes = {f"{name_of(writing)}:{writing.pk}": change}
    return history.build_entry(actor, writing.object, writing.record_id, verb, changes, recorded_at=at)

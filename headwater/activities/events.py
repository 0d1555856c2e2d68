"""Events on any record: calls and meetings that have happened, logged by people.

Rooms above say with ``on_event`` what follows from an event on one of their objects.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from headwater.activities.models import Event
from headwater.activities.notices.effects import comment_written
from headwater.activities.words import EVENT_ADDED, EVENT_DELETED, EVENT_EDITED
from headwater.activities.writings import clean_body, note, own
from headwater.lib import clock
from headwater.lib.numbers import ascii_digits, whole_number
from headwater.metadata.errors import BadValue
from headwater.metadata.kinds.times import read_instant
from headwater.records.errors import FieldError, Invalid
from headwater.records.find import get_record
from headwater.users.actor import Actor

MOST_MINUTES = 24 * 60
Effect = Callable[[Actor, Event], None]

_effects: dict[str, list[Effect]] = {}


def on_event(object_name: str, effect: Effect) -> None:
    """Register what follows when an event is logged on a record, changed or deleted, in that transaction."""
    _effects.setdefault(object_name, []).append(effect)


@transaction.atomic
def log_event(actor: Actor, object_name: str, pk: Any, values: Mapping[str, Any]) -> Event:
    """Log what has happened on a record that the actor may see; followers of the record are told.

    ``values`` are ``kind``, for calls ``direction``, and as far as known ``at`` (now, if not given),
    ``minutes`` and ``body``. Raises NotFound and Invalid.
    """
    record = get_record(actor, object_name, pk)
    given = {key: value for key, value in values.items() if value not in (None, "")}
    event = Event(
        object=object_name,
        record_id=record.pk,
        author_id=actor.user_id,
        created_at=clock.now(),
        **_cleaned({"kind": "", "at": clock.now()} | given, _KIND | _CHANGES),
    )
    _check_direction(event)
    event.save()
    noted = note(actor, event, EVENT_ADDED, [None, True])
    comment_written(actor, record, noted, ())
    _follow_up(actor, event)
    return event


@transaction.atomic
def own_event(actor: Actor, event_id: Any) -> Event:
    """Return an event that the actor may correct or delete. Raises NotFound and Forbidden."""
    return own(actor, Event, event_id, administrators_too=True)


@transaction.atomic
def edit_event(actor: Actor, event_id: Any, values: Mapping[str, Any]) -> Event:
    """Correct ``at``, ``minutes`` or ``body`` of an event, as its author or an administrator.

    What was no call, or went the other way, is deleted and logged again. Raises NotFound, Forbidden and
    Invalid.
    """
    event = own_event(actor, event_id)
    changed = {
        key: value for key, value in _cleaned(values, _CHANGES).items() if getattr(event, key) != value
    }
    if changed:
        event.edited_at = clock.now()
        for key, value in changed.items():
            setattr(event, key, value)
        event.save(update_fields=[*changed, "edited_at"])
        note(actor, event, EVENT_EDITED, [True, True])
        _follow_up(actor, event)
    return event


@transaction.atomic
def delete_event(actor: Actor, event_id: Any) -> None:
    """Delete an event for good, as its author or an administrator: history keeps that it was there."""
    event = own_event(actor, event_id)
    event.body, event.deleted_at = "", clock.now()
    event.save(update_fields=["body", "deleted_at"])
    note(actor, event, EVENT_DELETED, [True, None])
    _follow_up(actor, event)


def _follow_up(actor: Actor, event: Event) -> None:
    for effect in _effects.get(event.object, ()):
        effect(actor, event)


def _cleaned(values: Mapping[str, Any], readers: Mapping[str, Callable[[Any], Any]]) -> dict[str, Any]:
    """Return values as they are stored. Raises Invalid with everything that is wrong with them."""
    cleaned: dict[str, Any] = {}
    errors: list[FieldError] = []
    for key, value in values.items():
        try:
            cleaned[key] = readers[key](value)
        except Invalid as problem:
            errors += problem.errors
        except BadValue as problem:
            errors.append(FieldError(key, problem.code, str(problem)))
    if errors:
        raise Invalid(errors)
    return cleaned


def _kind(raw: Any) -> str:
    if raw not in Event.Kind.values:
        raise BadValue("not_a_choice", _("Choose call, meeting or other."))
    return str(raw)


def _direction(raw: Any) -> str:
    if raw not in Event.Direction.values:
        raise BadValue("not_a_choice", _("Choose outgoing or incoming."))
    return str(raw)


def _check_direction(event: Event) -> None:
    if event.kind == Event.Kind.CALL and not event.direction:
        message = _("Say whether the call was outgoing or incoming.")
        raise Invalid([FieldError("direction", "required", message)])
    if event.kind != Event.Kind.CALL and event.direction:
        raise Invalid([FieldError("direction", "not_a_call", _("Only calls are outgoing or incoming."))])


def _at(raw: Any) -> datetime:
    at = read_instant(raw)
    if at is None:
        raise BadValue("required", _("Say when it was."))
    if at > clock.now():
        raise BadValue("in_future", _("Log what has happened: the time must not lie in the future."))
    return at


def _minutes(raw: Any) -> int | None:
    if raw is None or raw == "":
        return None
    number = whole_number(ascii_digits(raw.strip())) if isinstance(raw, str) else raw
    if isinstance(number, bool) or not isinstance(number, int) or not 0 < number <= MOST_MINUTES:
        message = _("Write a whole number of minutes between 1 and %(most)d.") % {"most": MOST_MINUTES}
        raise BadValue("not_minutes", message)
    return number


def _body(raw: Any) -> str:
    if raw is None or (isinstance(raw, str) and not raw.strip()):
        return ""
    return clean_body(raw, _("Write the note as text."), _("Use at most %(limit)d characters."))


_CHANGES: dict[str, Callable[[Any], Any]] = {"at": _at, "minutes": _minutes, "body": _body}
_KIND: dict[str, Callable[[Any], Any]] = {"kind": _kind, "direction": _direction}

_SENTENCES: dict[tuple[str, str], str | Promise] = {
    (Event.Kind.CALL, Event.Direction.OUTGOING): gettext_lazy("logged an outgoing call"),
    (Event.Kind.CALL, Event.Direction.INCOMING): gettext_lazy("logged an incoming call"),
    (Event.Kind.MEETING, ""): gettext_lazy("logged a meeting"),
    (Event.Kind.OTHER, ""): gettext_lazy("logged an event"),
}


def in_words(event: Event) -> str:
    """Say what was logged, without saying who did it."""
    return str(_SENTENCES[event.kind, event.direction])

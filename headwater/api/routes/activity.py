"""What happened to a record and what people wrote about it."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router

from headwater.activities import events, mentions, services
from headwater.activities.models import Comment, Event
from headwater.activities.timeline import timeline
from headwater.api.answers import answer, nothing
from headwater.api.auth import caller_of
from headwater.api.schemas import activity as schemas
from headwater.metadata import registry

router = Router()


@router.get("/{record:object}/{int:id}/timeline", response=schemas.TimelinePage)
def read_timeline(
    request: HttpRequest, object: str, id: int, query: Query[schemas.TimelineQuery]
) -> HttpResponse:
    """Read history, comments and logged events in one order, newest first."""
    entry = registry.by_slug(object)
    found = timeline(caller_of(request).actor, entry.name, id, after=query.after, limit=query.limit)
    return answer({"items": [item.to_json() for item in found.items], "next": found.next})


@router.post("/{record:object}/{int:id}/comments", response={201: schemas.Comment})
def create_comment(request: HttpRequest, object: str, id: int, given: schemas.NewComment) -> HttpResponse:
    """Write a comment on a record you may see."""
    name = registry.by_slug(object).name
    comment = services.add_comment(caller_of(request).actor, name, id, given.body, anyway=given.anyway)
    return answer(comment_json(comment), status=201)


@router.patch("/comments/{int:id}", response=schemas.Comment, tags=["Comments"])
def update_comment(request: HttpRequest, id: int, given: schemas.NewComment) -> HttpResponse:
    """Change a comment of your own."""
    return answer(
        comment_json(services.edit_comment(caller_of(request).actor, id, given.body, anyway=given.anyway))
    )


@router.delete("/comments/{int:id}", response={204: None}, tags=["Comments"])
def delete_comment(request: HttpRequest, id: int) -> HttpResponse:
    """Delete a comment of your own for good."""
    services.delete_comment(caller_of(request).actor, id)
    return nothing()


@router.post("/{record:object}/{int:id}/events", response={201: schemas.Event})
def log_event(request: HttpRequest, object: str, id: int, given: schemas.NewEvent) -> HttpResponse:
    """Log a call or meeting that has happened on a record you may see.

    A call logged on a lead can change its status: an outgoing one to Replied, an incoming one to Open.
    """
    name = registry.by_slug(object).name
    values = given.model_dump(exclude_unset=True)
    return answer(event_json(events.log_event(caller_of(request).actor, name, id, values)), status=201)


@router.patch("/events/{int:id}", response=schemas.Event, tags=["Events"])
def update_event(request: HttpRequest, id: int, given: schemas.EventChanges) -> HttpResponse:
    """Correct an event that you logged, or as an administrator any."""
    values = given.model_dump(exclude_unset=True)
    return answer(event_json(events.edit_event(caller_of(request).actor, id, values)))


@router.delete("/events/{int:id}", response={204: None}, tags=["Events"])
def delete_event(request: HttpRequest, id: int) -> HttpResponse:
    """Delete an event that you logged, or as an administrator any, for good."""
    events.delete_event(caller_of(request).actor, id)
    return nothing()


def event_json(event: Event) -> dict[str, Any]:
    """Return an event as who logged it gets it back."""
    return {
        "id": event.pk,
        "object": event.object,
        "record_id": event.record_id,
        "kind": event.kind,
        "direction": event.direction or None,
        "at": event.at,
        "minutes": event.minutes,
        "body": event.body,
        "author": event.author_id,
        "created_at": event.created_at,
        "edited_at": event.edited_at,
    }


def comment_json(comment: Comment) -> dict[str, Any]:
    """Return a comment as its writer gets it back."""
    names = mentions.names_in([comment.body])
    return {
        "id": comment.pk,
        "object": comment.object,
        "record_id": comment.record_id,
        "body": mentions.spoken(comment.body, names),
        "mentions": [{"id": n, "name": names[n]} for n in mentions.numbers_in(comment.body) if n in names],
        "author": comment.author_id,
        "created_at": comment.created_at,
        "edited_at": comment.edited_at,
    }

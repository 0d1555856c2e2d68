"""What happened to a record and what people wrote about it."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router

from headwater.activities import mentions, services
from headwater.activities.models import Comment
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
    """Read history and comments in one order, newest first."""
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

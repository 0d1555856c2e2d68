"""One's own notices, how one wishes to be told, and following records."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Query, Router

from headwater.activities.following import follow, is_following
from headwater.activities.notices.preferences import preferences_of, set_preferences
from headwater.activities.notices.reading import mark_read, read_notices, unread_count
from headwater.api.answers import answer, nothing
from headwater.api.auth import caller_of
from headwater.api.problems import wrong
from headwater.api.schemas import notices as schemas
from headwater.metadata import registry
from headwater.records.find import get_record

router = Router(tags=["Notices"])


@router.get("/notices", response=schemas.NoticePage)
def list_notices(request: HttpRequest, query: Query[schemas.NoticeQuery]) -> HttpResponse:
    """Read your notices, newest first; what you do not see any more is not among them."""
    actor = caller_of(request).actor
    after = None if query.after is None else str(query.after)
    found = read_notices(actor, unread=query.unread, after=after, limit=query.limit)
    items: list[dict[str, Any]] = [item.to_json() for item in found.items]
    return answer({"items": items, "next": found.next, "unread": unread_count(actor)})


@router.post("/notices/reading", response=schemas.NoticesRead)
def mark_notices(request: HttpRequest, given: schemas.NoticesMarked) -> HttpResponse:
    """Mark notices of yours as read, or as unread again: those named in `ids`, or all of them."""
    if given.all == (given.ids is not None):
        raise wrong("ids", "one_of", _("Give either “ids” or “all”."))
    actor = caller_of(request).actor
    changed = mark_read(actor, given.ids, read=given.read)
    return answer({"changed": changed, "unread": unread_count(actor)})


@router.get("/notice-settings", response=schemas.NoticeSettings)
def get_notice_settings(request: HttpRequest) -> HttpResponse:
    """Read how you wish to be told."""
    return answer(preferences_of(caller_of(request).user.pk).to_json())


@router.patch("/notice-settings", response=schemas.NoticeSettings)
def update_notice_settings(request: HttpRequest, given: schemas.NoticeSettingsChange) -> HttpResponse:
    """Choose how you wish to be told; what is not given stays."""
    ways = {str(kind): way.dict(exclude_unset=True) for kind, way in (given.ways or {}).items()}
    changed = set_preferences(caller_of(request).actor, follows_own=given.follows_own, ways=ways)
    return answer(changed.to_json())


@router.get("/{record:object}/{int:id}/following", response=schemas.Following)
def read_following(request: HttpRequest, object: str, id: int) -> HttpResponse:
    """Say whether you follow a record."""
    actor = caller_of(request).actor
    record = get_record(actor, registry.by_slug(object).name, id)
    return answer({"following": is_following(actor, record)})


@router.put("/{record:object}/{int:id}/following", response=schemas.Following)
def follow_record(request: HttpRequest, object: str, id: int) -> HttpResponse:
    """Follow a record: be told when its status, stage or owner changes and when somebody comments."""
    follow(caller_of(request).actor, registry.by_slug(object).name, id)
    return answer({"following": True})


@router.delete("/{record:object}/{int:id}/following", response={204: None})
def unfollow_record(request: HttpRequest, object: str, id: int) -> HttpResponse:
    """Follow a record no longer, even if it is yours."""
    follow(caller_of(request).actor, registry.by_slug(object).name, id, on=False)
    return nothing()

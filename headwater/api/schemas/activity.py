"""Shapes of timelines, comments and events."""

from datetime import datetime
from typing import Annotated, Any, Literal

from ninja import Schema
from pydantic import Field

from headwater.api.schemas.common import After, Strict


class TimelineQuery(Schema):
    after: After = None
    limit: Annotated[int, Field(ge=1, le=200)] = 30


class TimelineItem(Schema):
    """A comment, a logged event, or a change with its sentence."""

    id: int
    kind: Literal["comment", "event", "change"]
    verb: str
    at: datetime
    business_at: datetime
    by: dict[str, Any] | None
    door: str
    import_number: int | None
    cause: dict[str, Any] | str | None
    sentence: str
    changes: list[dict[str, Any]]
    comment: dict[str, Any] | None
    event: dict[str, Any] | None


class TimelinePage(Schema):
    items: list[TimelineItem]
    next: str | None


class NewComment(Strict):
    """People are mentioned in the text: ``@[12]`` by number, ``@name@company.com`` or ``@Full Name``.

    Who does not see the record cannot be told: that is refused with the code ``cannot_see``, unless
    ``anyway`` is true.
    """

    body: str
    anyway: bool = False


class Mentioned(Schema):
    id: int
    name: str


class Comment(Schema):
    id: int
    object: str
    record_id: int
    body: str
    mentions: list[Mentioned]
    author: int | None
    created_at: datetime
    edited_at: datetime | None


class EventChanges(Strict):
    """What may be corrected of an event: what is given is set. Delete it to log another kind or direction."""

    at: str | None = Field(
        None,
        description="When it began, such as 2026-03-18T14:30+02:00; now, if not given. Never in the future.",
    )
    minutes: int | None = Field(None, description="How long it took, 1 to 1440; null for not known.")
    body: str | None = Field(None, description="A note of at most 20,000 characters.")


class NewEvent(EventChanges):
    """A call, a meeting or something else that has happened."""

    kind: Literal["call", "meeting", "other"]
    direction: Literal["outgoing", "incoming"] | None = Field(
        None, description="Of calls, which need it; null for all others."
    )


class Event(Schema):
    id: int
    object: str
    record_id: int
    kind: Literal["call", "meeting", "other"]
    direction: Literal["outgoing", "incoming"] | None
    at: datetime
    minutes: int | None
    body: str
    author: int | None
    created_at: datetime
    edited_at: datetime | None

"""Shapes of timelines and comments."""

from datetime import datetime
from typing import Annotated, Any, Literal

from ninja import Schema
from pydantic import Field

from headwater.api.schemas.common import After, Strict


class TimelineQuery(Schema):
    after: After = None
    limit: Annotated[int, Field(ge=1, le=200)] = 30


class TimelineItem(Schema):
    """A comment, or a change with its sentence."""

    id: int
    kind: Literal["comment", "change"]
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

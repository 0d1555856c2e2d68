"""Shapes of notices."""

from datetime import datetime
from typing import Annotated, Any, Literal

from ninja import Schema
from pydantic import Field

from headwater.activities.notices.reading import MAX_PAGE, MOST_COUNTED
from headwater.api.schemas.common import Strict

Kind = Literal["mentioned", "assigned", "changed", "shared", "limit", "finished"]


class NoticeQuery(Schema):
    unread: Annotated[bool, Field(description="Only those that are not read yet.")] = False
    limit: Annotated[int, Field(ge=1, le=MAX_PAGE)] = 30
    after: Annotated[int | None, Field(ge=1, lt=2**63, description="The `next` of the page before.")] = None


class Notice(Schema):
    """Something that you are told.

    ``text`` says what was done, without saying by whom where there is a ``by``. ``count`` is the number of
    records it is about, ``record_id`` the first of them, ``entries`` are numbers of the record's timeline.
    """

    id: int
    kind: Kind
    at: datetime
    read_at: datetime | None
    by: dict[str, Any] | None
    object: str | None
    record_id: int | None
    count: int
    title: str
    text: str
    excerpt: str
    entries: list[int]


class NoticePage(Schema):
    items: list[Notice]
    next: str | None
    unread: int = Field(description=f"How many are unread; counted up to {MOST_COUNTED + 1}.")


class NoticesMarked(Strict):
    ids: Annotated[list[Annotated[int, Field(ge=1, lt=2**63)]], Field(max_length=1000)] | None = None
    all: bool = False
    read: bool = True


class NoticesRead(Schema):
    changed: int
    unread: int


class Way(Schema):
    in_app: bool
    mail: Literal["now", "daily", "never"]


class WayChange(Strict):
    in_app: bool = True
    mail: Literal["now", "daily", "never"] = "never"


class NoticeSettings(Schema):
    follows_own: bool
    ways: dict[Kind, Way]


class NoticeSettingsChange(Strict):
    follows_own: bool | None = None
    ways: dict[Kind, WayChange] | None = None


class Following(Schema):
    following: bool

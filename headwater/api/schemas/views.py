"""Shapes of saved views, and of the groups of a list."""

from datetime import datetime
from typing import Annotated, Any, Literal

from ninja import Schema
from pydantic import Field

from headwater.api.schemas.common import Line, PageQuery, Strict

SETTINGS = (
    "`filter` (a tree), `sort` (fields, `-` for descending), `columns`, `widths` (pixels by column), `group` "
    "(a field, with `:month` or another grain for dates), `totals` (count, sum, average, min or max by "
    "column), `display` (list or board), `lanes` (the field of the board). Left out: as in a plain list."
)
Audience = Annotated[
    Literal["private", "team", "everybody"],
    Field(description="Who else may open it; the team is the one its owner is in."),
]


class ViewQuery(PageQuery):
    object: Annotated[str | None, Field(description="Only views of this object, such as `lead`.")] = None


class View(Schema):
    """A saved view of a list. It holds no records; whoever opens it sees those she may see."""

    id: int
    object: str
    name: str
    settings: Annotated[dict[str, Any], Field(description=SETTINGS)]
    problems: Annotated[list[str], Field(description="What of the settings no longer means anything.")]
    audience: Audience
    owner: int
    editable: bool
    pinned: Annotated[bool, Field(description="Whether it is among your own tabs.")]
    created_at: datetime
    updated_at: datetime


class NewView(Strict):
    object: str
    name: Line
    settings: Annotated[dict[str, Any], Field(description=SETTINGS)] = Field(default={})
    audience: Audience = "private"
    pinned: bool = False


class ViewChange(Strict):
    """``pinned`` is your own matter; the rest is the owner's."""

    name: Line = ""
    settings: Annotated[dict[str, Any], Field(description=SETTINGS)] = Field(default={})
    audience: Audience = "private"
    pinned: bool = False


class GroupsQuery(Schema):
    by: Annotated[
        str | None,
        Field(description="A field, with `:month` or another grain for dates; nothing: one group of all."),
    ] = None
    totals: Annotated[str, Field(description="Such as `value:sum,created_at:min`.")] = ""
    filter: Annotated[str | None, Field(description="A filter tree as JSON.")] = None
    q: Annotated[str, Field(description="Words of names, e-mails or phones.", max_length=500)] = ""


class Group(Schema):
    """One group; ``filter`` finds its records."""

    key: Any
    label: str
    count: int
    totals: Annotated[
        dict[str, list[dict[str, Any]]],
        Field(
            description="By column; money has one amount for each currency and is never added across them."
        ),
    ]
    filter: dict[str, Any]


class Groups(Schema):
    """Groups over everything that the filter holds and you may see."""

    label: str
    groups: list[Group]
    hidden: Annotated[int, Field(description="How many smaller groups of a text or number are left out.")]
    totals: dict[str, list[dict[str, Any]]]

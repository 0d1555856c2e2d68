"""Shapes of users, teams, references and choice lists."""

from datetime import datetime
from typing import Annotated

from ninja import Schema
from pydantic import Field

from headwater.api.schemas.common import FIELDS, After, Limit, Line, Strict


class ReferenceQuery(Schema):
    """What a list of users, teams, pipelines or stages can be asked for."""

    filter: Annotated[str | None, Field(description="A filter tree as JSON.")] = None
    fields: Annotated[str | None, Field(description=FIELDS)] = None
    q: Annotated[str, Field(description="A part of the name.", max_length=500)] = ""
    limit: Limit = 50
    after: After = None


class Reference(Schema):
    """A row; its fields are those of `describe`."""

    id: int
    name: str


class User(Reference):
    email: str
    team: int | None
    is_active: bool
    role: Annotated[str | None, Field(description="Its key; for administrators only.")] = None


class Me(User):
    language: str
    theme: str
    scope: str = Field(description="read, write or admin: how far the token reaches.")
    scopes: list[str] = Field(description="The same, or `leads:read` … for a token for some objects only.")


class Effective(Schema):
    """What a person may do with one object."""

    object: str
    rights: dict[str, str]
    hidden: list[str] = Field(description="The keys of the fields that are kept from her.")
    read_only: list[str] = Field(description="The keys of the fields that she may not change.")
    seen: int = Field(description="How many records she sees.")
    granted: int = Field(description="How many of them others own and are shared with or assigned to her.")
    rules: list[str] = Field(description="The names of the sharing rules that reach her.")


class NewUser(Strict):
    email: Line
    name: Line
    password: str
    role: Line = Field(description="administrator, manager, salesperson, or another role's key.")
    team: int | None = None


class UserChange(Strict):
    email: Line = ""
    name: Line = ""
    password: str = ""
    role: Line = ""
    team: int | None = None
    is_active: bool = True


class Invitation(Schema):
    """An open invitation; its link is in the mail only."""

    id: int
    email: str
    name: str
    role: str
    team: int | None
    language: str
    invited_by: int
    created_at: datetime
    expires_at: datetime


class NewInvitation(Strict):
    email: Line
    name: Line = ""
    role: Line = Field(description="administrator, manager, salesperson, or another role's key.")
    team: int | None = None
    language: Line = Field("", description="Of the mail and the person; the organization's if left out.")


class Team(Reference):
    parent: int | None


class NewTeam(Strict):
    name: Line
    parent: int | None = None


class TeamChange(Strict):
    name: Line = ""
    parent: int | None = None


class Option(Schema):
    """An option of a choice list; records carry its key."""

    id: int
    key: str
    label: str
    position: int
    color: str
    parent: str | None
    active: bool
    merged_into: str | None = Field(description="The key of the option that this one is a second name of.")


class OptionUse(Schema):
    """How many records hold an option in one field."""

    object: str
    field: str
    count: int


class OptionUses(Schema):
    items: list[OptionUse]


class OptionMerge(Strict):
    into: Annotated[Line, Field(description="The key of the option that stays.")]


class OptionQuery(Schema):
    active: Annotated[bool | None, Field(description="Only options that are offered, or that are not.")] = (
        None
    )
    q: Annotated[str, Field(description="A part of the label.", max_length=500)] = ""


class NewOption(Strict):
    label: Line
    color: Annotated[
        str, Field(pattern="^[a-z]{0,20}$", description="A color of the palette, such as blue.")
    ] = ""
    parent: Annotated[Line | None, Field(description="The key of the option above.")] = None


class OptionChange(Strict):
    label: Line = ""
    color: Annotated[str, Field(pattern="^[a-z]{0,20}$")] = ""
    active: bool = True


class ChoiceListName(Schema):
    slug: str
    list: str
    label: str


class ObjectName(Schema):
    object: str
    slug: str
    label: str
    label_plural: str

"""Shapes of roles and their rights."""

from typing import Annotated

from ninja import Schema
from pydantic import Field

from headwater.access.models import Action, FieldAccess, Scope
from headwater.api.schemas.common import Line, Strict
from headwater.users.models import Role as UserRole


class Right(Strict):
    """How far one action on one object reaches."""

    object: Line = Field(description="An object's name; * is every object without a right of its own.")
    action: Action
    scope: Scope


class FieldRight(Strict):
    """A field that a role does not have, or may not change."""

    object: Line
    field: Line
    access: FieldAccess


class Role(Schema):
    id: int
    key: str
    label: str
    is_administrator: bool = Field(description="May do everything; has no rights to set.")
    people: int = Field(description="How many users have it.")
    people_reach: UserRole.Reach = Field(description="Whom its people may assign records to, or mention.")
    makes_labels: bool = Field(description="Whether its people make new labels; administrators always do.")
    rights: list[Right]
    fields: list[FieldRight] = Field(description="What is kept from it; of all other fields nothing.")


class NewRole(Strict):
    label: Line
    like: Annotated[Line, Field(description="The key of a role whose rights it begins with.")] = ""
    people_reach: UserRole.Reach | None = None
    makes_labels: bool | None = None
    rights: Annotated[list[Right] | None, Field(max_length=1000)] = None
    fields: Annotated[list[FieldRight] | None, Field(max_length=2000)] = None


class RoleChange(Strict):
    label: Line = ""
    people_reach: UserRole.Reach | None = None
    makes_labels: bool | None = None
    rights: Annotated[
        list[Right] | None, Field(description="All of them: what is left out is no right.", max_length=1000)
    ] = None
    fields: Annotated[
        list[FieldRight] | None,
        Field(description="All of them: of what is left out nothing is kept back.", max_length=2000),
    ] = None


class Successor(Schema):
    into: Annotated[str, Field(description="The key of the role that its people get.", max_length=60)] = ""

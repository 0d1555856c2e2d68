"""Shapes of roles and their rights."""

from typing import Annotated

from ninja import Schema
from pydantic import Field

from headwater.access.models import Action, Scope
from headwater.api.schemas.common import Line, Strict


class Right(Strict):
    """How far one action on one object reaches."""

    object: Line = Field(description="An object's name; * is every object without a right of its own.")
    action: Action
    scope: Scope


class Role(Schema):
    id: int
    key: str
    label: str
    is_administrator: bool = Field(description="May do everything; has no rights to set.")
    people: int = Field(description="How many users have it.")
    rights: list[Right]


class NewRole(Strict):
    label: Line
    like: Annotated[Line, Field(description="The key of a role whose rights it begins with.")] = ""
    rights: Annotated[list[Right] | None, Field(max_length=1000)] = None


class RoleChange(Strict):
    label: Line = ""
    rights: Annotated[
        list[Right] | None, Field(description="All of them: what is left out is no right.", max_length=1000)
    ] = None


class Successor(Schema):
    into: Annotated[str, Field(description="The key of the role that its people get.", max_length=60)] = ""

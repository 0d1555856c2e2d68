"""Shapes of shares by hand and of sharing rules."""

from typing import Literal

from ninja import Schema
from pydantic import Field

from headwater.api.schemas.common import Strict

Level = Literal["see", "edit"]


class Share(Schema):
    """With whom a record is shared by hand."""

    kind: Literal["user", "team", "role"]
    id: int = Field(description="The number of the user, the team or the role.")
    name: str
    level: Level


class NewShare(Strict):
    kind: Literal["user", "team", "role"]
    id: int
    level: Level = "see"

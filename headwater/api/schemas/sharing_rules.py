"""Shapes of sharing rules."""

from datetime import datetime
from typing import Any

from ninja import Schema
from pydantic import Field

from headwater.api.schemas.common import Line, Strict
from headwater.api.schemas.sharing import Level

_TEAM = "The number of the team it is for, with the teams below; null when it is for a role."
_ROLE = "The number of the role it is for; null when it is for a team."
_FILTER = "A filter of these records; nothing in it may depend on who asks, or on the hour."


class Walk(Schema):
    """How far a rule is with looking through all records."""

    done: int
    total: int


class SharingRule(Schema):
    """Records that meet the filter can be seen, or edited too, by the people of a team or a role."""

    id: int
    name: str
    object: str
    filter: dict[str, Any]
    team: int | None = Field(description=_TEAM)
    role: int | None = Field(description=_ROLE)
    level: Level
    is_active: bool
    records: int = Field(description="How many records it shares, or would if it were in use.")
    walk: Walk | None = Field(description="How far it is with looking through all records, if it is.")
    filled_at: datetime | None = Field(
        description="When all records were last looked through for this filter; null before the first time."
    )
    problem: str = Field(description="Why the filter cannot be used any more; empty when it can.")


class NewSharingRule(Strict):
    name: Line
    object: str = Field(description="Such as `lead`.")
    filter: dict[str, Any] = Field(description=_FILTER)
    team: int | None = Field(None, description=_TEAM)
    role: int | None = Field(None, description=_ROLE)
    level: Level = "see"
    is_active: bool = True


class SharingRuleChange(Strict):
    """What is left out stays. A team takes the place of a role, and a role that of a team."""

    name: Line | None = None
    filter: dict[str, Any] | None = None
    team: int | None = None
    role: int | None = None
    level: Level | None = None
    is_active: bool | None = None

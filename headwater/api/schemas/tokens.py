"""Shapes of API tokens."""

from datetime import datetime
from typing import Annotated

from ninja import Schema
from pydantic import Field

from headwater.api.schemas.common import Line, Strict

SCOPES = "`read`, `write` or `admin` alone; or any of `leads:read`, `contacts:write` …"


class NewToken(Strict):
    name: Annotated[Line, Field(min_length=1, max_length=120, description="Which program has it.")]
    scopes: Annotated[
        list[Annotated[str, Field(max_length=80)]], Field(min_length=1, max_length=100, description=SCOPES)
    ]
    expires_at: datetime | None = Field(None, description="Left out: in a year.")
    endless: bool = Field(False, description="Lasts until it is revoked, where the organization allows it.")


class Token(Schema):
    id: int
    name: str
    prefix: str = Field(description="How the token begins.")
    scopes: list[str] = Field(description=SCOPES)
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None
    last_used_from: str
    revoked_at: datetime | None


class MadeToken(Token):
    token: str = Field(description="The token itself: it is told only now.")

"""Shapes of the rules that score leads."""

from typing import Any

from ninja import Schema
from pydantic import Field

from headwater.api.schemas.common import Line, Strict


class ScoreRule(Schema):
    """Leads that meet the filter get the points; the sum is their score."""

    id: int
    name: str
    points: int
    filter: dict[str, Any]
    is_active: bool
    problem: str = Field(description="Why the filter cannot be used any more; empty when it can.")


class NewScoreRule(Strict):
    name: Line
    points: int = Field(description="From -100 to 100, and not 0.")
    filter: dict[str, Any] = Field(description="A filter of leads.")
    is_active: bool = True


class ScoreRuleChange(Strict):
    name: Line | None = None
    points: int | None = None
    filter: dict[str, Any] | None = None
    is_active: bool | None = None

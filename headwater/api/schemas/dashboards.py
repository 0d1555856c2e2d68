"""Shapes of dashboards."""

from datetime import datetime
from typing import Annotated

from ninja import Schema
from pydantic import Field

from headwater.api.schemas.common import Line, Strict
from headwater.api.schemas.reports import Readers, SharedWith
from headwater.reports.models.dashboards import COLUMNS, LEAST_COLUMNS, MOST_ROWS

Width = Annotated[int, Field(ge=LEAST_COLUMNS, le=COLUMNS, description="Columns, of twelve.")]
Height = Annotated[int, Field(ge=1, le=MOST_ROWS, description="Rows.")]


class Tile(Schema):
    """A report on a dashboard; null for one that is not shared with you."""

    id: int
    report: int | None
    width: int
    height: int


class Dashboard(Schema):
    """Saved reports beside each other, in order."""

    id: int
    name: str
    owner: int
    shared_with: Readers
    editable: bool
    tiles: list[Tile]
    created_at: datetime
    updated_at: datetime


class NewTile(Strict):
    """A tile as it shall be: one that is there by its ``id``, a new one by its ``report``."""

    id: int | None = None
    report: int = 0
    width: Width = 6
    height: Height = 2


class NewDashboard(Strict):
    name: Line
    tiles: list[NewTile] | None = None
    shared_with: SharedWith = None


class DashboardChange(Strict):
    name: Line | None = None
    tiles: Annotated[list[NewTile] | None, Field(description="Replaces the tiles that are there.")] = None
    shared_with: SharedWith = None
    share_reports: Annotated[bool, Field(description="Share your reports on it with the same people.")] = (
        False
    )

"""Shapes of exchange rates."""

from datetime import date
from typing import Annotated, Any

from ninja import Schema
from pydantic import Field

from headwater.api.schemas.common import Line, PageQuery, Strict


class Rate(Schema):
    """From a day on, one unit of a currency is worth so much of another."""

    id: int
    currency: str
    against: str
    day: date
    rate: float
    origin: str = Field(description="`typed` by a person or program, or from a `file`.")


class RateQuery(PageQuery):
    currency: Annotated[str | None, Field(description="Only this currency.", max_length=3)] = None


class NewRate(Strict):
    currency: Line
    day: date
    rate: float | Line = Field(description="What one unit is worth in the organization's currency.")


class Loaded(Schema):
    written: int = Field(description="Rates that are new or different.")
    known: int = Field(description="Rates that were known already.")
    kept: int = Field(description="Rates typed by hand, which stay.")


FILE_FORM: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {"file": {"type": "string", "format": "binary"}},
                }
            }
        },
    }
}

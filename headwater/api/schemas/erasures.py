"""Shapes of erasing personal data."""

from datetime import datetime
from typing import Annotated

from ninja import Schema
from pydantic import Field

from headwater.api.schemas.common import Line, Strict

Key = Annotated[str, Field(max_length=80)]


class NewErasure(Strict):
    keep: list[Key] = Field(default_factory=list, max_length=200, description="Text fields that stay.")
    also: list[Key] = Field(
        default_factory=list, max_length=200, description="Fields that are erased although they are no texts."
    )
    comments: bool = Field(
        True, description="Erase the words of all comments and logged events on the record."
    )
    elsewhere: bool = Field(
        True, description="Take name, e-mail and numbers out of other records, settings, mails and history."
    )


class Confirmation(Strict):
    typed: Annotated[Line, Field(max_length=40, description="The number of the record.")]


class ErasureLine(Schema):
    """One place: what is erased there, or what stays and why."""

    place: str
    outcome: str = Field(description="`erased` or `kept`.")
    count: int
    said: str
    fields: list[str] = Field(description="Keys of fields.")
    records: list[tuple[str, int]] = Field(description="Object and number of the first other records.")


class Erasure(Schema):
    id: int
    object: str
    record_id: int
    state: str = Field(description="`rehearsing`, `rehearsed`, `erasing`, `done` or `failed`.")
    created_at: datetime
    done_at: datetime | None
    by: int | None
    lines: list[ErasureLine] = Field(description="What will happen; once it is done, what happened.")

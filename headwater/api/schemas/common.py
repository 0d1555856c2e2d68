"""Shapes that many addresses share."""

import unicodedata
from typing import Annotated, Any, ClassVar, Generic, Literal, TypeVar

from ninja import Schema
from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from headwater.records.paging import MAX_PAGE

Limit = Annotated[int, Field(ge=1, le=MAX_PAGE, description="Items on a page.")]
After = Annotated[str | None, Field(description="The `next` of the page before.")]
CountWord = Annotated[
    Literal["exact"] | None, Field(description="`exact` counts past 1,000, which takes longer.")
]
FIELDS = "Only these fields, separated by commas; `owner.name` follows a link."


def _line(text: str) -> str:
    if any(unicodedata.category(character) == "Cc" for character in text):
        raise PydanticCustomError("not_text", "Use no control characters.")
    return text


Line = Annotated[str, AfterValidator(_line)]
"""Text of one line."""


class Strict(Schema):
    """A body whose unknown members are refused by name."""

    model_config: ClassVar = {"extra": "forbid"}


T = TypeVar("T")


class Count(Schema):
    value: int
    exact: bool = Field(description="False when there are more than the value.")


class Page(Schema, Generic[T]):
    """One page of a list."""

    items: list[T]
    next: str | None = Field(description="Give it as `after` to get the next page; null on the last one.")
    count: Count


class PageQuery(Schema):
    """One page of a list that is read from the newest on."""

    limit: Limit = 50
    after: Annotated[int | None, Field(ge=1, lt=2**63, description="The `next` of the page before.")] = None

    def cut(self, rows: Any) -> tuple[list[Any], str | None]:
        """Return the rows of the page and the cursor of the next one."""
        ordered = rows.order_by("-pk")
        found = list((ordered if self.after is None else ordered.filter(pk__lt=self.after))[: self.limit + 1])
        shown = found[: self.limit]
        return shown, str(shown[-1].pk) if len(found) > self.limit else None


class WrongField(Schema):
    field: str = Field(description="A field, a parameter, or a place in the JSON; empty for the whole.")
    code: str
    message: str


class ProblemDetails(Schema):
    """An error, as RFC 9457 has it."""

    type: str
    title: str
    status: int
    detail: str
    errors: list[WrongField]

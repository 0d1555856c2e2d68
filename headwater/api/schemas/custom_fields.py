"""Shapes of custom fields."""

from typing import Annotated, Any, Literal

from ninja import Schema
from pydantic import Field

from headwater.api.schemas.common import Line, Strict
from headwater.metadata.custom.definitions import KINDS, MOST_FIELDS, MOST_OPTIONS
from headwater.metadata.formulas.tokens import LONGEST

_FROM = "Mandatory from this status or stage on, such as `open` or `stage:3`; `describe` names the points."
_WHEN = "A filter on the record's own fields."
_KIND = f"One of {', '.join(KINDS)}."
Labels = Annotated[dict[str, str], Field(description="Names in other languages, by their codes.")]

Formula = Annotated[
    str, Field(description="Of a computed field, such as `amount * cf_share / 100`.", max_length=LONGEST)
]


class CustomFieldQuery(Schema):
    """Whose fields."""

    object: Annotated[str, Field(description="The name of an object; all without.", max_length=60)] = ""


class Uniqueness(Schema):
    """How far the looking through of records for equal values is, and what came of it."""

    state: Literal["checking", "unique", "refused"]
    percent: int
    clashes: list[tuple[int, int]] = Field(description="Pairs of records for which it was refused.")


class CustomField(Schema):
    """A field that an administrator made."""

    object: str
    key: str
    kind: str
    label: str
    labels: dict[str, str]
    help: str
    section: str
    position: int
    is_active: bool
    is_required: bool
    required_from: str = Field(description=_FROM)
    required_when: Any = Field(description=_WHEN)
    visible_when: Any = Field(description=_WHEN)
    is_indexed: bool
    is_unique: bool
    uniqueness: Uniqueness | None
    index_filled: int | None = Field(description="How much of its index is filled, in percent.")
    default: Any = Field(description="What new records begin with, in JSON form.")
    decimal_places: int
    target: str = Field(description="Of a link: the object it leads to.")
    choice_list: str | None
    formula: str = Field(description="Of a computed field: how its value follows from others.")
    result: str = Field(description="Of a computed field: the kind of its values.")


class CustomFieldInUse(CustomField):
    records: int = Field(description="How many records have something in it.")


class _Said(Strict):
    labels: Labels = Field(default_factory=dict)
    help: Line = ""
    section: Line = Field("", description="Fields of one section stand together on pages and in forms.")
    is_required: bool = False
    required_from: Line = Field("", description=_FROM)
    required_when: dict[str, Any] | None = Field(None, description=_WHEN)
    visible_when: dict[str, Any] | None = Field(None, description=_WHEN)
    is_unique: bool = Field(False, description="No two records may have the same value; case does not count.")
    is_indexed: bool = Field(False, description="Lists find, sort and page by it through an index.")
    default: Any = None


class NewCustomField(_Said):
    object: Line
    kind: Line = Field(description=_KIND)
    label: Line
    decimal_places: int = 2
    target: Line = ""
    options: list[str] = Field(default_factory=list, max_length=MOST_OPTIONS)
    formula: Formula = ""
    result: Line = Field(
        "", description="Of a computed field: the kind of its values; by its formula without."
    )


class CustomFieldChange(_Said):
    label: Line = ""
    kind: Line = Field("", description="Accepted only as it is: the kind of a field stays.")
    is_active: bool = True
    formula: Formula = ""


class Order(Strict):
    keys: Annotated[list[str], Field(max_length=MOST_FIELDS)]

"""Shapes of records and lists; each object gets its own from the dictionary (``openapi``)."""

from typing import Annotated, Any

from ninja import Schema
from pydantic import Field

from headwater.access.models import Action
from headwater.api.schemas.common import FIELDS, After, CountWord, Limit


class ListQuery(Schema):
    """What a list can be asked for."""

    filter: Annotated[str | None, Field(description="A filter tree as JSON.")] = None
    sort: Annotated[str | None, Field(description="Fields separated by commas, `-` for descending.")] = None
    fields: Annotated[str | None, Field(description=FIELDS)] = None
    q: Annotated[str, Field(description="Words of names, e-mails or phones.", max_length=500)] = ""
    limit: Limit = 50
    after: After = None
    count: CountWord = None


class Record(Schema):
    """A record; its fields are those of `describe`."""

    id: int
    version: int


class Viewer(Schema):
    """Somebody who sees a record."""

    user: int
    name: str
    why: str
    actions: list[Action] = Field(description="What she may do with it.")


class ReferenceDescription(Schema):
    """What the dictionary says of a table that records point to."""

    object: str
    slug: str
    label: str
    label_plural: str
    title: str
    fields: list[dict[str, Any]]
    questions: list[dict[str, Any]]
    collections: list[dict[str, str]]
    sections: list[dict[str, Any]]
    list_columns: list[str]
    off_form: list[str] = Field(description="Fields that the form layout shows in no section.")
    progress: list[dict[str, str]] = Field(
        description="The statuses and stages from which on a custom field can be mandatory (`required_from`)."
    )


class Description(ReferenceDescription):
    """What the dictionary says of an object, and how far your rights on it reach."""

    rights: dict[str, str]

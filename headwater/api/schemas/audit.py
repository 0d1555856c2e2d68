"""Shapes of the audit."""

from datetime import date, datetime
from typing import Annotated, Any

from ninja import Schema
from pydantic import Field

from headwater.api.schemas.common import PageQuery

Name = Annotated[str | None, Field(max_length=60)]
Number = Annotated[int | None, Field(ge=0, lt=2**63)]


class Person(Schema):
    id: int
    name: str


class AuditEntry(Schema):
    id: int
    at: datetime
    by: Person | None = Field(description="Null for the system itself.")
    door: str
    address: str = Field(description="The network address of the request; empty for background work.")
    import_number: int | None
    change_set: int | None
    object: str
    record_id: int | None = Field(description="Null for many rows at once.")
    title: str
    verb: str
    said: str
    changes: list[dict[str, Any]] = Field(
        description="`field`, `label`, `from` and `to`, in the words of your language."
    )
    cause: str


class DisclosureEntry(Schema):
    """Records that somebody took away as a file, or saw many of at once."""

    id: int
    at: datetime
    by: Person | None
    door: str
    address: str
    act: str = Field(description="`export`, `figures`, `failed_rows`, `behind`, `report` or `list`.")
    object: str
    rows: int
    about: dict[str, Any]


class FailedSignInEntry(Schema):
    """What failed alike within one hour: the same address typed, from the same place, for the same reason."""

    id: int
    email: str = Field(description="As typed; empty where an hour had too many to keep them apart.")
    user: Person | None = Field(description="Whose address it is, if it is anybody's.")
    address: str = Field(description="Network address; empty where an hour had too many.")
    reason: str = Field(description="`password`, `code`, `passkey`, `company`, `off` or `blocked`.")
    count: int = Field(description="How many tries; of those that were blocked, how many minutes had one.")
    first_at: datetime
    last_at: datetime


class FailedSignInQuery(PageQuery):
    person: Annotated[Number, Field(description="Only tries with this user's address.")] = None
    reason: Annotated[Name, Field(description="Only tries that failed for this reason.")] = None
    first: Annotated[date | None, Field(description="From this day of the organization on.")] = None
    last: Annotated[date | None, Field(description="Until this day, itself included.")] = None


class AuditQuery(PageQuery):
    person: Annotated[Number, Field(description="Only what this user did.")] = None
    object: Annotated[Name, Field(description="`lead`, `user`, `role_right` …")] = None
    action: Annotated[Name, Field(description="A `verb`, or an `act`.")] = None
    door: Annotated[Name, Field(description="`ui`, `api`, `import`, `automation` or `system`.")] = None
    first: Annotated[date | None, Field(description="From this day of the organization on.")] = None
    last: Annotated[date | None, Field(description="Until this day, itself included.")] = None


class EntryQuery(AuditQuery):
    record: Annotated[Number, Field(description="Only this number; together with `object`.")] = None


class Chain(Schema):
    """What the last check of the chain of history found; ``problem`` is empty when all is well."""

    at: datetime | None
    problem: str
    entry: int | None
    seal: int | None
    entries: int
    seals: int
    head: str

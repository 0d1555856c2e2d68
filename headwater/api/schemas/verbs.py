"""Shapes of verbs, and of the contacts and addresses of a record."""

from datetime import date
from typing import Annotated, Any

from ninja import Schema
from pydantic import Field

from headwater.api.schemas.common import Strict


class VerbQuery(Schema):
    preview: Annotated[
        bool, Field(description="Write nothing and return the values of the unsaved form.")
    ] = False


class ContactRole(Schema):
    """A person of a record; ``id`` names the link, ``contact`` the person."""

    id: int
    contact: int
    name: str
    email: str
    phone: str
    role: str
    is_primary: bool
    since: date | None
    until: date | None


class NewContactRole(Strict):
    contact: Annotated[
        int | dict[str, Any], Field(description="A contact's number, or the fields of a new one.")
    ]
    role: Annotated[str, Field(description="A key of the list contact-roles.")] = ""
    primary: bool = False
    since: date | None = None


class ContactRoleChange(Strict):
    role: Annotated[str | None, Field(description="Another role.")] = None
    primary: Annotated[bool, Field(description="True makes this the person to talk to.")] = False
    until: Annotated[date | None, Field(description="Ends the role on this day.")] = None


class AddressUse(Schema):
    """An address in use by a record; ``id`` names the link, ``address`` the address."""

    id: int
    address: int
    name: str
    is_primary: bool


class NewAddressUse(Strict):
    address: Annotated[
        int | dict[str, Any], Field(description="An address's number, or the fields of a new one.")
    ]
    primary: bool = False


class AddressUseChange(Strict):
    primary: Annotated[bool, Field(description="True makes this the address that is used first.")]

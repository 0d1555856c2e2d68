"""Shapes of verbs, and of the contacts and addresses of a record."""

from datetime import date
from typing import Annotated, Any, Literal

from ninja import Schema
from pydantic import Field

from headwater.api.schemas.common import Strict
from headwater.customers.models import ContactLink

PreferredChannel = Annotated[
    str,
    Field(
        description="How the person wants to be reached; nothing if she does not mind.",
        json_schema_extra={"enum": ["", *ContactLink.Channel.values]},
    ),
]


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
    preferred_channel: PreferredChannel
    is_primary: bool
    since: date | None
    until: date | None


class NewContactRole(Strict):
    contact: Annotated[
        int | dict[str, Any], Field(description="A contact's number, or the fields of a new one.")
    ]
    role: Annotated[str, Field(description="A key of the list contact-roles.")] = ""
    preferred_channel: PreferredChannel = ""
    primary: bool = False
    since: date | None = None


class ContactRoleChange(Strict):
    """What is given changes; null empties a day, so that an ended role goes on."""

    role: Annotated[str, Field(description="Another role.")] = ""
    preferred_channel: PreferredChannel = ""
    primary: Annotated[Literal[True], Field(description="Makes this the person to talk to.")] = True
    since: Annotated[date | None, Field(description="When the role began.")] = None
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

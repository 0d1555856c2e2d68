"""Shapes of handing everything of a leaver over."""

from typing import Annotated

from ninja import Schema
from pydantic import Field

from headwater.api.schemas.common import Strict

UserNumber = Annotated[int, Field(ge=1, lt=2**63)]


class HandoverPart(Schema):
    """What can be handed over as one."""

    key: str = Field(description="`lead.owner`, `lead.next_contact_by`, `report` …")
    label: str
    count: int
    can_leave: bool = Field(description="Named with others, so that null can be given as the successor.")


class HandoverParts(Schema):
    items: list[HandoverPart]


class NewHandover(Strict):
    successors: dict[str, UserNumber | None] = Field(
        default_factory=dict,
        max_length=200,
        description="User by part; parts that are not named stay. Null only takes the leaver out.",
    )
    switch_off: bool = Field(False, description="Switch the account off when everything is given away.")

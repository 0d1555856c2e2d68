"""What a person is at a record: her role, the channel she prefers, from when and until when."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _

from headwater.customers.models import ContactLink
from headwater.metadata.errors import BadValue
from headwater.metadata.kinds import KINDS
from headwater.metadata.objects import Field
from headwater.records.errors import FieldError, Invalid

ROLE = Field("role", _("Role"), KINDS["choice"], "role", choice_list="contact_role")
PREFERRED_CHANNEL = Field(
    "preferred_channel",
    _("Preferred channel"),
    KINDS["choice"],
    "preferred_channel",
    fixed_choices=tuple(ContactLink.Channel.choices),
)
SINCE = Field("since", _("From"), KINDS["date"], "since")
UNTIL = Field("until", _("Until"), KINDS["date"], "until")
PART = {field.key: field for field in (ROLE, PREFERRED_CHANNEL, SINCE, UNTIL)}
"""The fields of what a person is at a record, by key."""


def fill_in(link: ContactLink, raws: Mapping[str, Any]) -> None:
    """Give a link what people typed or a program sent, without saving it. Raises Invalid."""
    errors = []
    for key, raw in raws.items():
        try:
            setattr(link, key, PART[key].kind.clean(raw, PART[key]))
        except BadValue as problem:
            errors.append(FieldError(key, problem.code, problem.message))
    if not errors and link.since and link.until and link.until < link.since:
        errors.append(FieldError("until", "before_since", say("A role cannot end before it begins.")))
    if errors:
        raise Invalid(errors)
    if link.until is not None:
        link.is_primary = False


def preference_in_words(channel: str) -> str:
    """Say which channel somebody prefers; nothing if she does not mind."""
    return (
        say("prefers %(channel)s") % {"channel": PREFERRED_CHANNEL.choice_label(channel)} if channel else ""
    )

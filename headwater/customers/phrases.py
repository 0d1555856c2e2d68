"""How changes of contacts and addresses read in a timeline."""

from datetime import date
from typing import Any

from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _

from headwater.activities.words import Surrounding, register_phrase, register_surrounding
from headwater.customers.models.contact import role_label
from headwater.customers.roles import preference_in_words
from headwater.lib import formats


def _role(value: dict[str, Any]) -> str:
    # Histories of earlier versions know no channel.
    parts = [role_label(value["role"]), preference_in_words(value.get("preferred_channel", ""))]
    if value["until"]:
        parts.append(say("until %(day)s") % {"day": formats.date(date.fromisoformat(value["until"]))})
    return ", ".join(filter(None, parts))


def register() -> None:
    """Add this room's verbs to the timeline."""
    register_surrounding(Surrounding("contact", "contact", _role))
    register_surrounding(Surrounding("address", "address"))
    for verb, phrase in (
        ("contact_linked", _("linked the contact %(what)s")),
        ("contact_unlinked", _("unlinked the contact %(what)s")),
        ("contact_role_changed", _("changed the role of the contact %(what)s")),
        ("contact_role_ended", _("ended the role of the contact %(what)s")),
        ("contact_made_primary", _("made %(what)s the primary contact")),
        ("address_linked", _("added the address %(what)s")),
        ("address_unlinked", _("took away the address %(what)s")),
        ("address_made_primary", _("made %(what)s the primary address")),
    ):
        register_phrase(verb, phrase)

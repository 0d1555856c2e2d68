"""How the life of a lead reads in a timeline."""

from django.utils.translation import gettext_lazy as _

from headwater.activities.words import Surrounding, register_cause, register_phrase, register_surrounding
from headwater.pipeline import next_contact


def register() -> None:
    """Add this room's verbs and causes to the timeline."""
    register_cause(next_contact.CAUSE, _("the day of the next contact came"))
    register_surrounding(Surrounding("opportunity", "opportunity"))
    register_surrounding(Surrounding("customer", "customer"))
    for verb, phrase in (
        ("opportunity_made", _("made the opportunity %(what)s")),
        ("opportunity_lost", _("lost the opportunity %(what)s")),
        ("opportunity_reopened", _("reopened the opportunity %(what)s")),
        ("opportunity_gone", _("deleted the opportunity %(what)s")),
        ("opportunity_restored", _("restored the opportunity %(what)s")),
        ("customer_made", _("made the customer %(what)s")),
        ("customer_gone", _("deleted the customer %(what)s")),
        ("customer_restored", _("restored the customer %(what)s")),
    ):
        register_phrase(verb, phrase)

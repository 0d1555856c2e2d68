"""How the life of a lead reads in a timeline."""

from django.utils.translation import gettext_lazy as _

from headwater.activities.words import Surrounding, register_phrase, register_surrounding


def register() -> None:
    """Add this room's verbs to the timeline."""
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

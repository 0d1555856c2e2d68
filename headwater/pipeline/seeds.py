"""The options and the pipeline with which a new installation starts."""

from django.utils.translation import gettext as _

from headwater.metadata.choices import ensure_options
from headwater.pipeline.models import Pipeline, Stage
from headwater.users.models import User


def seed(owner: User) -> None:
    """Fill this room's option lists and make one pipeline, in the active language. What exists stays."""
    _seed_sources()
    ensure_options(
        "lead_type",
        [("client", _("Client")), ("channel_partner", _("Channel partner")), ("consultant", _("Consultant"))],
    )
    ensure_options(
        "request_type",
        [
            ("product_enquiry", _("Product enquiry")),
            ("request_for_information", _("Request for information")),
            ("suggestions", _("Suggestions")),
            ("other", _("Other")),
        ],
    )
    ensure_options(
        "opportunity_type",
        [("sales", _("Sales")), ("support", _("Support")), ("maintenance", _("Maintenance"))],
    )
    ensure_options(
        "lost_reason",
        [
            ("price", _("Price too high")),
            ("competitor", _("Chose a competitor")),
            ("no_answer", _("No answer")),
            ("no_budget", _("No budget")),
            ("no_need", _("No need any more")),
            ("timing", _("Bad timing")),
            ("missing_feature", _("Something was missing")),
        ],
    )
    _seed_pipeline()


def _seed_sources() -> None:
    ensure_options(
        "source",
        [
            ("website", _("Website")),
            ("reference", _("Reference")),
            ("advertisement", _("Advertisement")),
            ("cold_calling", _("Cold calling")),
            ("exhibition", _("Exhibition")),
            ("mass_mailing", _("Mass mailing")),
            ("social_network", _("Social network")),
            ("campaign", _("Campaign")),
            ("walk_in", _("Walk in")),
            ("existing_customer", _("Existing customer")),
            ("supplier_reference", _("Supplier reference")),
            ("customers_vendor", _("Customer's vendor")),
        ],
    )
    ensure_options(
        "source_channel",
        [
            ("phone", _("Phone")),
            ("email", _("E-mail")),
            ("web_form", _("Web form")),
            ("site_chat", _("Site chat")),
            ("messenger", _("Messenger")),
            ("social_network", _("Social network")),
            ("event", _("Event")),
            ("in_person", _("In person")),
        ],
    )
    ensure_options(
        "source_origin",
        [
            ("manually_created", _("Manually created")),
            ("import", _("Import")),
            ("api", _("API")),
            ("automation", _("Automation")),
            ("system", _("System")),
        ],
    )


def _seed_pipeline() -> None:
    if Pipeline.objects.exists():
        return
    pipeline = Pipeline.objects.create(name=_("Sales"))
    stages = (
        (_("Qualification"), 10, 14),
        (_("Needs analysis"), 25, 21),
        (_("Proposal"), 50, 14),
        (_("Negotiation"), 75, 14),
        (_("Decision"), 90, 10),
    )
    Stage.objects.bulk_create(
        Stage(pipeline=pipeline, name=name, position=position, probability=probability, rotting_days=days)
        for position, (name, probability, days) in enumerate(stages, 1)
    )

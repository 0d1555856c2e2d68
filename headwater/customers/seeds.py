"""The options with which a new installation starts; people change them in the settings."""

from django.utils.translation import gettext as _

from headwater.metadata.choices import ensure_options
from headwater.users.models import User


def seed(owner: User) -> None:
    """Fill this room's option lists, in the active language. Options that exist stay as they are."""
    _seed_people_and_places()
    _seed_markets()


def _seed_people_and_places() -> None:
    ensure_options("salutation", [("mr", _("Mr")), ("ms", _("Ms")), ("dr", _("Dr")), ("prof", _("Prof."))])
    ensure_options(
        "contact_role",
        [
            ("director", _("Director")),
            ("accountant", _("Accountant")),
            ("lawyer", _("Lawyer")),
            ("secretary", _("Secretary")),
            ("buyer", _("Buyer")),
            ("other", _("Other")),
        ],
    )
    ensure_options(
        "address_type",
        [
            ("billing", _("Billing")),
            ("shipping", _("Shipping")),
            ("office", _("Office")),
            ("personal", _("Personal")),
            ("plant", _("Plant")),
            ("postal", _("Postal")),
            ("shop", _("Shop")),
            ("subsidiary", _("Subsidiary")),
            ("warehouse", _("Warehouse")),
            ("current", _("Current")),
            ("permanent", _("Permanent")),
            ("other", _("Other")),
        ],
    )


def _seed_markets() -> None:
    ensure_options(
        "customer_group",
        [
            ("commercial", _("Commercial")),
            ("individual", _("Individual")),
            ("non_profit", _("Non-profit")),
            ("public_sector", _("Public sector")),
        ],
    )
    ensure_options(
        "territory",
        [
            ("home_market", _("Home market")),
            ("europe", _("Europe")),
            ("asia", _("Asia")),
            ("rest_of_the_world", _("Rest of the world")),
        ],
    )
    ensure_options(
        "market_segment",
        [
            ("lower_income", _("Lower income")),
            ("middle_income", _("Middle income")),
            ("upper_income", _("Upper income")),
        ],
    )
    ensure_options(
        "industry",
        [
            ("agriculture", _("Agriculture")),
            ("automotive", _("Automotive")),
            ("construction", _("Construction")),
            ("education", _("Education")),
            ("energy", _("Energy")),
            ("finance", _("Finance")),
            ("food", _("Food and drink")),
            ("health", _("Health")),
            ("hospitality", _("Hotels and restaurants")),
            ("manufacturing", _("Manufacturing")),
            ("public_sector", _("Public sector")),
            ("real_estate", _("Real estate")),
            ("retail", _("Retail")),
            ("services", _("Services")),
            ("software", _("Software")),
            ("tourism", _("Tourism")),
            ("transport", _("Transport and logistics")),
            ("wholesale", _("Wholesale")),
        ],
    )

"""Random leads, as hypothesis draws them."""

import random
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from headwater.access import grants
from headwater.access.models import Level, Source
from headwater.metadata import registry
from headwater.metadata.custom import slots
from headwater.metadata.custom.definitions import PREFIX
from headwater.pipeline.models import Lead
from headwater.records.values import set_siblings
from headwater.reports.tests.conftest import Company
from headwater.reports.tests.oracle import World
from headwater.users.models import Organization, User

ZONES = ("Europe/Riga", "America/Los_Angeles", "Asia/Kathmandu", "Pacific/Apia", "UTC")
_SEAMS = [
    datetime(2025, 12, 31, 22, 0, tzinfo=UTC),  # new year in Riga
    datetime(2026, 3, 29, 1, 0, tzinfo=UTC),  # clocks go forward in Europe
    datetime(2025, 10, 26, 1, 0, tzinfo=UTC),
    datetime(2026, 3, 8, 10, 0, tzinfo=UTC),  # and in California
    datetime(2026, 3, 15, 22, 0, tzinfo=UTC),  # Monday in Riga
    datetime(2026, 4, 5, 21, 0, tzinfo=UTC),  # 6 April in Riga
    datetime(1969, 12, 31, 23, 30, tzinfo=UTC),
]


def instants() -> st.SearchStrategy[datetime]:
    """Instants around the seams of calendars, and anywhere in two years."""
    near = st.tuples(st.sampled_from(_SEAMS), st.integers(-2, 2), st.sampled_from([1, 1800, 3600, 43200]))
    seams = near.map(lambda drawn: drawn[0] + timedelta(seconds=drawn[1] * drawn[2]))
    anywhere = st.datetimes(datetime(2025, 1, 1), datetime(2026, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001
    return st.one_of(seams, anywhere)


def fields_of(company: Company) -> dict[str, list[Any]]:
    """Return the values that each field that is no date takes."""
    return {
        "deleted_at": [None, None, None, datetime(2026, 3, 1, tzinfo=UTC)],
        "owner": [None, *company.people],
        "created_by": [None, *company.people],
        "customer": [None, None, *company.customers],
        "primary_contact": [None, *company.contacts],
        "source": [None, "web_form", "referral", "fair"],
        "status": ["lead", "open", "converted"],
        "currency": ["", "EUR", "USD"],
        "labels": [(), ("hot",), ("hot", "cold"), ("hot", "cold", "lost_cause"), ("lost_cause",)],
        "is_organization": [True, False],
        "organization_name": ["", "ACME", "acme", "STRASSE", "Ozols"],
        "first_name": ["", "Anna", "ANNA", "ĀRIS", "āris", "ไทย"],
        "name": ["", "Anna", "ANNA", "Ｗide", "wide"],
        "job_title": ["", "Ķēdes", "ķēdes", "Boss"],
        "employees": [None, 0, 1, 2],
        "value": [None, "0.00", "12.50", "99999.99"],
        "cf_words": ["", "ACME", "acme", "STRASSE", "Ķēdes"],
        "cf_grade": [None, "a", "b"],
        "cf_wishes": [(), ("a",), ("a", "b"), ("c",)],
        "cf_rooms": [None, 0, 1, 999_999_999_999_999],
        "cf_area": [None, Decimal("0.10"), Decimal("12.50"), Decimal("9999999999.99")],
        "cf_deposit": [None, Decimal("0.30"), Decimal("12.50")],
        "cf_balcony": [True, False],
        "cf_viewing": [None, date(2025, 12, 31), date(2026, 1, 1), date(2026, 3, 16), date(1969, 12, 31)],
        "cf_agent": [None, *(person.pk for person in company.people)],
        "cf_partner": [None, *(customer.pk for customer in company.customers)],
    }


_ALWAYS = ("created_at", "updated_at", "recorded_at")
_SOMETIMES = ("converted_at", "archived_at", "next_contact_at", "cf_call")


def leads(company: Company) -> st.SearchStrategy[list[dict[str, Any]]]:
    """Values of up to a dozen leads."""
    drawn = {key: st.sampled_from(values) for key, values in fields_of(company).items()}
    drawn |= {key: instants() for key in _ALWAYS}
    drawn |= {key: st.one_of(st.none(), instants()) for key in _SOMETIMES}
    return st.lists(st.fixed_dictionaries(drawn), max_size=12)


def sixty(company: Company, seed: int = 4) -> list[dict[str, Any]]:
    """Return the values of sixty leads, the same each time for a seed: a crowd, where drawn leads are few."""
    chance = random.Random(seed)
    fields = fields_of(company)

    def instant() -> datetime:
        shift = timedelta(seconds=chance.choice([-1, 0, 0, 1, 3600, -3600, 86_400 * chance.randrange(90)]))
        return chance.choice(_SEAMS) + shift

    return [
        {key: chance.choice(values) for key, values in fields.items()}
        | {key: instant() for key in _ALWAYS}
        | {key: chance.choice([None, instant()]) for key in _SOMETIMES}
        for _number in range(60)
    ]


def crowd(company: Company) -> list[dict[str, Any]]:
    """Return the values of 180 leads that lie close together, some converted and archived days later."""
    chance = random.Random(7)
    every = [values for seed in range(3) for values in sixty(company, seed)]
    for values in every:
        created = datetime(2025, 10, 1, tzinfo=UTC) + timedelta(minutes=chance.randrange(190 * 1440))
        values["created_at"] = created
        for key in ("converted_at", "archived_at"):
            later = created + timedelta(minutes=chance.randrange(-1440, 45 * 1440))
            values[key] = chance.choice([None, later])
    return every


def worlds() -> st.SearchStrategy[World]:
    """Calendars of organizations."""
    return st.builds(
        World,
        zone=st.sampled_from(ZONES),
        week_start=st.sampled_from([0, 6]),
        fiscal=st.sampled_from([(1, 1), (4, 6), (10, 1), (7, 31)]),
    )


def settle(world: World) -> None:
    """Make the organization's calendar that of a world."""
    ZoneInfo(world.zone)
    Organization.objects.filter(pk=1).update(
        zone=world.zone, week_start=world.week_start, fiscal_month=world.fiscal[0], fiscal_day=world.fiscal[1]
    )


def save(values: Sequence[dict[str, Any]]) -> list[Lead]:
    """Save leads as they are, with the columns computed from their fields; nothing is derived."""
    entry = registry.get("lead")
    made = []
    for given in values:
        lead = Lead(**{key: value for key, value in given.items() if not key.startswith(PREFIX)})
        for key, value in given.items():
            if key.startswith(PREFIX):
                entry.fields[key].put(lead, value)
        for found in entry.fields.values():
            set_siblings(found, lead, found.value_of(lead))
        for found in entry.slotted:
            slots.fill(found, lead)
        made.append(lead)
    unscoped: Any = Lead.unscoped
    unscoped.bulk_create(made)
    return list(unscoped.select_related("owner__team", "customer", "primary_contact").order_by("pk"))


def share(leads: Sequence[Any], user: User) -> None:
    """Share every third lead with a user, by hand and once more as if she were an assignee."""
    some = leads[::3]
    for source in (Source.SHARE, Source.ASSIGNEE):
        born = {lead.pk: lead.created_at for lead in some}
        grants.give("lead", grants.user_holder(user.pk), born, level=Level.SEE, source=source)
    for lead in some:
        lead.is_shared = True

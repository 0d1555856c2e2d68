"""Random leads, as hypothesis draws them."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from headwater.lib.memo import forget
from headwater.metadata import registry
from headwater.pipeline.models import Lead
from headwater.records.values import set_siblings
from headwater.reports.tests.conftest import Company
from headwater.reports.tests.oracle import World
from headwater.users.models import Organization

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


def maybe(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.one_of(st.none(), strategy)


def leads(company: Company) -> st.SearchStrategy[list[dict[str, Any]]]:
    """Values of up to a dozen leads."""
    one = st.fixed_dictionaries(
        {
            "created_at": instants(),
            "converted_at": maybe(instants()),
            "updated_at": instants(),
            "recorded_at": instants(),
            "archived_at": maybe(instants()),
            "next_contact_at": maybe(instants()),
            "deleted_at": st.sampled_from([None, None, None, datetime(2026, 3, 1, tzinfo=UTC)]),
            "owner": st.sampled_from([None, *company.people]),
            "created_by": st.sampled_from([None, *company.people]),
            "customer": st.sampled_from([None, None, *company.customers]),
            "primary_contact": st.sampled_from([None, *company.contacts]),
            "source": st.sampled_from([None, "web_form", "referral", "fair"]),
            "status": st.sampled_from(["lead", "open", "converted"]),
            "currency": st.sampled_from(["", "EUR", "USD"]),
            "labels": st.sets(st.sampled_from(["hot", "cold", "lost_cause"])).map(sorted).map(tuple),
            "is_organization": st.booleans(),
            "organization_name": st.sampled_from(["", "ACME", "acme", "STRASSE", "Ozols"]),
            "first_name": st.sampled_from(["", "Anna", "ANNA", "ĀRIS", "āris", "ไทย"]),
            "name": st.sampled_from(["", "Anna", "ANNA", "Ｗide", "wide"]),
            "job_title": st.sampled_from(["", "Ķēdes", "ķēdes", "Boss"]),
            "employees": st.sampled_from([None, 0, 1, 2]),
            "value": st.sampled_from([None, "0.00", "12.50", "99999.99"]),
        }
    )
    return st.lists(one, max_size=12)


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
    forget()


def save(values: Sequence[dict[str, Any]]) -> list[Lead]:
    """Save leads as they are, with the columns computed from their fields; nothing is derived."""
    entry = registry.get("lead")
    made = []
    for given in values:
        lead = Lead(**given)
        for found in entry.fields.values():
            set_siblings(found, lead, found.value_of(lead))
        made.append(lead)
    Lead.unscoped.bulk_create(made)
    every = Lead.unscoped.select_related("owner__team", "customer", "primary_contact")
    return list(every.order_by("pk"))



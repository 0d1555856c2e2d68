"""A company for reports: two teams, their people, a leaver, customers of both, options to group by."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
import time_machine
from django.utils import translation

from headwater.customers.models import Contact, Customer
from headwater.jobs.services import run_until_idle
from headwater.lib.text import slug_key
from headwater.metadata.custom.definitions import Definition, add_field
from headwater.metadata.custom.slots import family_of
from headwater.testing.factories import SYSTEM, make_contact, make_customer, make_option
from headwater.users.actor import Actor
from headwater.users.models import Role, Team, User

NOW = datetime(2026, 3, 18, 10, 0, tzinfo=UTC)
"""Wednesday noon in Riga."""


@dataclass
class Company:
    """People and reference records by the part they play."""

    administrator: User
    north: list[User]
    south: list[User]
    customers: list[Customer]
    contacts: list[Contact]
    teams: list[Team]

    @property
    def people(self) -> list[User]:
        return [self.administrator, *self.north, *self.south]

    @property
    def all_seeing(self) -> Actor:
        return Actor(self.administrator)

    @property
    def team_reader(self) -> Actor:
        """Sees what the people of North own, leavers included."""
        return Actor(self.north[0])


@pytest.fixture
def frozen() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


OWN_FIELDS = (
    ("text", "Words"),
    ("choice", "Grade"),
    ("multi_choice", "Wishes"),
    ("integer", "Rooms"),
    ("decimal", "Area"),
    ("money", "Deposit"),
    ("boolean", "Balcony"),
    ("date", "Viewing"),
    ("instant", "Call"),
    ("user", "Agent"),
    ("relation", "Partner"),
)
"""Custom fields, by kind and name, that leads have; customers have the grade."""


def make_own_fields() -> None:
    for object_name, kind, label in (
        *(("lead", kind, label) for kind, label in OWN_FIELDS),
        ("customer", "choice", "Grade"),
    ):
        given = Definition(
            label=label,
            kind=kind,
            target="customer",
            options=("A", "B", "C"),
            is_indexed=object_name == "lead" and bool(family_of(kind)),
        )
        add_field(object_name, given)
    run_until_idle()


@pytest.fixture
def company(administrator, north, south, frozen) -> Company:
    translation.activate("en")
    role = Role.objects.get(key="salesperson")

    def person(name: str, team: Team, *, is_active: bool = True) -> User:
        return User.objects.create(
            email=f"{slug_key(name)}@example.com", name=name, role=role, team=team, is_active=is_active
        )

    norths = [person("Nora", north), person("nils", north), person("Nobody", north, is_active=False)]
    souths = [person("Sam", south), person("Zoë", south)]
    for label in ("Web form", "Referral", "Fair"):
        make_option("source", label)
    for label in ("Hot", "Cold", "Lost cause"):
        make_option("label", label)
    for label in ("Kurzeme", "Vidzeme"):
        make_option("territory", label)
    make_own_fields()
    customers = [
        make_customer(
            SYSTEM, name=name, owner=owner.pk, territory=territory, created_at=created, cf_grade=grade
        )
        for name, owner, territory, created, grade in (
            ("Ācme  GmbH", norths[0], "kurzeme", "2025-05-01", "a"),
            ("Straße", souths[0], None, "2025-05-31T23:30:00+03:00", None),
            ("acme", souths[1], "vidzeme", "2026-01-01", "b"),
        )
    ]
    contacts = [
        make_contact(SYSTEM, first_name="Ilze", owner=norths[0].pk, birthday="1969-12-31"),
        make_contact(SYSTEM, first_name="Uldis", owner=souths[0].pk, birthday="1996-02-29"),
    ]
    return Company(administrator, norths, souths, customers, contacts, [north, south])

"""Making records in tests, always through the writing door.

Each object has the fewest values it needs; a test names only those it is about.
"""

from collections.abc import Callable, Sequence
from itertools import count
from typing import Any

from django.db import connection

from headwater.customers.models import Address, Contact, Customer
from headwater.history.models import HistoryEntry
from headwater.metadata import registry
from headwater.metadata.choices import add_option
from headwater.metadata.models import ChoiceOption
from headwater.pipeline.models import Lead, Opportunity, Pipeline, Stage
from headwater.records.bulk import RowWrite, write_records
from headwater.records.models import Record
from headwater.records.write import create_record
from headwater.users.actor import SYSTEM, Actor
from headwater.users.models import User
from headwater.users.tokens import create_token

_numbers = count(1)


def actor_of(user: User | Actor) -> Actor:
    """Return a user as the doors know her."""
    return user if isinstance(user, Actor) else Actor(user)


def _lead() -> dict[str, Any]:
    return {"first_name": "Lead", "last_name": f"No {next(_numbers)}"}


def _customer() -> dict[str, Any]:
    return {"name": f"Customer {next(_numbers)}"}


def _contact() -> dict[str, Any]:
    return {"first_name": "Contact", "last_name": f"No {next(_numbers)}"}


def _address() -> dict[str, Any]:
    return {"line1": f"{next(_numbers)} Harbour Street"}


def _opportunity() -> dict[str, Any]:
    return {"title": f"Opportunity {next(_numbers)}"}


MINIMAL: dict[str, Callable[[], dict[str, Any]]] = {
    "lead": _lead,
    "customer": _customer,
    "contact": _contact,
    "address": _address,
    "opportunity": _opportunity,
}
"""Values with which each object of the dictionary can be created."""


def make_record(actor: User | Actor, object_name: str, **values: Any) -> Record:
    """Create a record of any object; what it needs and the test does not name is filled in."""
    given = MINIMAL[object_name]() | values
    if object_name == "opportunity" and not {"lead", "customer"} & given.keys():
        given["lead"] = make_lead(actor).pk
    return create_record(actor_of(actor), object_name, given)


def make_crowd(object_name: str, rows: Sequence[RowWrite]) -> None:
    """Create so many records that a database has a reason to use its indexes, and let it count them.

    Of a table of a few rows PostgreSQL reads all of it, or any index: which one depends on the tests before.
    """
    write_records(SYSTEM, object_name, rows)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            for model in (registry.get(object_name).model, HistoryEntry):
                cursor.execute(f"ANALYZE {connection.ops.quote_name(model._meta.db_table)}")


def make_lead(actor: User | Actor, **values: Any) -> Lead:
    record = make_record(actor, "lead", **values)
    assert isinstance(record, Lead)
    return record


def make_customer(actor: User | Actor, **values: Any) -> Customer:
    record = make_record(actor, "customer", **values)
    assert isinstance(record, Customer)
    return record


def make_contact(actor: User | Actor, **values: Any) -> Contact:
    record = make_record(actor, "contact", **values)
    assert isinstance(record, Contact)
    return record


def make_address(actor: User | Actor, **values: Any) -> Address:
    record = make_record(actor, "address", **values)
    assert isinstance(record, Address)
    return record


def make_opportunity(actor: User | Actor, **values: Any) -> Opportunity:
    record = make_record(actor, "opportunity", **values)
    assert isinstance(record, Opportunity)
    return record


def make_option(list_name: str, label: str, **more: Any) -> ChoiceOption:
    """Add an option to a choice list."""
    return add_option(list_name, label, **more)


def make_stage(name: str = "Qualification", pipeline: str = "Sales", **values: Any) -> Stage:
    """Make a stage, and its pipeline when there is none of that name."""
    owner, _made = Pipeline.objects.get_or_create(name=pipeline)
    stage, _made = Stage.objects.get_or_create(pipeline=owner, name=name, defaults=values)
    return stage


def make_token(user: User, scope: str = "admin") -> str:
    """Make an API token and return the secret."""
    return create_token(user, name="test", scope=scope)[1]


__all__ = [
    "MINIMAL",
    "SYSTEM",
    "actor_of",
    "make_address",
    "make_contact",
    "make_customer",
    "make_lead",
    "make_opportunity",
    "make_option",
    "make_record",
    "make_stage",
    "make_token",
]

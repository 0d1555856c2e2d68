"""Random lives of records: what people do to them, at ever later instants."""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

import time_machine
from hypothesis import strategies as st

from headwater.pipeline.conversion import make_customer, make_opportunity
from headwater.records.bulk import RowWrite, write_records
from headwater.records.errors import Invalid
from headwater.records.write import delete_record, restore_record, update_record
from headwater.reports.tests.conftest import NOW, Company
from headwater.testing.factories import make_lead
from headwater.users.actor import Actor

STEPS = (timedelta(seconds=1), timedelta(hours=9), timedelta(days=20))
_SOURCES = [None, "web_form", "referral", "fair"]


def values_of(company: Company) -> dict[str, dict[str, list[Any]]]:
    """Return by object what its fields are set to."""
    owners = [user.pk for user in company.people if user.is_active]
    return {
        "lead": {
            "owner": owners,
            "source": _SOURCES,
            "customer": [None, *(customer.pk for customer in company.customers)],
            "organization_name": ["", "ACME", "Ozols"],
            "labels": [[], ["hot"], ["hot", "cold"]],
            "value": [None, 12.5, 1000],
            "currency": ["EUR", "USD"],
            "employees": [None, 1, 2],
            "created_at": ["2025-06-01", "2026-01-05T10:00:00Z", "2026-03-01", "2026-03-31T23:30:00Z"],
            "archived_at": [None, "2026-03-10"],
            "converted_at": [None, "2026-02-01"],
            "cf_words": ["", "ACME", "Ķēdes"],
            "cf_grade": [None, "a", "b"],
            "cf_wishes": [[], ["a"], ["a", "b"]],
            "cf_rooms": [None, 1, 2],
            "cf_balcony": [True, False],
            "cf_call": [None, "2026-01-05T10:00:00Z"],
        },
        "opportunity": {
            "owner": owners,
            "status": ["open", "converted", "lost", "closed"],
            "amount": [None, 10, 2500.5],
            "currency": ["EUR", "USD"],
            "probability": [None, 20, 90],
            "lost_reasons": [["price"]],
        },
        "customer": {
            "owner": owners,
            "name": ["Ācme", "ACME", "Straße"],
            "territory": [None, "kurzeme", "vidzeme"],
            "cf_grade": [None, "a", "b"],
        },
    }


class Life:
    """Some leads, opportunities and customers. ``at`` is the instant of the last deed."""

    def __init__(self, company: Company, data: st.DataObject) -> None:
        self.company, self.data = company, data
        self.actor: Actor = company.all_seeing
        self.at: datetime = NOW
        self.values = values_of(company)
        self.records: dict[str, list[int]] = {
            "lead": [],
            "opportunity": [],
            "customer": [customer.pk for customer in company.customers],
        }
        self.deleted: set[tuple[str, int]] = set()

    def draw(self, choices: Any) -> Any:
        return self.data.draw(st.sampled_from(choices))

    def step(self) -> None:
        """Let time pass and somebody do something."""
        deeds = ["create", "change", "change", "change", "change_many", "convert", "delete", "restore"]
        if not self.records["lead"]:
            deeds = ["create"]
        elif not self.deleted:
            deeds.remove("restore")
        self.at += self.draw(STEPS)
        with time_machine.travel(self.at, tick=False), suppress(Invalid):
            getattr(self, "_" + self.draw(deeds))()

    def _changes(self, name: str) -> dict[str, Any]:
        fields = self.values[name]
        keys = st.lists(st.sampled_from(sorted(fields)), min_size=1, max_size=3, unique=True)
        chosen = self.data.draw(keys)
        return {key: self.draw(fields[key]) for key in chosen}

    def _living(self) -> tuple[str, int] | None:
        everything = [(name, pk) for name, pks in self.records.items() for pk in pks]
        living = [one for one in everything if one not in self.deleted]
        return self.draw(living) if living else None

    def _create(self) -> None:
        self.records["lead"].append(make_lead(self.actor, **self._changes("lead")).pk)

    def _change(self) -> None:
        self._on_one(lambda name, pk: update_record(self.actor, name, pk, self._changes(name)))

    def _change_many(self) -> None:
        self._on_one(lambda name, pk: write_records(self.actor, name, [RowWrite(self._changes(name), pk)]))

    def _convert(self) -> None:
        leads = [pk for pk in self.records["lead"] if ("lead", pk) not in self.deleted]
        if not leads:
            return
        if self.draw(["opportunity", "opportunity", "customer", "beside"]) == "customer":
            self.records["customer"].append(make_customer(self.actor, self.draw(leads), {"name": "Made"}).pk)
            return
        made = make_opportunity(self.actor, self.draw(leads), {"title": "Deal"})
        self.records["opportunity"].append(made.pk)

    def _delete(self) -> None:
        def delete(name: str, pk: int) -> None:
            delete_record(self.actor, name, pk)
            self.deleted.add((name, pk))

        self._on_one(delete)

    def _restore(self) -> None:
        name, pk = self.draw(sorted(self.deleted))
        restore_record(self.actor, name, pk)
        self.deleted.remove((name, pk))

    def _on_one(self, deed: Callable[[str, int], Any]) -> None:
        found = self._living()
        if found is not None:
            deed(*found)

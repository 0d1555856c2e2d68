"""The questions of a sales head: a small company with deliberate traps, and answers worked out by hand.

The data is not ours to ship. It is looked for beside the checkout; tests that need it are skipped
without it. The answers are reckoned once more from its rows here, without the product, so that
they can be had for a reader who sees only a part of them.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from headwater.metadata import registry
from headwater.pipeline.models import Lead, Opportunity, Pipeline, Stage
from headwater.records.models import Origin, Record
from headwater.records.values import set_siblings
from headwater.testing.factories import SYSTEM, make_customer, make_option
from headwater.users import rates
from headwater.users.models import Organization, Role, Team, User

FILE = Path(__file__).resolve().parents[4] / "shared" / "spec" / "questions_fixture.json"
NEEDED = pytest.mark.skipif(not FILE.exists(), reason=f"the questions are not at {FILE}")

ZONE = ZoneInfo("Europe/Riga")
Row = dict[str, Any]


def fixture() -> Row:
    """Return the file."""
    data: Row = json.loads(FILE.read_text())
    return data


def instant(word: str | None) -> datetime | None:
    return None if word is None else datetime.fromisoformat(word)


NOW = datetime.fromisoformat("2026-03-18T10:00Z")
_STATUSES = {"open": "open", "won": "converted", "lost": "lost"}


@dataclass
class World:
    """The company in the database, with its file."""

    data: Row
    users: dict[str, User]
    stages: dict[str, Stage]

    def owners(self, team: str | None) -> set[str]:
        return {name for name, (own, _left) in self.data["users"].items() if team in (None, own)}

    def leads(self, team: str | None = None) -> list[Row]:
        """Return the leads that count, of one team or of all."""
        return [
            lead
            for lead in self.data["leads"]
            if not lead["deleted"] and not lead["merged_into"] and lead["owner"] in self.owners(team)
        ]

    def deals(self, team: str | None = None) -> list[Row]:
        return [deal for deal in self.data["deals"] if deal["owner"] in self.owners(team)]

    def worth(self, row: Row, day: date) -> float | None:
        """Return an amount in euros by the rate of a day; None without an amount or a rate."""
        known = [rate for since, rate in self.data["fx"].get(row["cur"], []) if since <= day.isoformat()]
        return None if row["value"] is None or not known else row["value"] * known[-1]


def day(word: str) -> date:
    """Return the day of an instant in Riga."""
    return datetime.fromisoformat(word).astimezone(ZONE).date()


def status(deal: Row) -> str:
    return str(deal["status"][-1][0])


def closed(deal: Row) -> date:
    """Return the day of the last change of a deal's status."""
    return day(deal["status"][-1][1])


def converted_within(lead: Row, days: int) -> bool:
    if not lead["conversions"]:
        return False
    took = datetime.fromisoformat(lead["conversions"][0]) - datetime.fromisoformat(lead["created"])
    return took <= timedelta(days=days)


def bring() -> World:
    """Write the company into the database. The rows are saved as they are; nothing is derived."""
    data = fixture()
    # In force at once: rows are saved with local days.
    Organization.objects.update_or_create(
        pk=1, defaults={"zone": "Europe/Riga", "fiscal_month": 4, "currency": "EUR", "days_stale": False}
    )
    for currency, quotes in data["fx"].items():
        for since, rate in quotes if currency != "EUR" else ():
            rates.set_rate(currency=currency, day=date.fromisoformat(since), rate=str(rate))
    world = World(data, _people(data), _stages(data))
    _leads(world)
    _deals(world)
    return world


def _people(data: Row) -> dict[str, User]:
    role = Role.objects.get(key="salesperson")
    teams = {
        name: Team.objects.get_or_create(name=name)[0]
        for name in sorted({team for team, _left in data["users"].values()})
    }
    return {
        name: User.objects.create(
            email=f"{name}@example.com", name=name, role=role, team=teams[team], is_active=left is None
        )
        for name, (team, left) in data["users"].items()
    }


def _stages(data: Row) -> dict[str, Stage]:
    pipeline = Pipeline.objects.create(name="Questions")
    return {
        stage["name"]: Stage.objects.create(
            pipeline=pipeline,
            name=stage["name"],
            position=position,
            probability=stage["probability"],
            rotting_days=stage["rotting_days"],
        )
        for position, stage in enumerate(data["stages"])
    }


def _save(object_name: str, records: Iterable[Record]) -> None:
    entry = registry.get(object_name)
    for record in records:
        for found in entry.fields.values():
            set_siblings(found, record, found.value_of(record))
        record.save()


def _leads(world: World) -> None:
    sources = {
        name: make_option("source", name).key
        for name in dict.fromkeys(lead["source"] for lead in world.data["leads"])
        if name
    }
    _save("lead", [Lead(**_lead_values(world, lead, sources)) for lead in world.data["leads"]])


def _lead_values(world: World, lead: Row, sources: dict[str, str]) -> dict[str, Any]:
    return {
        "external_id": lead["id"],
        "name": lead["id"],
        "owner": world.users[lead["owner"]],
        "source": sources.get(lead["source"]),
        "value": lead["value"],
        "currency": lead["cur"],
        "created_at": instant(lead["created"]),
        "updated_at": NOW,
        "recorded_at": NOW,
        "converted_at": instant(lead["conversions"][0]) if lead["conversions"] else None,
        "archived_at": instant(lead["archived"]),
        # A lead that was merged into another is no record of its own any more.
        "deleted_at": instant(lead["deleted"]) or (NOW if lead["merged_into"] else None),
        "origin": Origin.IMPORT if lead["imported"] else Origin.UI,
        "import_number": 1 if lead["imported"] else None,
    }


def _deals(world: World) -> None:
    leads = {lead.external_id: lead for lead in Lead.unscoped.all()}
    customer = make_customer(SYSTEM, name="Whoever")
    for reason in sorted({deal["reason"] for deal in world.data["deals"] if deal["reason"]}):
        make_option("lost_reason", reason)
    _save(
        "opportunity",
        [
            Opportunity(**_deal_values(world, deal), lead=leads.get(deal["lead"]), customer=customer)  # type: ignore[misc]
            for deal in world.data["deals"]
        ],
    )
    deals = {deal.external_id: deal for deal in Opportunity.unscoped.all()}
    for lead in world.data["leads"]:
        if lead["from_deal"]:
            recycled: Any = Lead.unscoped.filter(external_id=lead["id"])
            recycled.update(recycled_from=deals[lead["from_deal"]].pk)


def _deal_values(world: World, deal: Row) -> dict[str, Any]:
    stage = world.stages[deal["stages"][-1][0]]
    is_won, is_lost = (status(deal) == word for word in ("won", "lost"))
    at, close = instant(deal["status"][-1][1]), deal["expected_close"]
    return {
        "external_id": deal["id"],
        "title": deal["id"],
        "name": deal["id"],
        "owner": world.users[deal["owner"]],
        "stage": stage,
        "pipeline_id": stage.pipeline_id,
        "probability": stage.probability,
        "amount": deal["value"],
        "currency": deal["cur"],
        "expected_close": None if close is None else date.fromisoformat(close),
        "status": _STATUSES[status(deal)],
        "lost_reasons": (deal["reason"].lower(),) if deal["reason"] and is_lost else (),
        "won_at": at if is_won else None,
        "lost_at": at if is_lost else None,
        "decided_at": at if is_won or is_lost else None,
        "created_at": instant(deal["created"]),
        "updated_at": NOW,
        "recorded_at": NOW,
    }

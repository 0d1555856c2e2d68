"""Groups and totals of lists, against counting by hand."""

from collections import Counter, defaultdict
from decimal import Decimal
from typing import Any

import pytest

from headwater.metadata.errors import FilterError
from headwater.records.find import find_records
from headwater.reports.groups import group_records, groupable, read_grouping, total_records
from headwater.testing.factories import (
    actor_of,
    make_customer,
    make_lead,
    make_opportunity,
    make_option,
    make_stage,
)
from headwater.users.actor import Actor
from headwater.users.models import User

TOTALS = {
    "value": "sum",
    "employees": "average",
    "email": "count",
    "created_at": "max",
    "annual_revenue": "min",
}


@pytest.fixture
def leads(administrator: User, seller_north: User, seller_south: User) -> None:
    for label in ("Fair", "Website"):
        make_option("source", label)
    for label in ("VIP", "Old"):
        make_option("label", label)
    make_option("source_origin", "Manually created")
    customer = make_customer(seller_south, name="Hidden")
    rows: list[dict[str, Any]] = [
        {"source": "fair", "value": "10.10", "currency": "EUR", "employees": 3, "labels": ["vip", "old"]},
        {"source": "fair", "value": "20.20", "currency": "USD", "employees": 6, "email": "a@example.com"},
        {"source": "fair", "value": "30.05", "currency": "EUR", "job_title": "Buyer", "labels": ["vip"]},
        {"source": "website", "job_title": "buyer", "annual_revenue": "5", "customer": customer.pk},
        {"created_at": "2025-12-31T22:30:00Z", "job_title": "Seller", "employees": 4},
        {"created_at": "2025-12-31T21:30:00Z", "status": "open", "priority": "high"},
    ]
    for number, row in enumerate(rows):
        owner = (seller_north, seller_south)[number % 2]
        make_lead(administrator, owner=owner.pk, **{"created_at": "2026-03-18T10:00:00Z"} | row)


@pytest.fixture(params=["administrator", "seller_north"])
def reader(request: pytest.FixtureRequest) -> Actor:
    return actor_of(request.getfixturevalue(request.param))


def words() -> list[str]:
    return [
        f"{field.key}:{grain.value}" if grains else field.key
        for field, grains in groupable("lead")
        for grain in grains or (None,)
        if not grains or grain is not None
    ]


def test_every_group_holds_the_records_that_its_filter_finds(reader: Actor, leads: None) -> None:
    everything = find_records(reader, "lead").count()
    for word in words():
        grouping = read_grouping(reader, "lead", word)
        found = group_records(reader, grouping, totals=TOTALS)
        counts = [find_records(reader, "lead", grouping.tree([g.key])).count() for g in found.shown]
        assert counts == [group.count for group in found.shown], word
        assert [grouping.read(group.word) for group in found.shown] == [g.key for g in found.shown]
        if not grouping.axis.overlaps:
            assert sum(counts) == everything, word


def test_totals_are_those_of_counting_by_hand(reader: Actor, leads: None) -> None:
    grouping = read_grouping(reader, "lead", "source")
    found = {group.key: group for group in group_records(reader, grouping, totals=TOTALS).shown}
    by_hand: dict[Any, list[Any]] = defaultdict(list)
    for lead in find_records(reader, "lead"):
        by_hand[lead.source or None].append(lead)
    assert found.keys() == by_hand.keys()
    everything = [lead for some in by_hand.values() for lead in some]
    grand = total_records(reader, "lead", totals=TOTALS)
    for totals, some in [*((found[key].totals, rows) for key, rows in by_hand.items()), (grand, everything)]:
        values: dict[str, Decimal] = defaultdict(Decimal)
        for lead in some:
            if lead.value is not None:
                values[lead.currency] += lead.value
        assert dict(totals["value"].amounts) == values
        employees = [lead.employees for lead in some if lead.employees is not None]
        average = [Decimal(sum(employees)) / len(employees)] if employees else []
        assert [amount for _code, amount in totals["employees"].amounts] == average
        assert totals["email"].amounts[0][1] == sum(bool(lead.email) for lead in some)
        assert totals["created_at"].amounts[0][1] == max(lead.created_at for lead in some)


def test_totals_obey_filter_and_search(administrator: User, leads: None) -> None:
    actor = actor_of(administrator)
    fair = {"field": "source", "op": "in", "value": ["fair"]}
    assert dict(total_records(actor, "lead", filter=fair, totals={"value": "sum"})["value"].amounts) == {
        "EUR": Decimal("40.15"),
        "USD": Decimal("20.20"),
    }
    nothing = total_records(actor, "lead", search="zzyzx", totals=TOTALS | {"source": "count"})
    assert nothing["value"].amounts == ()
    assert nothing["source"].amounts == (("", 0),)


def test_dates_are_cut_in_the_organizations_zone(administrator: User, leads: None) -> None:
    actor = actor_of(administrator)
    found = group_records(actor, read_grouping(actor, "lead", "created_at:year"))
    # half past midnight in Riga is in the new year
    assert [(group.label, group.count) for group in found.shown] == [("2025", 1), ("2026", 5)]


def test_of_many_texts_the_largest_groups_are_shown(
    administrator: User, leads: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("headwater.reports.groups.MOST_GROUPS", 1)
    actor = actor_of(administrator)
    found = group_records(actor, read_grouping(actor, "lead", "job_title"), totals={"value": "sum"})
    assert Counter({group.label: group.count for group in found.shown}) == {"Buyer": 2, "(none)": 3}
    assert found.hidden == 1


@pytest.mark.parametrize(
    "word", ["", "nothing", "created_at", "created_at:hour", "source:month", "owner.name"]
)
def test_what_cannot_be_grouped_by_is_named(administrator: User, word: str) -> None:
    with pytest.raises(FilterError, match="nothing to group by"):
        read_grouping(actor_of(administrator), "lead", word)


@pytest.mark.parametrize("word", ["", "{", "[1]", "7", '{"a": 1}', "[" * 5000])
def test_a_group_that_is_none_is_refused(administrator: User, word: str) -> None:
    grouping = read_grouping(actor_of(administrator), "lead", "source")
    with pytest.raises(FilterError):
        grouping.read(word)


def test_stages_are_groups_too(administrator: User) -> None:
    stage = make_stage("Proposal")
    make_opportunity(administrator, stage=stage.pk, amount="5")
    actor = actor_of(administrator)
    (group,) = group_records(
        actor, read_grouping(actor, "opportunity", "stage"), totals={"amount": "sum"}
    ).shown
    assert (group.key, group.label, group.totals["amount"].amounts) == (
        stage.pk,
        "Proposal",
        (("EUR", Decimal(5)),),
    )

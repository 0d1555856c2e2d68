"""Computed fields follow the fields they read, whichever way a record is written."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from headwater.access.fields import reading_as
from headwater.access.models import FieldAccess
from headwater.history.asof import rebuild
from headwater.history.models import HistoryEntry
from headwater.jobs.services import run_until_idle
from headwater.lib import clock
from headwater.metadata import registry
from headwater.metadata.custom.definitions import (
    BadDefinition,
    Definition,
    add_field,
    change_field,
    switch_field,
)
from headwater.records.bulk import RowWrite, write_records
from headwater.records.errors import Invalid
from headwater.records.field_rights import set_field_rights
from headwater.records.find import find_records
from headwater.records.write import create_record, update_record
from headwater.reports.days import rebuild_days
from headwater.testing.factories import actor_of, make_lead
from headwater.transfer.tests.helpers import csv_of, living_leads, run, undo
from headwater.users.actor import SYSTEM, Actor
from headwater.users.models import Role
from headwater.users.services import update_organization

pytestmark = pytest.mark.django_db


@pytest.fixture
def actor(administrator):
    return Actor(administrator)


@pytest.fixture
def price(db):
    """Leads with a price, a share of it and what is left."""
    add("money", "Price")
    add("decimal", "Share")
    return add_computed("Rest", "cf_price * (100 - cf_share) / 100")


def add(kind: str, label: str, **more: Any) -> str:
    return add_field("lead", Definition(label=label, kind=kind, **more)).key


def add_computed(label: str, formula: str, **more: Any) -> str:
    return add("computed", label, formula=formula, **more)


def value(key, record):
    record = find_records(SYSTEM, "lead").get(pk=record.pk)
    return registry.whole("lead").fields[key].value_of(record)


def refused(*args: Any, **more: Any) -> dict[str, str]:
    with pytest.raises(BadDefinition) as problem:
        add_computed(*args, **more)
    return {each.at: each.message for each in problem.value.problems}


def test_the_value_follows_every_way_of_writing(price, actor):
    lead = create_record(actor, "lead", {"first_name": "A", "cf_price": 200, "cf_share": "12.5"})
    assert value(price, lead) == Decimal("175.00")
    update_record(actor, "lead", lead.pk, {"cf_share": 50})
    assert value(price, lead) == 100
    write_records(actor, "lead", [RowWrite({"cf_price": 300}, lead.pk)])
    assert value(price, lead) == 150
    (made,) = write_records(actor, "lead", [RowWrite({"first_name": "B", "cf_price": 10, "cf_share": 0})])
    assert value(price, find_records(actor, "lead").get(pk=made.record_id)) == 10
    update_record(actor, "lead", lead.pk, {"cf_price": None})
    assert value(price, lead) is None
    changes = [
        entry.changes[price]
        for entry in HistoryEntry.objects.filter(object="lead", record_id=lead.pk).order_by("pk")
    ]
    assert changes == [[None, 175.0], [175.0, 100.0], [100.0, 150.0], [150.0, None]]
    assert rebuild("lead", lead.pk, clock.now()).get(price) is None


def test_it_filters_sorts_and_is_found(price, actor):
    name = add_computed("Code", 'concat(upper(first_name), "-", cf_price)')
    flag = add_computed("Dear", "cf_price > 100")
    day = add_computed("Due", "created_at + 30")
    lead = make_lead(actor, first_name="anna", cf_price=150, cf_share=0, created_at="2026-03-01")
    make_lead(actor, cf_price=50, cf_share=0, created_at="2026-01-01")
    for key, op, wanted in (
        (price, "gt", 100),
        (name, "eq", "ANNA-150"),
        (flag, "is_true", None),
        (day, "after", "2026-03-30"),
    ):
        tree = {"field": key, "op": op} | ({} if wanted is None else {"value": wanted})
        assert list(find_records(actor, "lead", tree)) == [lead], key
    assert list(find_records(actor, "lead", search="na-15")) == [lead]


def test_nobody_writes_it(price, actor, administrator):
    with pytest.raises(Invalid) as problem:
        create_record(actor, "lead", {"first_name": "A", price: 1})
    assert [(e.field, e.code) for e in problem.value.errors] == [(price, "read_only")]
    found = registry.get("lead").fields[price]
    assert (found.editable, found.required) == (False, False)
    done = run(administrator, "lead", csv_of("First name,Price,Share,Rest", "Zane,80,25,1"))
    (lead,) = living_leads()
    assert value(price, lead) == 60
    # What the system worked out since holds up no undoing.
    change_field("lead", price, Definition(label="Rest", kind="computed", formula="cf_price - cf_share"))
    run_until_idle()
    assert value(price, lead) == 55
    undo(administrator, done)
    assert living_leads() == []


def test_a_changed_formula_reaches_the_records_that_are_there(price, actor):
    lead, gone = make_lead(actor, cf_price=100, cf_share=10), make_lead(actor, cf_price=10, cf_share=10)
    other = make_lead(actor)
    double = add_computed("Double", f"{price} * 2")
    assert value(double, lead) is None
    run_until_idle()
    assert value(double, lead) == 180
    change_field("lead", price, Definition(label="Rest", kind="computed", formula="cf_price - cf_share"))
    run_until_idle()
    assert [value(key, lead) for key in (price, double)] == [90, 180]
    change_field("lead", price, Definition(label="Rest", kind="computed", formula="cf_price - 1"))
    run_until_idle()
    assert [value(key, lead) for key in (price, double)] == [99, 198]
    assert value(double, gone) == 18
    version = find_records(actor, "lead").get(pk=other.pk).version
    switch_field("lead", double, is_active=False)
    update_record(actor, "lead", lead.pk, {"cf_price": 11})
    switch_field("lead", double, is_active=True)
    run_until_idle()
    assert value(double, lead) == 20
    assert find_records(actor, "lead").get(pk=other.pk).version == version  # nothing of it changed


def test_instants_are_days_of_the_organization(actor, organization):
    key = add_computed("Day", "created_at + 0")
    lead = make_lead(actor, created_at=datetime(2026, 3, 1, 23, 30, tzinfo=UTC))
    assert value(key, lead).isoformat() == "2026-03-02"
    update_organization(
        name="A", currency="EUR", zone="UTC", phone_region="LV", week_start=0, fiscal_month=1, fiscal_day=1
    )
    rebuild_days()
    assert value(key, lead).isoformat() == "2026-03-01"


def test_what_cannot_be_computed_is_named(price):
    assert "no field “cf_nothing”" in refused("X", "cf_price + cf_nothing")["formula"]
    assert refused("X", "cf_price + cf_nothing")["formula"].startswith("At character 12")
    assert "older than" in refused("X", "days(created_at, today())")["formula"]
    assert "formulas cannot read" in refused("X", "owner")["formula"]
    assert "updated_at" in refused("X", "updated_at")["formula"]
    assert refused("X", " ").keys() == {"formula"}
    assert refused("X", "first_name", result="integer").keys() == {"result"}
    circle = add_computed("More", f"{price} + 1")
    for key, formula in ((price, f"{circle} + 1"), (circle, f"{circle} + 1")):
        with pytest.raises(BadDefinition, match="circle"):
            change_field("lead", key, Definition(label=f"New {key}", kind="computed", formula=formula))
    with pytest.raises(BadDefinition, match="can only be"):
        change_field("lead", price, Definition(label="Rest", kind="computed", formula="first_name"))
    with pytest.raises(BadDefinition, match="“Rest” is computed from this field"):
        switch_field("lead", "cf_price", is_active=False)
    switch_field("lead", circle, is_active=False)
    switch_field("lead", price, is_active=False)
    switch_field("lead", "cf_price", is_active=False)
    with pytest.raises(BadDefinition, match="no field “cf_price”"):
        switch_field("lead", price, is_active=True)


def test_a_number_is_shown_as_chosen(actor):
    add("decimal", "Area")
    key = add_computed("Rooms", "cf_area / 20", result="integer")
    small = add_computed("Tenth", "cf_area / 3", decimal_places=1)
    lead = make_lead(actor, cf_area="50")
    assert (value(key, lead), value(small, lead)) == (3, Decimal("16.7"))
    big = make_lead(actor, cf_area="9999999999999")
    wide = add_computed("Wide", "cf_area * cf_area")
    run_until_idle()
    assert value(wide, big) is None


def test_who_may_not_see_a_field_may_not_see_what_comes_of_it(price, actor, administrator, seller_north):
    word = add_computed("Word", 'if(cf_share > 10, "plenty", "few")')
    second = add_computed("Second", f"{price} / 2")
    add_computed("Other", "cf_price + 1")
    lead = make_lead(seller_north, cf_price=100, cf_share=20)
    role = Role.objects.get(key="salesperson")
    set_field_rights(Actor(administrator), role, {("lead", "cf_share"): FieldAccess.HIDDEN})
    run_until_idle()
    seller = actor_of(seller_north)
    with reading_as(seller):
        seen = registry.get("lead").fields
    assert {"cf_share", price, word, second} & seen.keys() == set()
    assert {"cf_price", "cf_other"} <= seen.keys()
    assert not find_records(seller, "lead", search="plenty").exists()
    assert list(find_records(actor, "lead", search="plenty")) == [lead]
    change_field(
        "lead", word, Definition(label="Word", kind="computed", formula='if(cf_price > 10, "plenty", "")')
    )
    run_until_idle()
    assert list(find_records(seller, "lead", search="plenty")) == [lead]

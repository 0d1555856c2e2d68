"""Custom fields that are mandatory from a status or stage on, or where a filter holds, and shown ones."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headwater.access.models import FieldAccess
from headwater.lib.memo import unit_of_work
from headwater.metadata import registry
from headwater.metadata.custom.definitions import (
    BadDefinition,
    Definition,
    add_field,
    change_field,
    switch_field,
)
from headwater.metadata.models import CustomField
from headwater.pipeline.conversion import make_customer
from headwater.pipeline.models import Lead
from headwater.pipeline.services import move_to_stage, win
from headwater.records.bulk import RowWrite, write_records
from headwater.records.demands import Demands
from headwater.records.errors import Invalid
from headwater.records.field_rights import set_field_rights
from headwater.records.find import get_record
from headwater.records.write import create_record, update_record
from headwater.testing.factories import make_lead, make_opportunity, make_stage
from headwater.users.actor import SYSTEM, Actor

pytestmark = pytest.mark.django_db


@pytest.fixture
def actor(administrator):
    return Actor(administrator)


def add(label: str, kind: str = "text", object_name: str = "lead", **more: Any) -> str:
    return add_field(object_name, Definition(label=label, kind=kind, **more)).key


def refused(call: Any, *args: Any) -> dict[str, str]:
    with pytest.raises(Invalid) as caught:
        call(*args)
    return {error.field: error.message for error in caught.value.errors}


def missing(actor: Actor, record: Any) -> frozenset[str]:
    stored = get_record(actor, registry.of(record).name, record.pk)
    return Demands(actor, registry.of(record)).missing(stored)


def test_a_value_is_asked_for_from_a_status_on(actor):
    before = make_lead(actor, status="interested")
    key = add("Budget", "integer", required_from="replied")
    lead = make_lead(actor)
    update_record(actor, "lead", lead.pk, {"status": "open"})
    said = refused(update_record, actor, "lead", lead.pk, {"status": "replied"})
    assert said == {key: "Budget is required from “Replied” on (Status). Fill it in, or stay before."}
    assert get_record(actor, "lead", lead.pk).status == "open"
    update_record(actor, "lead", lead.pk, {"status": "replied", key: 5})
    assert key in refused(update_record, actor, "lead", lead.pk, {key: None})
    assert key in refused(create_record, actor, "lead", {"first_name": "A", "status": "converted"})
    # Who was beyond before is shown what is missing, and nothing else is held up.
    assert missing(actor, before) == {key}
    update_record(actor, "lead", before.pk, {"job_title": "Boss"})
    update_record(actor, "lead", before.pk, {"status": "lost_quotation"})
    update_record(actor, "lead", before.pk, {"status": "do_not_contact"})
    assert missing(actor, before) == frozenset()


def test_a_derived_status_is_derived_all_the_same(actor):
    key = add("Budget", "integer", required_from="replied")
    lead = make_lead(actor)
    make_opportunity(actor, lead=lead.pk)
    assert get_record(actor, "lead", lead.pk).status == "opportunity"
    assert missing(actor, lead) == {key}
    make_customer(actor, lead.pk, {})
    assert get_record(actor, "lead", lead.pk).status == "converted"


def test_a_value_is_asked_for_from_a_stage_on_and_by_winning(actor):
    first, second, third = (make_stage(name, position=n) for n, name in enumerate("ABC"))
    other = make_stage("Elsewhere", pipeline="Other")
    key = add("Plan", object_name="opportunity", required_from=f"stage:{second.pk}")
    lead = make_lead(actor)
    deal = make_opportunity(actor, lead=lead.pk, stage=first.pk)
    for stage in (second, third):
        assert "“B” on (Stage)" in refused(move_to_stage, actor, deal.pk, stage.pk)[key]
    assert key in refused(win, actor, deal.pk)
    move_to_stage(actor, deal.pk, other.pk)
    win(actor, deal.pk)
    assert make_opportunity(actor, lead=lead.pk, stage=third.pk, **{key: "x"}).stage_id == third.pk
    won = add("Contract", object_name="opportunity", required_from="status:converted")
    deal = make_opportunity(actor, lead=lead.pk, stage=third.pk, **{key: "x"})
    assert "“Converted” on (Status)" in refused(win, actor, deal.pk)[won]
    with pytest.raises(BadDefinition):
        add("Nowhere", object_name="opportunity", required_from="stage:999999")


NORTH = {"all": [{"field": "job_title", "op": "eq", "value": "North"}]}


def test_a_value_is_asked_for_where_a_filter_holds(actor):
    key = add("Permit", required_when=NORTH)
    lead = make_lead(actor)
    said = refused(update_record, actor, "lead", lead.pk, {"job_title": "north"})
    assert said[key].startswith("Permit is required where ")
    assert "North" in said[key]
    update_record(actor, "lead", lead.pk, {"job_title": "north", key: "7"})
    results = write_records(
        actor,
        "lead",
        [
            RowWrite({"first_name": "A", "job_title": "North"}),
            RowWrite({"first_name": "B", "job_title": "South"}),
            RowWrite({key: ""}, lead.pk),
        ],
        dry_run=True,
    )
    assert [result.outcome for result in results] == ["failed", "created", "failed"]
    assert {result.errors[0].field for result in results if result.errors} == {key}


def test_what_is_not_shown_keeps_its_value_and_asks_for_nothing(actor):
    kind = add("Garage", "choice", options=["Single", "Double"], visible_when=NORTH)
    shown = {"all": [{"field": kind, "op": "in", "value": ["double"]}]}
    height = add("Height", "integer", is_required=True, visible_when=shown)
    entry = registry.get("lead")
    lead = make_lead(actor)
    assert Demands(actor, entry).hidden(lead) == {kind, height}
    assert height in refused(update_record, actor, "lead", lead.pk, {"job_title": "North", kind: "double"})
    update_record(actor, "lead", lead.pk, {"job_title": "North", kind: "double", height: 3})
    # The garage hides, and what hangs on it with it; nothing is lost.
    update_record(actor, "lead", lead.pk, {"job_title": "South", height: None})
    update_record(actor, "lead", lead.pk, {height: 4})
    lead.refresh_from_db()
    assert Demands(actor, entry).hidden(lead) == {kind, height}
    assert entry.fields[kind].value_of(lead) == "double"
    update_record(actor, "lead", lead.pk, {"job_title": "North"})
    lead.refresh_from_db()
    assert Demands(actor, entry).hidden(lead) == frozenset()
    assert entry.fields[height].value_of(lead) == 4


def test_a_default_is_not_given_where_nobody_would_see_it(actor):
    key = add("Rooms", "integer", default=3, visible_when=NORTH)
    field = registry.get("lead").fields[key]
    assert field.value_of(make_lead(actor)) is None
    assert field.value_of(make_lead(actor, job_title="North")) == 3
    assert field.value_of(make_lead(actor, **{key: 2})) == 2


def test_nobody_is_held_up_by_a_field_she_cannot_fill(actor, seller_north):
    key = add("Budget", "integer", required_from="open")
    role = seller_north.role
    set_field_rights(actor, role, {("lead", key): FieldAccess.HIDDEN})
    seller = Actor(seller_north)
    lead = make_lead(seller)
    update_record(seller, "lead", lead.pk, {"status": "open"})
    assert missing(seller, lead) == frozenset()
    assert missing(actor, lead) == {key}


def test_the_reason_says_nothing_of_fields_that_the_writer_does_not_have(actor, seller_north):
    key = add("Permit", required_when=NORTH)
    lead = make_lead(seller_north, job_title="South")
    said = refused(update_record, Actor(seller_north), "lead", lead.pk, {"job_title": "North"})
    assert "North" in said[key]
    set_field_rights(actor, seller_north.role, {("lead", "job_title"): FieldAccess.READ_ONLY})
    hidden_by = add("Reason", required_when={"field": "source_channel_id", "op": "eq", "value": "Secret"})
    set_field_rights(actor, seller_north.role, {("lead", "source_channel_id"): FieldAccess.HIDDEN})
    other = make_lead(actor, owner=seller_north.pk, source_channel_id="secret", **{hidden_by: "x"})
    said = refused(update_record, Actor(seller_north), "lead", other.pk, {hidden_by: ""})
    assert said == {hidden_by: "Reason is required."}


def test_rules_are_checked_and_a_broken_one_asks_for_nothing(actor):
    one = add("One")
    two = add("Two", visible_when={"field": one, "op": "not_empty"})
    wrong: tuple[tuple[str, Any, str], ...] = (
        ("visible_when", {"field": one, "op": "not_empty"}, "circle"),
        ("visible_when", {"field": two, "op": "not_empty"}, "circle"),
        ("visible_when", {"all": []}, "empty"),
        ("required_when", {"field": "owner.name", "op": "eq", "value": "A"}, "not_own"),
        ("required_when", {"exists": {"path": "opportunities"}}, "not_own"),
        ("required_when", {"field": "owner", "op": "me"}, "no_user"),
        ("required_when", {"field": "nothing", "op": "eq"}, "unknown_field"),
    )
    for at, tree, code in wrong:
        with pytest.raises(BadDefinition) as caught:
            change_field("lead", one, replace(Definition(label="One"), **{at: tree}))
        assert [(p.at.partition(".")[0], p.code) for p in caught.value.problems] == [(at, code)]
    with pytest.raises(BadDefinition):
        change_field("lead", one, Definition(label="One", required_from="nowhere"))
    with pytest.raises(BadDefinition):
        add("Three", object_name="contact", required_from="open")
    change_field("lead", two, Definition(label="Two", required_when={"field": one, "op": "empty"}))
    switch_field("lead", one, is_active=False)
    make_lead(actor)
    assert CustomField.objects.get(key=two).required_when is not None


WORDS = ("", "a", "b")


@settings(max_examples=25, deadline=None)
@given(
    steps=st.lists(
        st.dictionaries(st.sampled_from(["job_title", "website", "cf_x", "cf_y"]), st.sampled_from(WORDS)),
        min_size=1,
        max_size=6,
    )
)
def test_no_door_writes_what_the_oracle_refuses(steps, administrator):
    """``cf_x`` is shown when the job is a, ``cf_y`` is shown with a filled x and mandatory when shown."""
    actor = Actor(administrator)
    CustomField.objects.all().delete()
    Lead.unscoped.all().delete()
    with unit_of_work():
        x = add("X", visible_when={"field": "job_title", "op": "eq", "value": "a"})
        y = add("Y", is_required=True, visible_when={"field": x, "op": "not_empty"})
        assert (x, y) == ("cf_x", "cf_y")
        lead = make_lead(actor, job_title="b")
        now = {"job_title": "b", "website": "", "cf_x": "", "cf_y": ""}

        def asks(values: dict[str, str]) -> bool:
            return values["job_title"] == "a" and values["cf_x"] != ""

        for step in steps:
            step = {key: value for key, value in step.items() if key != "website"}
            after = now | step
            held = asks(after) and not after["cf_y"] and (not asks(now) or "cf_y" in step)
            if held:
                assert refused(update_record, actor, "lead", lead.pk, step).keys() == {"cf_y"}
            else:
                update_record(actor, "lead", lead.pk, step)
                now = after
            stored = get_record(SYSTEM, "lead", lead.pk)
            assert bool(Demands(SYSTEM, registry.get("lead")).missing(stored)) == (
                asks(now) and not now["cf_y"]
            )

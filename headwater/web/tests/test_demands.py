"""Mandatory and conditional fields on pages: forms, dialogs, boards, and how they are set."""

import json
from typing import Any

import pytest
from django.test import Client

from headwater.metadata.custom.definitions import Definition, add_field, get_field, switch_field
from headwater.testing.factories import make_lead, make_opportunity, make_stage
from headwater.users.models import User

pytestmark = pytest.mark.django_db
PARTIAL = {"HX-Request": "true", "HX-Request-Type": "partial"}
GARAGE = {"field": "job_title", "op": "eq", "value": "Owner"}


@pytest.fixture
def boss(client_of: Any, administrator: User) -> Client:
    client: Client = client_of(administrator)
    return client


def add(label: str, object_name: str = "lead", **more: Any) -> str:
    return add_field(object_name, Definition(label=label, **more)).key


def test_a_form_shows_and_asks_for_what_its_values_call_for(boss: Client, administrator: User) -> None:
    add("Garage", visible_when=GARAGE, is_required=True, section="The house")
    page = boss.get("/leads/new/").content.decode()
    assert 'data-demand="cf_garage" hidden' in page
    assert 'data-demands="/leads/demands/"' in page
    typed = {"first_name": "Anna", "is_organization": "false", "job_title": "owner"}
    assert boss.post("/leads/demands/", typed).json() == {"hidden": [], "mandatory": ["cf_garage"]}
    assert boss.post("/leads/demands/", typed | {"job_title": "x", "created_at": "?"}).json() == {
        "hidden": ["cf_garage"],
        "mandatory": [],
    }
    refused = boss.post("/leads/new/", typed)
    assert refused.status_code == 422
    assert "Garage is required." in refused.content.decode()
    # What was typed before the field went away is not kept behind anybody's back.
    made = boss.post("/leads/new/", typed | {"job_title": "Guest", "cf_garage": "Two"})
    assert made.status_code == 302
    assert "Garage" not in boss.get(made.url).content.decode()
    pk = int(made.url.strip("/").split("/")[-1])
    form = {"was.job_title": "Guest", "job_title": "Owner", "was.cf_garage": "", "cf_garage": "One"}
    assert boss.post(f"/leads/{pk}/demands/", form).json()["mandatory"] == ["cf_garage"]
    saved = boss.post(f"/leads/{pk}/sections/lead/", form, headers=PARTIAL).content.decode()
    assert 'hx-swap-oob="outerHTML:#section-own_the_house[data-shown]"' in saved
    assert ">One</button>" in saved


def test_what_is_missing_is_marked_and_nothing_else_is_held_up(boss: Client, administrator: User) -> None:
    lead = make_lead(administrator, status="open")
    add("Budget", required_from="open")
    page = boss.get(f"/leads/{lead.pk}/").content.decode()
    assert "Edit Budget: Missing" in page
    form = {"was.email": "", "email": "a@example.com"}
    assert boss.post(f"/leads/{lead.pk}/sections/reach/", form, headers=PARTIAL).status_code == 200


def test_a_status_a_stage_and_a_win_ask_in_a_dialog(boss: Client, administrator: User) -> None:
    one, two = make_stage("One", position=1), make_stage("Two", position=2)
    plan = add("Plan", "opportunity", required_from=f"stage:{two.pk}")
    paid = add("Paid", "opportunity", required_from="status:converted")
    lead = make_lead(administrator)
    deal = make_opportunity(administrator, lead=lead.pk, stage=one.pk)
    asked = boss.post(f"/opportunities/{deal.pk}/values/stage/", {"stage": two.pk}, headers=PARTIAL)
    assert asked.status_code == 422
    assert asked.headers["HX-Retarget"] == "#dialog"
    page = asked.content.decode()
    assert "Stage: Two" in page
    assert f'name="{plan}"' in page
    assert "Plan is required from “Two” on (Stage)." in page
    done = boss.post(f"/opportunities/{deal.pk}/values/stage/", {"stage": two.pk, plan: "A"}, headers=PARTIAL)
    assert done.status_code == 200
    won = boss.post(f"/opportunities/{deal.pk}/steps/win/", {}, headers=PARTIAL)
    assert won.status_code == 422
    assert f'name="{paid}"' in won.content.decode()
    # Two are missing: what was filled in for one stays in the dialog that asks for the other.
    other = make_opportunity(administrator, lead=lead.pk, stage=one.pk)
    again = boss.post(f"/opportunities/{other.pk}/steps/win/", {paid: "yes"}, headers=PARTIAL)
    assert again.status_code == 422
    assert 'value="yes"' in again.content.decode()
    given = {paid: "yes", plan: "B"}
    assert boss.post(f"/opportunities/{other.pk}/steps/win/", given, headers=PARTIAL).status_code == 200
    other.refresh_from_db()
    assert (other.status, other.custom[paid]) == ("converted", "yes")


def test_a_card_asks_for_what_its_new_lane_needs(boss: Client, administrator: User) -> None:
    add("Budget", required_from="replied")
    add("Reason", required_when={"field": "cf_budget", "op": "not_empty"})
    lead = make_lead(administrator)
    address, to = f"/leads/{lead.pk}/moves/status/", json.dumps("replied")
    asked = boss.post(address, {"to": to}, headers=PARTIAL)
    assert asked.status_code == 422
    assert 'name="cf_budget"' in asked.content.decode()
    more = boss.post(address, {"to": to, "cf_budget": "5"}, headers=PARTIAL)
    assert more.status_code == 422
    assert 'value="5"' in more.content.decode()
    assert 'name="cf_reason"' in more.content.decode()
    assert boss.post(address, {"to": to}).status_code == 422  # a page of its own without scripts
    given = {"to": to, "cf_budget": "5", "cf_reason": "x"}
    assert boss.post(address, given, headers=PARTIAL).status_code == 200
    lead.refresh_from_db()
    assert (lead.status, lead.custom["cf_budget"]) == ("replied", "5")


def test_conditions_are_built_like_filters(boss: Client) -> None:
    key = add("Garage")
    address = f"/settings/fields/leads/{key}/conditions/shown/"
    page = boss.get(address).content.decode()
    assert "Owner › " not in page
    assert "Related records" not in page
    leaf = {
        "kind:r": "group",
        "mode:r": "all",
        "kind:r-0": "leaf",
        "field:r-0": "job_title",
        "field_was:r-0": "job_title",
        "op:r-0": "eq",
        "op_was:r-0": "eq",
        "value:r-0": "Owner",
    }
    assert boss.post(address, leaf | {"do": "add-leaf:r"}).status_code == 200
    assert boss.post(address, leaf | {"do": "apply"}).status_code == 302
    assert get_field("lead", key).visible_when == {"all": [GARAGE]}
    page = boss.get(f"/settings/fields/leads/{key}/").content.decode()
    assert "Job title is “Owner”" in page
    assert "Conditional" in boss.get("/settings/fields/leads/").content.decode()
    wrong = boss.post(address, leaf | {"do": "apply", "field:r-0": key, "field_was:r-0": key})
    assert wrong.status_code == 422
    assert "hang on itself" in wrong.content.decode()
    assert boss.post(address, {"do": "none"}).status_code == 302
    assert get_field("lead", key).visible_when is None
    assert boss.get(f"/settings/fields/leads/{key}/conditions/other/").status_code == 404


def test_mandatory_is_chosen_and_a_broken_condition_is_told(boss: Client) -> None:
    other = add("Other")
    key = add("Budget", required_when={"field": other, "op": "not_empty"})
    said = {"label": "Budget", "mandatory": "replied"}
    assert boss.post(f"/settings/fields/leads/{key}/", said).status_code == 302
    row = get_field("lead", key)
    assert (row.is_required, row.required_from) == (False, "replied")
    assert row.required_when is not None
    assert "From “Replied” on (Status)" in boss.get("/settings/fields/leads/").content.decode()
    assert boss.post(f"/settings/fields/leads/{key}/", {"label": "B", "mandatory": "x"}).status_code == 422
    boss.post(f"/settings/fields/leads/{key}/", said | {"mandatory": "always"})
    assert get_field("lead", key).is_required
    switch_field("lead", other, is_active=False)
    assert "“Other” is switched off" in boss.get(f"/settings/fields/leads/{key}/").content.decode()


def test_who_may_not_change_a_record_learns_nothing_of_it(
    client_of: Any, seller_north: User, seller_south: User
) -> None:
    add("Garage", visible_when=GARAGE)
    lead = make_lead(seller_south)
    assert client_of(seller_north).post(f"/leads/{lead.pk}/demands/", {}).status_code == 404

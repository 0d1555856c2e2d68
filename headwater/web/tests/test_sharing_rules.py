"""Settings › Sharing rules, and what a rule's people see at every door."""

import pytest

from headwater.access.models import Level, SharingRule
from headwater.jobs.services import run_until_idle
from headwater.records.sharing_rules.services import save_rule
from headwater.testing.factories import actor_of, make_lead

pytestmark = pytest.mark.django_db

RICH = {"all": [{"field": "value", "op": "ge", "value": "1000"}]}


@pytest.fixture
def form(south):
    return {
        "kind:r": "group",
        "mode:r": "all",
        "kind:r-0": "leaf",
        "field:r-0": "value",
        "field_was:r-0": "value",
        "op:r-0": "ge",
        "op_was:r-0": "ge",
        "value:r-0": "1000",
        "name": "Worth it",
        "object": "lead",
        "object_was": "lead",
        "with": f"team:{south.pk}",
        "level": "see",
        "is_active": "true",
    }


def test_a_rule_is_made_in_the_builder_fills_and_opens_every_door(
    client_of, api_of, administrator, seller_north, seller_south, form
):
    lead = make_lead(seller_north, last_name="Quartz", value=5000)
    make_lead(seller_north, last_name="Quartz", value=1)
    browser = client_of(administrator)
    assert b"No rules yet" in browser.get("/settings/sharing/").content
    step = browser.post("/settings/sharing/new/", form | {"do": "add-leaf:r"}).content.decode()
    assert 'value="Worth it"' in step
    assert "1 record now" in step
    assert browser.post("/settings/sharing/new/", form | {"do": "apply"}).status_code == 302
    listed = browser.get("/settings/sharing/").content.decode()
    assert "looking through: 0 of 2" in listed
    assert 'hx-trigger="every 2s"' in listed
    run_until_idle()
    listed = browser.get("/settings/sharing/").content.decode()
    assert "looking through" not in listed
    assert "South" in listed
    assert "1,000" in listed
    seller, api = client_of(seller_south), api_of(seller_south)
    assert "Quartz" in seller.get("/leads/").content.decode()
    assert seller.get(f"/leads/{lead.pk}/").status_code == 200
    assert "Worth it" in seller.get(f"/leads/{lead.pk}/viewers/").content.decode()
    found = api.get("leads", q="quartz", count="exact").json()
    assert ([item["id"] for item in found["items"]], found["count"]["value"]) == ([lead.pk], 1)
    assert api.get(f"leads/{lead.pk}").json()["last_name"] == "Quartz"
    report = {"v": 1, "root": "lead", "measures": [{"id": "m1", "ref": "lead.conversion_rate"}]}
    assert api.post("reports/run", report).json()["totals"]["grand"]["m1"]["denominator"] == 1
    drilled = api.post("reports/drill", {"definition": report, "cell": {}}).json()
    assert [item["id"] for item in drilled["items"]] == [lead.pk]
    access = client_of(administrator).get(f"/settings/users/{seller_south.pk}/access/").content.decode()
    assert "Worth it" in access


def test_a_rule_is_changed_switched_off_and_deleted(client_of, administrator, seller_south, form):
    browser = client_of(administrator)
    browser.post("/settings/sharing/new/", form | {"do": "apply"})
    rule = SharingRule.objects.get()
    assert rule.filter == RICH
    address = f"/settings/sharing/{rule.pk}/"
    assert b'value="Worth it"' in browser.get(address).content
    changed = form | {"with": f"role:{seller_south.role_id}", "level": "edit", "name": "Other", "do": "apply"}
    del changed["is_active"]
    assert browser.post(address, changed).status_code == 302
    rule.refresh_from_db()
    assert (rule.name, rule.level, rule.is_active, rule.team_id) == ("Other", Level.EDIT, False, None)
    assert (rule.role_id, rule.generation) == (seller_south.role_id, 1)
    assert "switched off" in browser.get("/settings/sharing/").content.decode()
    browser.post(f"{address}deletion/")
    assert not SharingRule.objects.exists()


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": " "},
        {"value:r-0": "much"},
        {"field:r-0": ""},
        {"with": ""},
        {"with": "team:nobody"},
        {"with": "user:1"},
        {"level": "all"},
        {"op:r-0": "me", "field:r-0": "owner", "field_was:r-0": "owner", "op_was:r-0": "me"},
    ],
)
def test_nonsense_is_named_and_nothing_is_lost(client_of, administrator, form, wrong):
    answer = client_of(administrator).post("/settings/sharing/new/", form | wrong | {"do": "apply"})
    assert answer.status_code == 422
    assert b"field-error" in answer.content or b"form-errors" in answer.content
    assert not SharingRule.objects.exists()


def test_another_object_begins_with_an_empty_filter(client_of, administrator, form):
    page = client_of(administrator).post("/settings/sharing/new/", form | {"object": "customer", "do": ""})
    said = page.content.decode()
    assert 'value="Worth it"' in said
    assert 'value="1000"' not in said


def test_a_filter_that_the_builder_cannot_draw_is_kept(client_of, administrator, south, form):
    leaf = {"field": "value", "op": "ge", "value": 5}
    tree = {"all": [{"exists": {"path": "leads", "where": leaf, "count": {"op": ">=", "value": 2}}}]}
    rule = SharingRule(name="Many", object="customer", filter=tree, team=south)
    save_rule(actor_of(administrator), rule)
    browser, address = client_of(administrator), f"/settings/sharing/{rule.pk}/"
    assert "more than can be drawn" in browser.get(address).content.decode()
    assert browser.post(address, form | {"do": "apply"}).status_code == 302
    rule.refresh_from_db()
    assert (rule.name, rule.filter) == ("Worth it", tree)

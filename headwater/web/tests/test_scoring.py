"""Settings › Lead scoring, and the reasons on a lead's page."""

import pytest

from headwater.jobs.services import run_until_idle
from headwater.pipeline.models import ScoreRule
from headwater.testing.factories import make_lead

pytestmark = pytest.mark.django_db

FORM = {
    "kind:r": "group",
    "mode:r": "all",
    "kind:r-0": "leaf",
    "field:r-0": "value",
    "field_was:r-0": "value",
    "op:r-0": "ge",
    "op_was:r-0": "ge",
    "value:r-0": "1000",
    "name": "Worth it",
    "points": "30",
    "is_active": "true",
}


def test_a_rule_is_made_in_the_builder_and_explains_a_score(client_of, administrator, seller_north):
    lead, browser = make_lead(seller_north, value=5000), client_of(administrator)
    assert b"No rules yet" in browser.get("/settings/scoring/").content
    step = browser.post("/settings/scoring/new/", FORM | {"do": "add-leaf:r"})
    assert step.status_code == 200
    assert b'value="Worth it"' in step.content
    assert browser.post("/settings/scoring/new/", FORM | {"do": "apply"}).status_code == 302
    rule = ScoreRule.objects.get()
    assert (rule.points, rule.is_active) == (30, True)
    assert rule.filter == {"all": [{"field": "value", "op": "ge", "value": "1000"}]}
    run_until_idle()
    page = client_of(seller_north).get(f"/leads/{lead.pk}/").content.decode()
    assert "Worth it" in page
    assert "+30" in page
    listed = browser.get("/settings/scoring/").content.decode()
    assert "Worth it" in listed
    assert "1,000" in listed


def test_a_rule_is_changed_and_deleted(client_of, administrator):
    browser = client_of(administrator)
    rule = ScoreRule.objects.create(name="Old", points=5, filter={})
    address = f"/settings/scoring/{rule.pk}/"
    assert b'value="Old"' in browser.get(address).content
    browser.post(address, FORM | {"points": "\u221220", "do": "apply"})
    rule.refresh_from_db()
    assert (rule.name, rule.points) == ("Worth it", -20)
    browser.post(f"{address}deletion/")
    assert not ScoreRule.objects.exists()


@pytest.mark.parametrize(
    "wrong",
    [
        {"points": "many"},
        {"points": ""},
        {"name": " "},
        {"value:r-0": "much"},
        {"field:r-0": "gone", "name": ""},
    ],
)
def test_nonsense_is_named_and_nothing_is_lost(client_of, administrator, wrong):
    answer = client_of(administrator).post("/settings/scoring/new/", FORM | wrong | {"do": "apply"})
    assert answer.status_code == 422
    assert not ScoreRule.objects.exists()


def test_a_lead_without_points_has_no_such_panel(client_of, seller_north):
    lead = make_lead(seller_north)
    assert b'id="panel-score" hidden' in client_of(seller_north).get(f"/leads/{lead.pk}/").content

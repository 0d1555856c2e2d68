"""The rules that score leads, for programs."""

import pytest

from headwater.jobs.services import run_until_idle
from headwater.testing.factories import make_lead

pytestmark = pytest.mark.django_db

RULE = {"name": "Worth it", "points": 30, "filter": {"all": [{"field": "value", "op": "ge", "value": 1000}]}}


@pytest.fixture
def admin(api_of, administrator):
    return api_of(administrator)


def test_a_rule_lives_its_life(admin, api_of, seller_north):
    lead = make_lead(seller_north, value=5000)
    made = admin.post("score-rules", RULE)
    assert made.status_code == 201
    rule = made.json()
    assert rule == RULE | {"id": rule["id"], "is_active": True, "problem": ""}
    run_until_idle()
    seller = api_of(seller_north)
    assert seller.get(f"leads/{lead.pk}").json()["score"] == 30
    assert [each["id"] for each in seller.get("leads", sort="-score").json()["items"]] == [lead.pk]
    assert admin.patch(f"score-rules/{rule['id']}", {"points": -5}).json()["points"] == -5
    run_until_idle()
    assert seller.get(f"leads/{lead.pk}").json()["score"] == -5
    assert [each["points"] for each in admin.get("score-rules").json()["items"]] == [-5]
    assert admin.delete(f"score-rules/{rule['id']}").status_code == 204
    assert admin.get(f"score-rules/{rule['id']}").status_code == 404


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"points": 0}, "points"),
        ({"points": 10**20}, "points"),
        ({"name": ""}, "name"),
        ({"filter": {"all": [{"field": "nonsense", "op": "eq", "value": 1}]}}, "nonsense"),
        ({"score": 5}, "score"),
    ],
)
def test_nonsense_is_refused_by_name(admin, wrong, named):
    answer = admin.post("score-rules", RULE | wrong)
    assert answer.status_code in (400, 422)
    assert named in answer.text


def test_others_may_not_look(api_of, seller_north):
    assert api_of(seller_north).get("score-rules").status_code == 403
    assert api_of(seller_north).post("score-rules", RULE).status_code == 403

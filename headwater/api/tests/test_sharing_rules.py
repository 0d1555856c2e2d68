"""Sharing rules, for programs."""

import pytest

from headwater.jobs.services import run_until_idle
from headwater.testing.factories import make_lead

pytestmark = pytest.mark.django_db

TREE = {"all": [{"field": "value", "op": "ge", "value": 1000}]}


@pytest.fixture
def admin(api_of, administrator):
    return api_of(administrator)


@pytest.fixture
def rule(south):
    return {"name": "Worth it", "object": "lead", "filter": TREE, "team": south.pk}


def test_a_rule_lives_its_life(admin, api_of, seller_north, seller_south, rule):
    lead = make_lead(seller_north, value=5000)
    made = admin.post("sharing-rules", rule)
    assert made.status_code == 201
    found = made.json()
    assert found == rule | {
        "id": found["id"],
        "role": None,
        "level": "see",
        "is_active": True,
        "records": 0,
        "walk": {"done": 0, "total": 1},
        "filled_at": None,
        "problem": "",
    }
    run_until_idle()
    address, seller = f"sharing-rules/{found['id']}", api_of(seller_south)
    now = admin.get(address).json()
    assert (now["records"], now["walk"]) == (1, None)
    assert now["filled_at"]
    assert seller.get(f"leads/{lead.pk}").status_code == 200
    assert seller.patch(f"leads/{lead.pk}", {"last_name": "X"}).status_code == 403
    assert admin.patch(address, {"level": "edit"}).json()["level"] == "edit"
    assert seller.patch(f"leads/{lead.pk}", {"last_name": "X"}).status_code == 200
    assert admin.get(f"users/{seller_south.pk}/access").json()[0]["rules"] in ([], ["Worth it"])
    changed = admin.patch(address, {"role": seller_south.role_id}).json()
    assert (changed["team"], changed["role"]) == (None, seller_south.role_id)
    assert admin.patch(address, {"is_active": False}).json()["is_active"] is False
    assert seller.get(f"leads/{lead.pk}").status_code == 404
    assert [each["name"] for each in admin.get("sharing-rules").json()["items"]] == ["Worth it"]
    assert admin.delete(address).status_code == 204
    assert admin.get(address).status_code == 404


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"name": ""}, "name"),
        ({"object": "nothing"}, "object"),
        ({"team": None}, "team"),
        ({"team": 10**30}, "team"),
        ({"role": 1}, "team"),
        ({"level": "all"}, "level"),
        ({"filter": {}}, "at least one condition"),
        ({"filter": {"all": [{"field": "nonsense", "op": "eq", "value": 1}]}}, "nonsense"),
        ({"filter": {"all": [{"field": "owner", "op": "me"}]}}, "every reader"),
        ({"users": 5}, "users"),
    ],
)
def test_nonsense_is_refused_by_name(admin, rule, wrong, named):
    answer = admin.post("sharing-rules", rule | wrong)
    assert answer.status_code in (400, 422)
    assert named in answer.text


def test_others_may_not_look(api_of, seller_north, rule):
    assert api_of(seller_north).get("sharing-rules").status_code == 403
    assert api_of(seller_north).post("sharing-rules", rule).status_code == 403

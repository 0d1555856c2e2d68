"""Saved views, groups and totals through the API."""

import json

import pytest

from headwater.testing.factories import make_lead, make_option

FAIR = {"all": [{"field": "source", "op": "in", "value": ["fair"]}]}


@pytest.fixture
def leads(seller_north, seller_south):
    make_option("source", "Fair")
    make_lead(seller_north, source="fair", value="10.10")
    make_lead(seller_north, source="fair", value="5", currency="USD")
    make_lead(seller_north)
    make_lead(seller_south, source="fair", value="1000")


def test_a_view_is_made_shared_changed_copied_and_deleted(api_of, seller_north, manager, seller_south):
    api, boss = api_of(seller_north), api_of(manager)
    settings = {"filter": FAIR, "sort": ["name"], "totals": {"value": "sum"}, "group": "created_at:month"}
    make_option("source", "Fair")
    made = api.post("views", {"object": "lead", "name": "Fairs", "settings": settings, "pinned": True})
    assert made.status_code == 201, made.content
    view = made.json()
    assert (view["settings"], view["audience"], view["pinned"], view["problems"]) == (
        settings,
        "private",
        True,
        [],
    )
    path = f"views/{view['id']}"
    assert boss.get(path).status_code == 404
    assert api.patch(path, {"audience": "team"}).json()["audience"] == "team"
    assert boss.get(path).json()["editable"] is False
    assert boss.patch(path, {"name": "Mine"}).status_code == 403
    assert boss.patch(path, {"pinned": True}).json()["pinned"] is True
    assert [item["id"] for item in boss.get("views", object="lead").json()["items"]] == [view["id"]]
    assert api_of(seller_south).get("views").json()["items"] == []
    copy = boss.post(f"{path}/copy", {}).json()
    assert (copy["name"], copy["owner"], copy["audience"]) == ("Copy of Fairs", manager.pk, "private")
    assert api.delete(path).status_code == 204
    assert api.get(path).status_code == 404


@pytest.mark.parametrize(
    ("given", "at"),
    [
        ({"name": ""}, "name"),
        ({"settings": {"columns": ["nothing"]}}, "settings.columns"),
        ({"settings": {"filter": {"field": "nothing", "op": "eq"}}}, "settings.filter.field"),
        ({"settings": {"sauce": 1}}, "settings.sauce"),
        ({"audience": "world"}, "audience"),
    ],
)
def test_what_is_wrong_with_a_view_is_named(api_of, seller_north, given, at):
    answer = api_of(seller_north).post("views", {"object": "lead", "name": "X"} | given)
    assert answer.status_code == 422
    assert at in [error["field"] for error in answer.json()["errors"]]


def test_a_list_is_counted_in_groups_and_added_up(api_of, seller_north, leads):
    api = api_of(seller_north)
    found = api.get("leads/groups", by="source", totals="value:sum,name:count").json()
    assert [(group["key"], group["label"], group["count"]) for group in found["groups"]] == [
        ("fair", "Fair", 2),
        (None, "(none)", 1),
    ]
    sums = [{"value": 10.1, "currency": "EUR"}, {"value": 5, "currency": "USD"}]
    assert found["groups"][0]["totals"]["value"] == sums
    assert found["totals"] == {"value": sums, "name": [{"value": 3}]}
    listed = api.get("leads", filter=found["groups"][0]["filter"], count="exact").json()
    assert listed["count"]["value"] == 2
    narrowed = api.get("leads/groups", totals="value:max", filter=json.dumps(FAIR)).json()
    assert narrowed["groups"] == []
    assert len(narrowed["totals"]["value"]) == 2


@pytest.mark.parametrize(
    "query", [{"by": "nothing"}, {"by": "created_at"}, {"totals": "name:sum"}, {"filter": "{"}]
)
def test_words_that_mean_nothing_are_refused(api_of, seller_north, query):
    assert api_of(seller_north).get("leads/groups", **query).status_code == 422


def test_who_may_see_nothing_groups_nothing(api_of, stranger):
    assert api_of(stranger).get("leads/groups", by="source").status_code == 403
    assert api_of(stranger).post("views", {"object": "lead", "name": "X"}).status_code == 403

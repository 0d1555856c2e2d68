"""Choice lists, users and teams: everybody reads, administrators change."""

import pytest
from django.test import Client

from headwater.metadata import choices
from headwater.metadata.models import ChoiceOption
from headwater.testing.factories import make_lead, make_option, make_stage
from headwater.testing.fixtures import PASSWORD
from headwater.users.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(api_of, administrator):
    return api_of(administrator)


@pytest.fixture
def api(api_of, seller_north):
    return api_of(seller_north)


@pytest.mark.parametrize("entry", choices.lists(), ids=lambda entry: entry.slug)
def test_every_list_can_be_read_and_extended(admin, api, entry):
    made = admin.post(entry.slug, {"label": "Ķekavas Nové"})
    assert made.status_code == 201
    option = made.json()
    assert option["key"] == "kekavas_nove"
    assert option in api.get(entry.slug).json()["items"]
    assert admin.client.get(made.headers["Location"]).json() == option
    assert api.get(f"{entry.slug}/{option['id']}").json() == option
    assert entry.slug in [found["slug"] for found in api.get("choice-lists").json()["items"]]


def test_an_option_is_renamed_and_its_key_stays(admin, seller_north):
    make_option("source", "Web form")
    lead = make_lead(seller_north, source="web_form")
    changed = admin.patch("sources/web_form", {"label": "Website", "color": "blue"}).json()
    assert (changed["key"], changed["label"], changed["color"], changed["active"]) == (
        "web_form",
        "Website",
        "blue",
        True,
    )
    assert admin.get(f"leads/{lead.pk}").json()["source"] == "web_form"


def test_a_deleted_option_is_kept_but_not_offered(admin, seller_north):
    make_option("source", "Fax")
    lead = make_lead(seller_north, source="fax")
    assert admin.delete("sources/fax").status_code == 204
    assert admin.get("sources/fax").json()["active"] is False
    assert admin.get(f"leads/{lead.pk}").json()["source"] == "fax"
    keys = [option["key"] for option in admin.get("sources", active="true").json()["items"]]
    assert "fax" not in keys
    assert admin.patch("sources/fax", {"active": True}).json()["active"] is True


def test_options_can_lie_below_each_other(admin):
    admin.post("territories", {"label": "Europe"})
    child = admin.post("territories", {"label": "Latvia", "parent": "europe"}).json()
    assert child["parent"] == "europe"
    refused = admin.post("territories", {"label": "Siam", "parent": "asia"})
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["field"] == "parent"


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"label": ""}, "label"),
        ({"label": "a|b"}, "label"),
        ({"label": "x" * 200}, "label"),
        ({"label": "a\x00b"}, "label"),
        ({"label": 5}, "label"),
        ({}, "label"),
        ({"label": "Fax"}, "label"),
        ({"label": "New", "color": "url(evil)"}, "color"),
        ({"label": "New", "key": "new"}, "key"),
        ({"label": "New", "parent": 5}, "parent"),
    ],
)
def test_a_wrong_option_is_named(admin, given, field):
    make_option("source", "Fax")
    refused = admin.post("sources", given)
    assert refused.status_code == 422
    assert [error["field"] for error in refused.json()["errors"]] == [field]
    assert not ChoiceOption.objects.filter(key="new").exists()


def test_only_administrators_with_a_full_token_change_settings(api, api_of, administrator, manager):
    make_option("source", "Fax")
    for refused in (api, api_of(manager), api_of(administrator, scope="write")):
        assert refused.post("sources", {"label": "New"}).status_code == 403
        assert refused.patch("sources/fax", {"label": "New"}).status_code == 403
        assert refused.delete("sources/fax").status_code == 403
        assert refused.post("teams", {"name": "New"}).status_code == 403
        assert refused.post("users", NEW_USER).status_code == 403
        assert refused.patch(f"users/{manager.pk}", {"role": "administrator"}).status_code == 403
    assert not ChoiceOption.objects.filter(label="New").exists()


def test_an_unknown_option_is_404(admin):
    for word in ("nothing", "999", "9" * 30):
        assert admin.get(f"sources/{word}").status_code == 404
        assert admin.patch(f"sources/{word}", {"label": "x"}).status_code == 404


NEW_USER = {"email": "Ilze@Example.com", "name": "Ilze Kalna", "password": PASSWORD, "role": "salesperson"}


def test_an_administrator_adds_a_person_who_can_sign_in(admin, north):
    made = admin.post("users", NEW_USER | {"team": north.pk})
    assert made.status_code == 201
    assert made.json()["email"] == "ilze@example.com"
    assert made.json()["team"] == north.pk
    assert PASSWORD not in made.content.decode()
    assert Client().login(email="ilze@example.com", password=PASSWORD)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"email": "no"}, "email"),
        ({"email": "administrator@example.com"}, "email"),
        ({"email": "a@b.lv\x00"}, "email"),
        ({"name": ""}, "name"),
        ({"name": "a\x00"}, "name"),
        ({"password": "short"}, "password"),
        ({"role": "king"}, "role"),
        ({"role": "a\x00"}, "role"),
        ({"team": 999}, "team"),
        ({"team": 10**30}, "team"),
        ({"is_staff": True}, "is_staff"),
        ({"id": 1}, "id"),
    ],
)
def test_a_wrong_person_is_named(admin, change, field):
    refused = admin.post("users", NEW_USER | change)
    assert refused.status_code == 422, refused.content
    assert field in [error["field"] for error in refused.json()["errors"]]
    assert User.objects.count() == 1


def test_a_person_is_changed_and_let_go(admin, api_of, seller_north, south):
    theirs = api_of(seller_north)
    changed = admin.patch(f"users/{seller_north.pk}", {"team": south.pk, "role": "manager"}).json()
    assert (changed["team"], changed["role"], changed["name"]) == (south.pk, "manager", "Nora")
    assert admin.patch(f"users/{seller_north.pk}", {"is_active": False}).json()["is_active"] is False
    assert theirs.get("me").status_code == 401


def test_the_last_administrator_stays(admin, administrator):
    refused = admin.patch(f"users/{administrator.pk}", {"role": "salesperson"})
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["field"] == "role"


def test_roles_are_for_administrators_to_see(admin, api, seller_north):
    assert admin.get(f"users/{seller_north.pk}").json()["role"] == "salesperson"
    assert "role" not in api.get(f"users/{seller_north.pk}").json()
    assert "password" not in admin.get("users").content.decode()


def test_me_says_who_one_is(api_of, seller_north):
    me = api_of(seller_north, scope="read").get("me").json()
    assert (me["id"], me["email"], me["role"], me["scope"]) == (
        seller_north.pk,
        "nora@example.com",
        "salesperson",
        "read",
    )


def test_teams_form_a_tree_without_circles(admin, sales, north):
    made = admin.post("teams", {"name": "Far north", "parent": north.pk})
    assert made.status_code == 201
    refused = admin.patch(f"teams/{sales.pk}", {"parent": made.json()["id"]})
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["field"] == "parent"
    assert admin.patch(f"teams/{north.pk}", {"name": "Upper"}).json() == {
        "id": north.pk,
        "name": "Upper",
        "parent": sales.pk,
    }


def test_references_are_filtered_and_paged(api, seller_north, seller_south, manager):
    found = api.get(
        "users", filter={"field": "team.name", "op": "eq", "value": "North"}, fields="email,team.name"
    )
    assert [item["team.name"] for item in found.json()["items"]] == ["North", "North"]
    first = api.get("users", limit=2).json()
    second = api.get("users", limit=2, after=first["next"]).json()
    assert [user["id"] for user in first["items"] + second["items"]] == sorted(
        User.objects.values_list("pk", flat=True)
    )
    assert second["next"] is None
    assert [user["name"] for user in api.get("users", q="NOR").json()["items"]] == ["Nora"]
    assert api.get("users", after="x").json()["errors"][0]["code"] == "bad_cursor"


def test_stages_are_read(api):
    stage = make_stage("Proposal", probability=40)
    assert api.get(f"stages/{stage.pk}").json() == {
        "id": stage.pk,
        "name": "Proposal",
        "pipeline": stage.pipeline_id,
        "probability": 40,
    }
    assert api.get("stages", fields="pipeline.name").json()["items"][-1]["pipeline.name"] == "Sales"
    assert api.post("stages", {"name": "x"}).status_code == 405
    assert api.get("stages/describe").json()["slug"] == "stages"


def test_objects_are_those_one_may_see(api, api_of, stranger):
    assert "leads" in [found["slug"] for found in api.get("objects").json()["items"]]
    assert api_of(stranger).get("objects").json()["items"] == []

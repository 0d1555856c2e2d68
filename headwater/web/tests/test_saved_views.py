"""Saved views over HTTP: keeping, changing, sharing, pinning, and views whose fields are gone."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from headwater.records.saved.models import Audience, SavedView
from headwater.records.saved.services import save_view, set_layout
from headwater.testing.factories import actor_of, make_lead
from headwater.users.models import User

ClientOf = Callable[[User], Client]
ANNA = {"all": [{"field": "first_name", "op": "eq", "value": "Anna"}]}


@pytest.fixture
def leads(seller_north: User, seller_south: User) -> None:
    make_lead(seller_north, first_name="Anna", last_name="North")
    make_lead(seller_north, first_name="Bert", last_name="North")
    make_lead(seller_south, first_name="Anna", last_name="South")


@pytest.fixture
def client(client_of: ClientOf, seller_north: User) -> Client:
    return client_of(seller_north)


def body(client: Client, address: str, **query: Any) -> str:
    answer = client.get(address, query)
    assert answer.status_code == 200, answer.content
    return answer.content.decode()


def anna(user: User, **more: Any) -> SavedView:
    values = {"name": "Annas", "settings": {"filter": ANNA}} | more
    return save_view(actor_of(user), "lead", **values)


def test_a_list_is_saved_changed_reset_and_deleted(client: Client, leads: None) -> None:
    state = {"filter": json.dumps(ANNA), "sort": "name", "columns": "name,status"}
    assert "Save as a view" in body(client, "/leads/", **state)
    saved = client.post("/leads/views/new/", state | {"name": " My  Annas ", "pinned": "true"})
    view = SavedView.objects.get()
    assert (view.name, saved["Location"]) == ("My Annas", f"/leads/?view={view.pk}")
    page = body(client, saved["Location"])
    assert "Anna North" in page
    assert "Bert" not in page
    assert "Unsaved changes" not in page
    assert f'href="/leads/?view={view.pk}"' in body(client, "/leads/")

    changed = body(client, "/leads/", view=view.pk, filter="")
    assert "Bert" in changed
    assert "Unsaved changes" in changed
    client.post(f"/leads/views/{view.pk}/settings/", {"view": view.pk, "filter": "", "sort": "-name"})
    view.refresh_from_db()
    assert view.settings == {"sort": ["-name"], "columns": ["name", "status"]}
    client.post(f"/leads/views/{view.pk}/", {"name": "Everything", "audience": "everybody"})
    client.post(f"/leads/views/{view.pk}/copy/")
    assert sorted(SavedView.objects.values_list("name", "audience")) == [
        ("Copy of Everything", "private"),
        ("Everything", "everybody"),
    ]
    gone = client.post(f"/leads/views/{view.pk}/deletion/")
    assert gone["Location"] == "/leads/"
    assert client.get(f"/leads/?view={view.pk}").status_code == 404


def test_a_view_that_is_open_goes_along_everywhere(client: Client, seller_north: User, leads: None) -> None:
    view = anna(seller_north)
    page = body(client, "/leads/", view=view.pk)
    assert f"/leads/filter/?view={view.pk}" in page
    record = page.split("/leads/")
    assert any(f"?list=view%3D{view.pk}" in part for part in record)
    sorted_page = body(client, "/leads/", view=view.pk, sort="name")
    assert "Unsaved changes" in sorted_page
    filtered = client.post(f"/leads/filter/?view={view.pk}", {"view": view.pk, "do": "apply"})
    assert f"view={view.pk}" in filtered["Location"]
    assert "filter=" in filtered["Location"]  # nothing is filtered now, and the view says otherwise
    assert "Bert" in body(client, filtered["Location"])


def test_a_name_is_asked_for(client: Client, leads: None) -> None:
    refused = client.post("/leads/views/new/", {"name": "  "})
    assert refused.status_code == 422
    assert "Give the view a name." in refused.content.decode()
    assert "Name" in client.get("/leads/views/new/").content.decode()
    assert not SavedView.objects.exists()


@pytest.mark.attack(10)
@pytest.mark.parametrize("audience", Audience.values)
def test_who_opens_a_view_sees_her_own_records(
    client_of: ClientOf,
    seller_south: User,
    manager: User,
    leads: None,
    seller_north: User,
    audience: str,
) -> None:
    view = anna(seller_north, audience=audience)
    address = f"/leads/?view={view.pk}"
    assert client_of(seller_north).get(address).status_code == 200
    team = client_of(manager).get(address)
    assert team.status_code == (404 if audience == "private" else 200)
    other = client_of(seller_south).get(address)
    assert other.status_code == (200 if audience == "everybody" else 404)
    if audience == "everybody":
        assert "Anna South" in other.content.decode()
        assert "Anna North" not in other.content.decode()


def test_only_its_owner_changes_a_shared_view(
    client_of: ClientOf, seller_north: User, seller_south: User, leads: None
) -> None:
    view = anna(seller_north, audience="everybody")
    other = client_of(seller_south)
    page = body(other, "/leads/", view=view.pk, sort="name")
    assert "Unsaved changes" in page
    assert f"/leads/views/{view.pk}/settings/" not in page
    for verb in ("", "settings/", "deletion/"):
        answer = other.post(f"/leads/views/{view.pk}/{verb}", {"name": "Mine", "audience": "private"})
        assert answer.status_code == 403, verb
    assert other.get(f"/leads/views/{view.pk}/").status_code == 403
    assert f"/leads/views/{view.pk}/deletion/" not in body(other, "/leads/views/")
    assert other.post(f"/leads/views/{view.pk}/pin/", {"pinned": "true"}).status_code == 302
    assert ">Annas</a>" in body(other, "/leads/")
    assert ">Annas</a>" not in body(client_of(seller_north), "/leads/")
    client_of(seller_north).post(f"/leads/views/{view.pk}/", {"name": "Annas", "audience": "private"})
    assert ">Annas</a>" not in body(other, "/leads/")


def test_without_a_team_there_is_none_to_share_with(make_user: Callable[..., User]) -> None:
    loner = make_user("loner")
    with pytest.raises(Exception, match="no team"):
        anna(loner, audience="team")


def test_a_list_may_open_with_a_view(client: Client, seller_north: User, leads: None) -> None:
    view = anna(seller_north)
    client.post(f"/leads/views/{view.pk}/first/", {"first": "true"})
    page = body(client, "/leads/")
    assert "Bert" not in page
    assert 'href="/leads/?view=all"' in page
    assert "Bert" in body(client, "/leads/", view="all")
    assert "Bert" in body(client, "/leads/", filter="")
    other = anna(seller_north, name="Second")
    client.post(f"/leads/views/{other.pk}/first/", {"first": "true"})
    assert ">Second</a>" in body(client, "/leads/")
    client.post(f"/leads/views/{other.pk}/first/", {"first": "false"})
    assert "Bert" in body(client, "/leads/")


def test_a_view_whose_field_is_gone_says_so_and_opens(
    client: Client, seller_north: User, leads: None
) -> None:
    view = anna(seller_north)
    leaf = {"field": "shoe_size", "op": "eq", "value": 42}
    SavedView.objects.filter(pk=view.pk).update(
        settings={
            "filter": {"all": [ANNA["all"][0], leaf]},
            "sort": ["shoe_size", "name"],
            "columns": ["name", "shoe_size", "status"],
            "group": "shoe_size",
            "totals": {"shoe_size": "sum", "name": "sum"},
            "lanes": "shoe_size",
            "display": "globe",
        }
    )
    page = body(client, "/leads/", view=view.pk)
    assert "Part of this view no longer means anything" in page
    assert page.count("shoe_size") >= 4
    assert "Anna North" in page
    assert "Bert" not in page
    copy = client.post(f"/leads/views/{view.pk}/copy/")
    assert "no longer means" not in body(client, copy["Location"])


@pytest.mark.parametrize(
    "settings",
    [
        [],
        {"sauce": 1},
        {"filter": {"field": "nothing", "op": "eq"}},
        {"sort": "name"},
        {"sort": [["name"]]},
        {"columns": [{}]},
        {"columns": 4},
        {"widths": {"name": "wide"}},
        {"widths": [1]},
        {"totals": {"name": "sum"}},
        {"totals": {"value": []}},
        {"group": ["a"]},
        {"display": ["globe"]},
        {"filter": {"field": "first_name", "op": "eq", "value": "\ud800"}},
    ],
)
def test_settings_that_mean_nothing_are_refused(seller_north: User, settings: Any) -> None:
    with pytest.raises(Exception) as refused:  # noqa: PT011
        anna(seller_north, settings=settings)
    assert type(refused.value).__name__ == "Invalid"
    assert not SavedView.objects.exists()


def test_columns_are_remembered_for_the_reader_until_she_saves(
    client: Client, client_of: ClientOf, seller_north: User, manager: User, leads: None
) -> None:
    view = anna(seller_north, audience="team")
    state = {"view": view.pk, "columns": ["name", "email", "status"]}
    moved = client.post("/leads/layout/", state | {"move": "status:-1"})
    assert moved["Location"] == f"/leads/?view={view.pk}"
    page = body(client, moved["Location"])
    assert page.index('data-column="status"') < page.index('data-column="email"')
    assert "Unsaved changes" in page
    assert 'data-column="source"' in body(client_of(manager), moved["Location"])
    quiet = client.post("/leads/layout/", {"view": view.pk, "widths": '{"email": 321}', "quiet": ""})
    assert "Unsaved changes" in quiet.content.decode()
    assert '<col width="321">' in body(client, moved["Location"])

    client.post(f"/leads/views/{view.pk}/settings/", {"view": view.pk})
    view.refresh_from_db()
    assert view.settings["columns"] == ["name", "status", "email"]
    assert view.settings["widths"] == {"email": 321}
    saved = body(client, moved["Location"])
    assert "Unsaved changes" not in saved
    assert '<col width="321">' in body(client_of(manager), moved["Location"])
    client.post("/leads/layout/", {"view": view.pk, "columns": ["name", "phone"]})
    assert "Unsaved changes" in body(client, moved["Location"])
    client.post("/leads/layout/", {"view": view.pk, "reset": "1"})
    assert "Unsaved changes" not in body(client, moved["Location"])


@pytest.mark.parametrize(
    "given", [{"widths": "{"}, {"widths": "[1]"}, {"columns": "nonsense"}, {"view": "x"}, {}]
)
def test_a_layout_that_means_nothing_changes_nothing(client: Client, leads: None, given: Any) -> None:
    assert client.post("/leads/layout/", given).status_code in (302, 400, 404)
    assert "Bert" in body(client, "/leads/")


def test_the_plain_list_asks_no_more_for_all_this(
    client: Client, seller_north: User, leads: None, django_assert_max_num_queries: Any
) -> None:
    actor = actor_of(seller_north)
    for number in range(4):
        anna(seller_north, name=f"View {number}", pinned=True)
    set_layout(actor, "lead", None, columns=["name", "email"])
    client.get("/leads/")
    with django_assert_max_num_queries(5):
        client.get("/leads/")

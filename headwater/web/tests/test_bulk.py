"""Changing many records from a list, over HTTP."""

from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client

from headwater.access.models import RoleRight
from headwater.jobs.services import run_until_idle
from headwater.testing.factories import make_lead, make_option
from headwater.transfer import bulk
from headwater.transfer.models import ChangeSet
from headwater.users.models import User

pytestmark = pytest.mark.django_db
ClientOf = Callable[[User], Client]
PRESS = {"apply": "1"}


@pytest.fixture
def leads(seller_north: User) -> list[Any]:
    return [make_lead(seller_north, last_name=f"Nr {n}", employees=n, job_title="CEO") for n in range(4)]


@pytest.fixture
def client(client_of: ClientOf, manager: User) -> Client:
    return client_of(manager)


def titles(leads: list[Any]) -> list[str]:
    for lead in leads:
        lead.refresh_from_db()
    return [lead.job_title for lead in leads]


def test_numbers_may_stand_in_one_value(client: Client, leads: list[Any]) -> None:
    ids = ",".join(str(lead.pk) for lead in leads[:3])
    given = {"record": [ids, str(leads[3].pk)], "field": "job_title", "job_title": "CFO"}
    assert "Change 4 records" in client.post("/leads/bulk/", given).content.decode()
    client.post("/leads/bulk/", given | PRESS)
    assert titles(leads) == ["CFO"] * 4


def test_what_came_of_it_leads_back_to_the_list(client: Client, leads: list[Any]) -> None:
    listed = "sort=name&q=Nr"
    given = {"record": leads[0].pk, "list": listed, "field": "job_title", "job_title": "CFO", **PRESS}
    told = client.post("/leads/bulk/", given, follow=True).content.decode()
    pk = ChangeSet.objects.get().pk
    address = f"/leads/bulk/{pk}/undo/?list={quote(listed, safe='')}"
    assert address.replace("&", "&amp;") in told
    after = client.post(address, follow=True)
    assert 'href="/leads/?sort=name&amp;q=Nr"' in after.content.decode()
    assert 'href="/leads/"' in client.get(f"/leads/bulk/{pk}/?list=filter%3D%7B").content.decode()
    assert 'href="/leads/"' in client.get(f"/leads/bulk/{pk}/?list=view%3D999").content.decode()


def test_ticked_rows_get_a_value_and_back(client: Client, leads: list[Any]) -> None:
    ids = [leads[0].pk, leads[2].pk]
    asked = client.get("/leads/bulk/", {"record": ids})
    assert asked.status_code == 200
    assert "Change 2 records" in asked.content.decode()
    chosen = client.post("/leads/bulk/", {"record": ids, "field": "job_title"})
    assert 'id="f-job_title"' in chosen.content.decode()
    assert titles(leads) == ["CEO"] * 4
    done = client.post(
        "/leads/bulk/", {"record": ids, "field": "job_title", "job_title": "CFO", **PRESS}, follow=True
    )
    assert "2 records are changed." in done.content.decode()
    assert titles(leads) == ["CFO", "CEO", "CFO", "CEO"]
    change_set = ChangeSet.objects.get()
    assert f"/leads/bulk/{change_set.pk}/undo/" in done.content.decode()
    assert client.post(f"/leads/bulk/{change_set.pk}/undo/").status_code == 302
    assert "Undoing…" in client.get(f"/leads/bulk/{change_set.pk}/").content.decode()
    run_until_idle()
    assert "2 records given back" in client.get(f"/leads/bulk/{change_set.pk}/").content.decode()
    assert titles(leads) == ["CEO"] * 4
    again = client.post(f"/leads/bulk/{change_set.pk}/undo/", follow=True)
    assert "undone already" in again.content.decode()


@pytest.mark.parametrize("query", ['filter={"field":"employees","op":"ge","value":3}', "q=Nr 3"])
def test_the_whole_list_is_its_filter_and_its_search(client: Client, leads: list[Any], query: str) -> None:
    given = {"list": query, "all": "1", "field": "job_title", "job_title": "CFO"}
    assert "Change 1 record<" in client.post("/leads/bulk/", given).content.decode()
    assert client.post("/leads/bulk/", given | PRESS).status_code == 302
    assert titles(leads) == ["CEO", "CEO", "CEO", "CFO"]


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"field": "email", "email": "x"}, 'id="e-email"'),
        ({"field": "employees", "employees": "many"}, 'id="e-employees"'),
        ({"field": "owner", "owner": "999999"}, 'id="e-owner"'),
        ({"field": "sauce", "sauce": "x"}, "sauce"),
        ({"field": "name", "name": "x"}, "“name”"),
        ({}, "Choose a field to change."),
    ],
)
def test_a_wrong_value_is_named_and_nothing_changes(
    client: Client, leads: list[Any], given: dict[str, str], named: str
) -> None:
    answer = client.post("/leads/bulk/", {"record": leads[0].pk, **given, **PRESS})
    assert answer.status_code == 422
    assert named in answer.content.decode()
    assert not ChangeSet.objects.exists()


def test_a_selection_that_means_nothing_is_refused(client: Client, leads: list[Any]) -> None:
    title = {"field": "job_title", "job_title": "CFO", **PRESS}
    for given, status in (({}, 422), ({"record": "x"}, 404), ({"record": "999999"}, 422)):
        assert client.post("/leads/bulk/", given | title).status_code == status, given
    assert client.post("/leads/bulk/", {"all": "1", "list": "filter={", **title}).status_code == 422
    assert client.get("/leads/bulk/999/").status_code == 404
    assert titles(leads) == ["CEO"] * 4


def test_one_changes_what_ones_right_reaches(
    client_of: ClientOf, leads: list[Any], seller_north: User, manager: User
) -> None:
    his = make_lead(manager, last_name="His", job_title="CEO")
    client = client_of(seller_north)
    both = {"record": [leads[0].pk, his.pk], "field": "job_title", "job_title": "CFO"}
    asked = client.get("/leads/bulk/", both).content.decode()
    assert "Change 1 record<" in asked
    assert f'name="record" value="{his.pk}"' not in asked
    assert client.post("/leads/bulk/", both | PRESS).status_code == 422
    assert titles([leads[0], his]) == ["CEO", "CEO"]


def test_without_the_right_there_are_no_boxes(
    client_of: ClientOf, leads: list[Any], seller_north: User
) -> None:
    client = client_of(seller_north)
    assert 'id="pick"' in client.get("/leads/").content.decode()
    RoleRight.objects.create(role=seller_north.role, object="lead", action="bulk", scope="none")
    assert 'class="pick"' not in client.get("/leads/").content.decode()
    given = {"record": leads[0].pk, "field": "job_title", "job_title": "CFO", **PRESS}
    assert client.post("/leads/bulk/", given).status_code == 403


def test_another_persons_change_is_not_there(
    client: Client, client_of: ClientOf, leads: list[Any], seller_north: User
) -> None:
    client.post("/leads/bulk/", {"record": leads[0].pk, "field": "job_title", "job_title": "CFO", **PRESS})
    pk = ChangeSet.objects.get().pk
    other = client_of(seller_north)
    assert other.get(f"/leads/bulk/{pk}/").status_code == 404
    assert other.post(f"/leads/bulk/{pk}/undo/").status_code == 404
    assert other.post(f"/leads/bulk/{pk}/cancellation/").status_code == 404
    assert client.get(f"/contacts/bulk/{pk}/").status_code == 404


def test_what_fails_says_why(client: Client, leads: list[Any], manager: User) -> None:
    make_lead(manager, first_name="Solo", last_name="")
    given = {"all": "1", "field": "first_name", "first_name": "", **PRESS}
    page = client.post("/leads/bulk/", given, follow=True).content.decode()
    assert "4 records updated" in page
    assert "1 record failed" in page
    (failure,) = ChangeSet.objects.get().failures
    assert failure["reason"]
    assert "Solo" in page
    assert "Undo the change" in page


def test_many_change_in_the_background_and_can_be_stopped(
    client: Client, leads: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "AT_ONCE", 2)
    given = {"all": "1", "field": "job_title", "job_title": "CFO", **PRESS}
    assert "Changing records…" in client.post("/leads/bulk/", given, follow=True).content.decode()
    first = ChangeSet.objects.get()
    client.post(f"/leads/bulk/{first.pk}/cancellation/")
    run_until_idle()
    assert titles(leads) == ["CEO"] * 4
    client.post("/leads/bulk/", given)
    run_until_idle()
    second = ChangeSet.objects.exclude(pk=first.pk).get()
    assert "4 records updated" in client.get(f"/leads/bulk/{second.pk}/").content.decode()
    assert titles(leads) == ["CFO"] * 4


def test_boxes_cost_the_list_no_question(
    client: Client, leads: list[Any], django_assert_max_num_queries: Any
) -> None:
    client.get("/leads/")
    with django_assert_max_num_queries(12) as asked:
        body = client.get("/leads/").content.decode()
    assert body.count('name="record" value=') == 4
    assert not any("roleright" in query["sql"] for query in asked.captured_queries)


def test_labels_are_added_to_and_taken_from_many(client: Client, leads: list[Any]) -> None:
    make_option("label", "VIP")
    make_option("label", "Fair")
    ids = [lead.pk for lead in leads[:2]]
    asked = client.post("/leads/bulk/", {"record": ids, "field": "labels"}).content.decode()
    assert 'value="add" selected' in asked
    given = {"record": ids, "field": "labels", **PRESS}
    client.post("/leads/bulk/", given | {"labels": ["vip"], "how:labels": "add"})
    client.post("/leads/bulk/", given | {"record": ids[:1], "labels": ["fair"], "how:labels": "add"})
    client.post("/leads/bulk/", given | {"labels": ["vip"], "how:labels": "remove"})
    for lead in leads:
        lead.refresh_from_db()
    assert [lead.labels for lead in leads] == [("fair",), (), (), ()]
    client.post("/leads/bulk/", given | {"labels": ["vip"], "how:labels": "replace"})
    nothing = client.post("/leads/bulk/", given | {"how:labels": "add"})
    assert nothing.status_code == 422
    leads[0].refresh_from_db()
    assert leads[0].labels == ("vip",)

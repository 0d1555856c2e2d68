"""Assignees on pages and in the API: chosen, shown, changed for many, refused with a word."""

import json

import pytest

from headwater.access.roles import change_role
from headwater.records.find import find_records
from headwater.records.write import update_record
from headwater.testing.factories import actor_of, make_lead
from headwater.users.actor import SYSTEM
from headwater.users.models import Role

pytestmark = pytest.mark.django_db


def assignees(lead):
    return find_records(SYSTEM, "lead").get(pk=lead.pk).assignees


def posted(was, *chosen):
    return {"was.assignees": "|".join(str(n) for n in was), "assignees": list(chosen)}


def test_the_page_of_a_record_changes_them(client_of, seller_north, seller_south, manager):
    lead = make_lead(seller_north)
    client, address = client_of(seller_north), f"/leads/{lead.pk}/sections/work/"
    assert "/lookup/user/?for=user" in client.get(address).content.decode()
    assert client.post(address, posted([], manager.pk, seller_south.pk)).status_code == 302
    assert assignees(lead) == (manager.pk, seller_south.pk)
    assert "Sam" in client.get(f"/leads/{lead.pk}/").content.decode()
    change_role(SYSTEM, Role.objects.get(key="salesperson"), people_reach="team")
    update_record(SYSTEM, "lead", lead.pk, {"assignees": [manager.pk]})
    refused = client.post(address, posted([manager.pk], manager.pk, seller_south.pk))
    assert refused.status_code == 422
    assert "there is no such person for you to choose" in refused.content.decode()
    offered = client.get("/lookup/user/", {"for": "user"}).json()["options"]
    assert {each["text"] for each in offered} == {"Manager", "Nora"}


def test_who_takes_herself_off_and_sees_it_no_more_is_told_so(client_of, administrator, seller_south):
    lead = make_lead(administrator, assignees=[seller_south.pk])
    client, address = client_of(seller_south), f"/leads/{lead.pk}/sections/work/"
    for headers in ({}, {"HX-Request": "true"}):
        update_record(SYSTEM, "lead", lead.pk, {"assignees": [seller_south.pk]})
        left = client.post(address, posted([seller_south.pk]), headers=headers)
        assert left.status_code in (200, 302, 404)
        assert assignees(lead) == ()
    assert client.get(f"/leads/{lead.pk}/").status_code == 404


def test_a_list_shows_them_and_changes_many(client_of, administrator, seller_north, seller_south):
    leads = [make_lead(administrator, assignees=[seller_north.pk]) for _n in range(2)]
    client = client_of(administrator)
    assert "Nora" in client.get("/leads/", {"columns": "name,assignees"}).content.decode()
    form = {"record": [lead.pk for lead in leads], "field": "assignees", "apply": "1"}
    client.post("/leads/bulk/", form | {"assignees": seller_south.pk, "how:assignees": "add"})
    assert [assignees(lead) for lead in leads] == [(seller_north.pk, seller_south.pk)] * 2
    client.post("/leads/bulk/", form | {"assignees": seller_north.pk, "how:assignees": "remove"})
    assert [assignees(lead) for lead in leads] == [(seller_south.pk,)] * 2


def test_programs_name_them_by_number_or_mail(api_of, administrator, seller_north, seller_south):
    api = api_of(administrator)
    made = api.post("leads", {"first_name": "A", "assignees": [seller_north.email, seller_south.pk]}).json()
    assert made["assignees"] == [seller_north.pk, seller_south.pk]
    filters = json.dumps({"field": "assignees", "op": "has_any", "value": [seller_south.email]})
    assert [one["id"] for one in api.get("leads", filter=filters).json()["items"]] == [made["id"]]
    assert api_of(seller_south).get(f"leads/{made['id']}").status_code == 200
    wrong = api.patch(f"leads/{made['id']}", {"assignees": ["nobody@example.com"]})
    assert (wrong.status_code, wrong.json()["errors"][0]["field"]) == (422, "assignees")
    assert api.patch(f"leads/{made['id']}", {"assignees": []}).json()["assignees"] == []
    assert api_of(seller_south).get(f"leads/{made['id']}").status_code == 404
    mine = api_of(seller_south).get("leads", filter='{"field":"assignees","op":"me"}').json()
    assert mine["items"] == []


def test_who_may_not_change_many_of_all_changes_none_of_what_she_is_assigned_to(
    api_of, administrator, seller_south
):
    lead = make_lead(administrator, assignees=[seller_south.pk])
    body = {"ids": [lead.pk], "set": {"job_title": "Baker"}}
    assert api_of(seller_south).post("leads/bulk", body).status_code == 422
    update_record(actor_of(seller_south), "lead", lead.pk, {"job_title": "Baker"})

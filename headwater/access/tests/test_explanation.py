"""Who can see a record, and why: the same people as the door lets in."""

import pytest

from headwater.access.errors import Forbidden
from headwater.access.explanation import effective_access, viewers
from headwater.access.models import Action, RoleRight
from headwater.metadata import registry
from headwater.records.find import find_records
from headwater.testing.factories import make_customer, make_lead, make_record
from headwater.users.actor import Actor
from headwater.users.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(administrator, manager, seller_north, seller_south, stranger, make_user, north, sales):
    gone = make_user("gone", team=north)
    gone.is_active = False
    gone.save()
    everything = make_user("head", role="manager", team=sales)
    loner = make_user("loner", role="manager")
    return [administrator, manager, seller_north, seller_south, stranger, gone, everything, loner]


def through_the_door(record, action):
    name, found = registry.of(record).name, set()
    for user in User.objects.filter(is_active=True):
        try:
            seen = find_records(Actor(user), name, action=action).filter(pk=record.pk).exists()
        except Forbidden:
            seen = False
        if seen:
            found.add(user.pk)
    return found


@pytest.mark.parametrize("name", ["lead", "customer", "contact", "address", "opportunity"])
def test_those_are_named_whom_the_door_lets_in(people, name, administrator):
    from headwater.customers.services import link_address

    records = [make_record(administrator, name, owner=owner and owner.pk) for owner in (*people[:4], None)]
    if name == "address":
        customer = make_customer(administrator, owner=people[2].pk)
        link_address(Actor(administrator), "customer", customer.pk, records[3])
    for record in records:
        found = viewers(name, record.pk, record.owner_id)
        for action in (Action.SEE, Action.EDIT, Action.DELETE, Action.EXPORT):
            told = {viewer.user.pk for viewer in found if action in viewer.actions}
            assert told == through_the_door(record, action), (name, record.owner_id, action)
        assert all(viewer.why for viewer in found)


def test_each_says_why(people, seller_north, administrator):
    lead = make_lead(administrator, owner=seller_north.pk)
    why = {viewer.user.name: viewer.why for viewer in viewers("lead", lead.pk, lead.owner_id)}
    assert why == {
        "Administrator": "Administrators see everything",
        "Head": "The role Manager sees the teams below Sales",
        "Manager": "The role Manager sees the own team: North",
        "Nora": "Owns the record",
    }


def test_effective_access_is_what_counts_in_the_end(people, seller_north):
    make_lead(seller_north)
    RoleRight.objects.create(role=seller_north.role, object="lead", action="see", scope="own")
    lead = next(one for one in effective_access(seller_north) if one.entry.name == "lead")
    assert (lead.scopes[Action.SEE], lead.scopes[Action.ASSIGN], lead.seen) == ("own", "own", 1)


def test_the_page_and_programs_name_them(client_of, api_of, seller_north, seller_south, manager):
    lead = make_lead(seller_north)
    for headers in ({}, {"HX-Request": "true"}):
        page = client_of(manager).get(f"/leads/{lead.pk}/viewers/", headers=headers)
        assert page.status_code == 200
        assert b"Owns the record" in page.content
        assert b"Sam" not in page.content
    assert client_of(seller_south).get(f"/leads/{lead.pk}/viewers/").status_code == 404
    answer = api_of(manager).get(f"leads/{lead.pk}/viewers").json()
    assert [one["name"] for one in answer["items"]] == ["Manager", "Nora"]
    assert api_of(seller_south).get(f"leads/{lead.pk}/viewers").status_code == 404
    assert b"/viewers/" in client_of(manager).get(f"/leads/{lead.pk}/").content


def test_effective_access_is_for_administrators(client_of, api_of, administrator, seller_north, manager):
    page = client_of(administrator).get(f"/settings/users/{seller_north.pk}/access/")
    assert page.status_code == 200
    assert b"Own team" in page.content
    assert client_of(manager).get(f"/settings/users/{seller_north.pk}/access/").status_code == 403
    found = api_of(administrator).get(f"users/{seller_north.pk}/access").json()
    assert {one["object"]: one["rights"]["see"] for one in found}["lead"] == "team"
    assert api_of(manager).get(f"users/{seller_north.pk}/access").status_code == 403

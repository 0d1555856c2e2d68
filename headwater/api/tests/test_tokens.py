"""Tokens for some objects, with an end; never further than their owner at the time of use (attack 12)."""

from datetime import timedelta

import pytest
import time_machine

from headwater.access.models import RoleRight
from headwater.api.tests.test_scopes import filled, is_refused_by_scope, operations
from headwater.customers.models import Contact
from headwater.lib import clock
from headwater.metadata import registry
from headwater.testing.api import Api
from headwater.testing.factories import make_contact, make_customer, make_lead
from headwater.users import administration, tokens
from headwater.users.models import ApiToken, OutgoingMail, Role
from headwater.users.services import update_organization

pytestmark = pytest.mark.django_db


def program(user, **only):
    return Api(tokens.create_token(user, name="test", objects_only=only)[1])


def refused(answer):
    """Return the scope that the answer says is missing."""
    assert is_refused_by_scope(answer), answer.content
    return answer.json()["needed"]


def test_a_token_for_some_objects_reaches_these_and_no_others(administrator):
    lead, contact = make_lead(administrator), make_contact(administrator)
    api = program(administrator, lead="read", contact="write")
    assert api.get(f"leads/{lead.pk}").status_code == 200
    assert api.patch(f"contacts/{contact.pk}", {"job_title": "x"}).status_code == 200
    assert refused(api.patch(f"leads/{lead.pk}", {"job_title": "x"})) == "leads:write"
    assert refused(api.get("customers")) == "customers:read"
    assert refused(api.post("customers", {"name": "x"})) == "customers:write"
    assert api.get("me").json()["scopes"] == ["contacts:write", "leads:read"]
    assert {found["slug"] for found in api.get("objects").json()["items"]} == {"leads", "contacts"}


def test_every_operation_opens_for_it_only_where_its_objects_are_named(administrator, settings):
    settings.API_REQUESTS_PER_MINUTE = 1_000_000
    api = program(administrator, lead="read")
    open_to_it = set()
    for path, method, _scope in operations():
        answer = api.send(method.upper(), filled(path), {} if method in ("post", "patch") else None)
        if not is_refused_by_scope(answer):
            open_to_it.add((method, path.removeprefix("/api/v1/").split("/")[0]))
    others = {entry.slug for entry in registry.objects()} - {"leads"}
    assert not [each for each in open_to_it if each[1] in others]
    assert {name for method, name in open_to_it if method not in ("get",)} == {"reports"}
    assert {"audit", "imports", "tokens", "dashboards", "views", "roles"}.isdisjoint(
        n for _m, n in open_to_it
    )


def test_links_and_reports_of_other_objects_are_closed_to_it(administrator):
    customer = make_customer(administrator, name="Quuxly")
    make_lead(administrator, customer=customer.pk)
    api = program(administrator, lead="read")
    assert "Quuxly" not in api.get("leads", fields="name,customer.name").content.decode()
    question = {"v": 1, "root": "lead", "measures": [{"id": "m1", "ref": "lead.count"}]}
    assert api.post("reports/run", question).status_code == 200
    other = {"v": 1, "root": "opportunity", "measures": [{"id": "m1", "ref": "opportunity.count"}]}
    assert refused(api.post("reports/run", other)) == "opportunities:read"


def test_a_token_loses_what_its_owner_loses_at_the_next_request(seller_north):
    make_contact(seller_north)
    wide, narrow = (
        Api(tokens.create_token(seller_north, name="w", scope="admin")[1]),
        program(seller_north, contact="write"),
    )
    assert wide.get("contacts").status_code == narrow.get("contacts").status_code == 200
    RoleRight.objects.filter(role=seller_north.role, action="see").delete()
    for api in (wide, narrow):
        answer = api.get("contacts")
        assert answer.status_code == 403
        assert not is_refused_by_scope(answer)
    assert wide.get("teams").status_code == 200
    administration.deactivate(type(seller_north).objects.filter(pk=seller_north.pk))
    assert wide.get("me").status_code == narrow.get("me").status_code == 401


def test_an_administrators_narrow_token_does_not_administer(administrator, seller_north):
    make_contact(seller_north, first_name="Hers")
    api = program(administrator, contact="read")
    assert len(api.get("contacts").json()["items"]) == 1
    assert refused(api.get("audit")) == "admin"
    assert refused(api.get("tokens")) == "admin"
    assert "role" not in api.get(f"users/{seller_north.pk}").json()


def test_a_token_ends_on_its_day(administrator):
    made = Api(tokens.create_token(administrator, name="first", scope="admin")[1]).post(
        "tokens",
        {
            "name": "Second",
            "scopes": ["leads:read"],
            "expires_at": (clock.now() + timedelta(days=2)).isoformat(),
        },
    )
    assert made.status_code == 201
    api = Api(made.json()["token"])
    assert api.get("leads").status_code == 200
    with time_machine.travel(clock.now() + timedelta(days=3)):
        assert api.get("leads").status_code == 401


@pytest.mark.parametrize(
    ("words", "field"),
    [
        ({"scopes": ["leads:admin"]}, "scopes"),
        ({"scopes": ["read", "leads:read"]}, "scopes"),
        ({"scopes": ["users:read"]}, "scopes"),
        ({"scopes": []}, "scopes"),
        ({"expires_at": "2001-01-01T00:00:00Z"}, "expires"),
        ({"expires_at": "2999-01-01T00:00:00Z"}, "expires"),
        ({"endless": True}, "expires"),
        ({"name": ""}, "name"),
    ],
)
def test_wrong_wishes_are_refused_by_name(api_of, administrator, words, field):
    answer = api_of(administrator).post("tokens", {"name": "x", "scopes": ["read"]} | words)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == field


def test_tokens_last_for_ever_only_where_an_administrator_says_so(api_of, administrator):
    update_organization(tokens_without_end=True)
    made = api_of(administrator).post("tokens", {"name": "x", "scopes": ["read"], "endless": True})
    assert made.json()["expires_at"] is None


def test_ones_own_tokens_are_listed_without_themselves_and_revoked(api_of, administrator, seller_north):
    api = api_of(administrator)
    made = api.post("tokens", {"name": "x", "scopes": ["contacts:read", "contacts:write"]}).json()
    other, _secret = tokens.create_token(seller_north, name="hers")
    Api(made["token"]).get("contacts")
    listed = {each["id"]: each for each in api.get("tokens").json()["items"]}
    assert other.pk not in listed
    assert listed[made["id"]]["scopes"] == ["contacts:write"]
    assert listed[made["id"]]["last_used_from"] == "127.0.0.1"
    assert made["token"] not in str(listed)
    assert api.send("DELETE", f"tokens/{other.pk}").status_code == 404
    assert api.send("DELETE", f"tokens/{made['id']}").status_code == 204
    assert Api(made["token"]).get("contacts").status_code == 401
    assert Contact.unscoped.count() == 0


def test_the_owner_is_told_once_a_week_before_the_end(administrator, seller_north):
    token, _secret = tokens.create_token(administrator, name="Website form")
    tokens.create_token(administrator, name="Ended", expires_at=clock.now() - timedelta(days=1))
    assert tokens.tell_of_ends() == 0
    with time_machine.travel(clock.now() + timedelta(days=360)):
        assert tokens.tell_of_ends() == 1
        assert tokens.tell_of_ends() == 0
    mail = OutgoingMail.objects.get(kind=OutgoingMail.Kind.TOKEN_ENDS)
    assert mail.user == administrator
    assert "Website form" in mail.subject
    assert ApiToken.objects.get(pk=token.pk).told_at is not None
    assert Role.objects.exists()

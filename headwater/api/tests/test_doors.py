"""Who is let in, how far, and how errors look."""

import json

import pytest
from django.test import Client

from headwater.testing.api import Api
from headwater.testing.factories import make_lead, make_token
from headwater.testing.fixtures import PASSWORD
from headwater.users.models import ApiToken
from headwater.users.tokens import revoke_token

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("header", [None, "Bearer nonsense", "Bearer ", "Basic YTpi", "Bearer \x00", "hw_x"])
def test_without_a_true_token_nothing_is_said(organization, header):
    response = Client().get("/api/v1/leads", headers={"Authorization": header} if header is not None else {})
    assert response.status_code == 401
    assert response.headers["Content-Type"] == "application/problem+json"
    assert response.headers["WWW-Authenticate"] == "Bearer"


@pytest.mark.attack(12)
def test_a_token_is_not_stored_readably(seller_north):
    secret = make_token(seller_north)
    stored = ApiToken.objects.get()
    assert secret not in (stored.hash, stored.prefix)
    assert len(secret) > 40


@pytest.mark.attack(12)
def test_a_token_dies_with_its_revocation(seller_north):
    api = Api(make_token(seller_north))
    assert api.get("leads").status_code == 200
    revoke_token(ApiToken.objects.get())
    assert api.get("leads").status_code == 401


@pytest.mark.attack(12)
def test_token_and_session_die_with_the_account(api_of, client_of, seller_north):
    api, browser = api_of(seller_north), client_of(seller_north)
    assert api.get("leads").status_code == browser.get("/api/v1/leads").status_code == 200
    seller_north.is_active = False
    seller_north.save()
    assert api.get("leads").status_code == browser.get("/api/v1/leads").status_code == 401


def test_a_token_reaches_no_further_than_its_scope(api_of, administrator):
    lead = make_lead(administrator)
    reading = api_of(administrator, scope="read")
    assert reading.get("leads").status_code == 200
    for answer in (
        reading.post("leads", {"first_name": "A"}),
        reading.patch(f"leads/{lead.pk}", {"first_name": "A"}),
        reading.delete(f"leads/{lead.pk}"),
    ):
        assert answer.status_code == 403
        assert "read" in answer.json()["detail"]


@pytest.mark.attack(12)
def test_a_token_reaches_no_further_than_its_owner(api_of, stranger, seller_north):
    lead = make_lead(seller_north)
    api = api_of(stranger, scope="admin")
    assert api.get(f"leads/{lead.pk}").status_code == 404
    assert api.patch(f"leads/{lead.pk}", {"first_name": "A"}).status_code == 404
    assert api.delete(f"leads/{lead.pk}").status_code == 404
    for refused in (api.get("leads"), api.post("leads", {"first_name": "A"}), api.get("leads/describe")):
        assert refused.status_code == 403


def test_the_session_cookie_reads_and_with_csrf_writes(seller_north):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(seller_north)
    assert browser.get("/api/v1/leads").status_code == 200
    body = json.dumps({"first_name": "A"})
    refused = browser.post("/api/v1/leads", body, content_type="application/json")
    assert refused.status_code == 403
    assert refused.json()["type"].endswith(":csrf")
    token = "a" * 32
    browser.cookies["csrftoken"] = token
    headers = {"X-CSRFToken": token}
    assert (
        browser.post("/api/v1/leads", body, content_type="application/json", headers=headers).status_code
        == 201
    )


def test_a_form_of_another_site_cannot_write(seller_north):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(seller_north)
    for content_type in (
        "application/x-www-form-urlencoded",
        "text/plain",
        "multipart/form-data; boundary=x",
    ):
        assert browser.post("/api/v1/leads", "{}", content_type=content_type).status_code == 403


def test_a_token_needs_no_csrf(seller_north):
    program = Client(
        enforce_csrf_checks=True, headers={"Authorization": f"Bearer {make_token(seller_north)}"}
    )
    answer = program.post("/api/v1/leads", '{"first_name": "A"}', content_type="application/json")
    assert answer.status_code == 201


def test_a_false_token_is_not_helped_by_a_session(client_of, seller_north):
    assert (
        client_of(seller_north).get("/api/v1/leads", headers={"Authorization": "Bearer x"}).status_code == 401
    )


@pytest.mark.attack(15)
def test_a_role_change_takes_effect_on_the_next_request(api_of, seller_north, no_rights):
    api = api_of(seller_north)
    assert api.get("leads").status_code == 200
    seller_north.role = no_rights
    seller_north.save()
    assert api.get("leads").status_code == 403


def test_too_many_requests_are_told_to_wait(api_of, seller_north, administrator, settings):
    settings.API_REQUESTS_PER_MINUTE = 3
    api = api_of(seller_north)
    codes = [api.get("leads").status_code for _number in range(8)]
    assert 429 in codes
    refused = next(answer for _n in range(8) if (answer := api.get("leads")).status_code == 429)
    assert 1 <= int(refused.headers["Retry-After"]) <= 60
    assert api_of(administrator).get("leads").status_code == 200


def test_other_sites_are_told_nothing(api_of, seller_north):
    answer = api_of(seller_north).get("leads", headers={"Origin": "https://evil.example"})
    assert not [name for name in answer.headers if name.startswith("Access-Control")]
    assert api_of(seller_north).send("OPTIONS", "leads").status_code == 405


@pytest.mark.parametrize(
    "path",
    [
        "",
        "nothing",
        "leads/",
        "leads/abc",
        "leads/0",
        "leads/1/nothing",
        "leads/-1",
        "Leads",
        "leads/%00",
        "lead",
    ],
)
def test_an_address_that_is_none_is_404(api_of, seller_north, path):
    assert api_of(seller_north).get(path).status_code == 404


@pytest.mark.parametrize("digits", [20, 400, 5000])
def test_a_number_that_no_record_can_have_is_404(api_of, administrator, digits):
    assert api_of(administrator).get(f"leads/{'9' * digits}").status_code == 404


def test_a_method_that_is_none_is_405(api_of, seller_north):
    answer = api_of(seller_north).send("PUT", "leads")
    assert answer.status_code == 405
    assert set(answer.headers["Allow"].split(", ")) == {"GET", "POST"}


def test_answers_are_kept_by_nobody_on_the_way(api_of, seller_north):
    for answer in (api_of(seller_north).get("leads"), Api(None).get("leads")):
        assert "no-store" in answer.headers["Cache-Control"]


def test_a_password_is_no_token(seller_north):
    assert Api(PASSWORD).get("leads").status_code == 401

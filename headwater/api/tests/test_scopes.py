"""How far a token reaches: every operation says its scope, and no token gets past it."""

import re

import pytest

from headwater.api import throttle
from headwater.api.models import RequestCount
from headwater.api.views import document
from headwater.testing.api import Api
from headwater.testing.factories import make_token
from headwater.users import administration
from headwater.users.models import ApiToken, User

pytestmark = pytest.mark.django_db

SCOPES = ("read", "write", "admin")


def operations():
    for path, methods in document()["paths"].items():
        for method, operation in methods.items():
            token, session = operation["security"]
            assert session == {"session": []}
            (scope,) = token["token"]
            yield path, method, scope


def filled(path):
    path = path.removeprefix("/api/v1/").replace("{choice_list}", "sources")
    return re.sub(r"\{\w+\}", "1", path)


def is_refused_by_scope(answer):
    return answer.status_code == 403 and answer.json()["type"].endswith(":scope")


@pytest.mark.attack(12)
@pytest.mark.parametrize("scope", SCOPES)
def test_a_token_opens_what_its_scope_says_and_nothing_else(administrator, scope, settings):
    settings.API_REQUESTS_PER_MINUTE = 1_000_000
    api = Api(make_token(administrator, scope))
    wrong = []
    for path, method, needed in operations():
        answer = api.send(method.upper(), filled(path), {} if method in ("post", "patch") else None)
        if is_refused_by_scope(answer) != (SCOPES.index(needed) > SCOPES.index(scope)):
            wrong.append((method, path, needed, answer.status_code))
    assert not wrong, "what asks for an administrator says auth=ADMINISTERING"


def test_reading_needs_the_least_and_settings_the_most():
    needed = {(method, path): scope for path, method, scope in operations()}
    assert needed["get", "/api/v1/leads"] == "read"
    assert needed["post", "/api/v1/leads"] == "write"
    assert needed["post", "/api/v1/reports/run"] == "read"
    assert needed["post", "/api/v1/users"] == "admin"
    assert {scope for (method, _path), scope in needed.items() if method == "delete"} == {"write", "admin"}


def test_a_wide_token_gives_no_rights_that_the_owner_lacks(api_of, seller_north):
    refused = api_of(seller_north, scope="admin").post("teams", {"name": "X"})
    assert refused.status_code == 403
    assert not is_refused_by_scope(refused)


def test_who_is_switched_off_through_the_api_is_out_at_once_and_stays_out(
    api_of, client_of, administrator, seller_north
):
    program, browser = api_of(seller_north), client_of(seller_north)
    chief = api_of(administrator)
    assert program.get("me").status_code == browser.get("/api/v1/me").status_code == 200
    chief.patch(f"users/{seller_north.pk}", {"is_active": False})
    assert program.get("me").status_code == browser.get("/api/v1/me").status_code == 401
    chief.patch(f"users/{seller_north.pk}", {"is_active": True})
    assert User.objects.get(pk=seller_north.pk).is_active
    assert program.get("me").status_code == browser.get("/api/v1/me").status_code == 401
    assert ApiToken.objects.get(user=seller_north).revoked_at is not None


def test_signing_out_everywhere_leaves_programs_their_tokens(api_of, client_of, seller_north):
    program, browser = api_of(seller_north), client_of(seller_north)
    administration.end_sessions(seller_north)
    assert program.get("me").status_code == 200
    assert browser.get("/api/v1/me").status_code == 401


def test_requests_are_counted_over_all_processes(api_of, seller_north, settings):
    settings.API_REQUESTS_PER_MINUTE = 3
    api = api_of(seller_north)
    codes = []
    for _process in range(8):
        throttle.forget()  # what another process would know of this one's memory
        codes.append(api.get("me").status_code)
    assert 429 in codes


def test_an_ordinary_request_writes_no_count(api_of, seller_north):
    api = api_of(seller_north)
    for _number in range(5):
        api.get("me")
    assert not RequestCount.objects.exists()

"""Who may open a page, and what every answer tells the browser."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, reverse

from headwater.records.models import Record
from headwater.testing.factories import make_lead
from headwater.users.models import User
from headwater.web.urls import urlpatterns

OPEN = {
    "first_run",
    "account_login",
    "account_logout",
    "mfa_authenticate",
    "openid_connect_login",
    "openid_connect_callback",
    "mfa_login_webauthn",
    "account_inactive",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key",
    "account_reset_password_from_key_done",
    "invitation",
}
"""Pages for people who are not signed in."""

COMPANY = [
    "organization",
    "users",
    "new_user",
    "teams",
    "new_team",
    "roles",
    "choice_lists",
    "exchange_rates",
    "sharing_rules",
    "new_sharing_rule",
]
SAMPLE: dict[str, Any] = {
    "slug": "leads",
    "name": "opportunity",
    "key": "status",
    "verb": "primary",
    "number": 0,
}
MARKER = "Zyxwvut"

ClientOf = Callable[[User], Client]


def addresses(pk: int = 1) -> Iterator[tuple[str, str]]:
    """Yield every page with its name; number arguments become ``pk``."""
    for pattern in urlpatterns:
        assert isinstance(pattern, URLPattern)
        arguments = {key: SAMPLE.get(key, pk) for key in pattern.pattern.converters}
        if pattern.name == "lookup":
            arguments["name"] = "lead"
        if pattern.name in ("choice_list", "choice_option"):
            arguments["slug"] = "sources"
        if pattern.name == "step":
            arguments |= {"slug": "opportunities", "name": "win"}
        assert pattern.name
        yield pattern.name, reverse(pattern.name, kwargs=arguments)


@pytest.fixture
def lead(administrator: User) -> Record:
    return make_lead(administrator, first_name=MARKER, email="zyxwvut@example.com")


@pytest.mark.django_db
def test_every_page_asks_for_a_signed_in_person(client: Client, administrator: User) -> None:
    for name, address in addresses():
        answer = client.get(address)
        if name in OPEN:
            continue
        assert answer.status_code == 302, address
        assert answer["Location"].startswith("/accounts/login/"), address


def test_a_region_sends_the_browser_to_the_sign_in_page(client: Client, administrator: User) -> None:
    answer = client.get("/leads/", headers={"HX-Request": "true"})
    assert answer.status_code == 401
    assert answer["HX-Redirect"] == "/accounts/login/"


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_stranger_never_reads_a_record(
    client_of: ClientOf, stranger: User, lead: Record, method: str
) -> None:
    client = client_of(stranger)
    for name, address in addresses(lead.pk):
        if name in OPEN or name in ("theme", "shortcuts", "tokens", "profile", "end_other_sessions"):
            continue
        answer = getattr(client, method)(address)
        assert answer.status_code in (200, 302, 403, 404, 405, 422), address
        assert MARKER not in answer.content.decode(errors="replace"), address
    lead.refresh_from_db()
    assert (lead.deleted_at, lead.version) == (None, 1)


def test_what_another_team_owns_is_not_there(
    client_of: ClientOf, seller_north: User, seller_south: User
) -> None:
    hers = make_lead(seller_north, first_name=MARKER)
    client = client_of(seller_south)
    for name, address in addresses(hers.pk):
        if f"/leads/{hers.pk}/" not in address or address.startswith("/settings/"):
            continue
        assert client.get(address).status_code in (404, 405), name
        refused = (403,) if name == "restore" else (404, 405)  # his role restores nothing at all
        assert client.post(address, {"status": "open"}).status_code in refused, name
    assert MARKER not in client.get("/leads/").content.decode()
    assert MARKER not in client.get("/search/", {"q": MARKER[:5]}).content.decode()
    assert client.get("/lookup/lead/", {"q": MARKER}).json() == {"options": []}


@pytest.mark.parametrize("name", COMPANY)
def test_the_company_is_set_by_administrators(
    client_of: ClientOf, manager: User, administrator: User, name: str
) -> None:
    assert client_of(manager).get(reverse(name)).status_code == 403
    assert client_of(manager).post(reverse(name)).status_code in (403, 405)
    assert client_of(administrator).get(reverse(name)).status_code == 200


def test_an_unknown_object_is_not_found(client_of: ClientOf, administrator: User) -> None:
    client = client_of(administrator)
    for address in ("/nothing/", "/users/", "/nothing/1/", "/leads/999999/", "/leads/1/sections/99/"):
        assert client.get(address).status_code == 404


def test_a_change_needs_the_token_of_the_form(administrator: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(administrator)
    answer = client.post("/leads/new/", {"first_name": "Anna"})
    assert answer.status_code == 403
    assert "open for too long" in answer.content.decode()


def test_nothing_is_changed_by_reading(client_of: ClientOf, administrator: User, lead: Record) -> None:
    client = client_of(administrator)
    for verb in ("deletion", "restoration", "comments", "values/status"):
        assert client.get(f"/leads/{lead.pk}/{verb}/").status_code == 405


def test_every_page_refuses_inline_code_and_caches(client_of: ClientOf, administrator: User) -> None:
    answer = client_of(administrator).get("/leads/")
    policy = answer["Content-Security-Policy"]
    assert "script-src 'self';" in policy
    assert "style-src 'self';" in policy
    assert "unsafe" not in policy
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Cache-Control"] == "no-store, private"
    assert "HX-Request" in answer["Vary"]


def test_an_error_of_ours_says_nothing_about_itself(
    client_of: ClientOf, administrator: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_args: Any, **_options: Any) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr("headwater.web.views.lists.page_records", fail)
    client = client_of(administrator)
    client.raise_request_exception = False
    answer = client.get("/leads/")
    assert answer.status_code == 500
    assert "secret detail" not in answer.content.decode()
    assert "Something went wrong on our side" in answer.content.decode()

"""Signing in with the company's accounts, against an OpenID Connect provider that really runs."""

import json
import logging
import re
import threading
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

import flask
import jwt
import pytest
import requests
from allauth.mfa.totp.internal.auth import TOTP
from allauth.socialaccount.models import SocialAccount, SocialToken
from django.test import Client
from werkzeug.serving import make_server

from headwater.lib.company_accounts import read_company_accounts
from headwater.users.invitations import invite
from headwater.users.models import FailedSignIn, Invitation, Role, User
from headwater.web.signin.second_factor import note_factors

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),  # the provider's own
]

BEGIN = "/accounts/company/company/"
SECRET = "the-client-secret-of-headwater"

Tamper = Callable[[dict[str, Any]], Any]


@dataclass
class Company:
    """The provider: its address, its people, and what it does to the tokens it gives."""

    url: str = ""
    tamper: Tamper = lambda claims: None
    sign: Callable[[str], str] = lambda token: token
    storage: Any = None
    posted: list[dict[str, list[str]]] = field(default_factory=list)

    def employ(self, sub: str, **claims: Any) -> None:
        assert requests.put(f"{self.url}/users/{sub}", json=claims, timeout=10).ok

    def resigned(self, token: str) -> str:
        claims = jwt.decode(token, options={"verify_signature": False})
        self.tamper(claims)
        key = jwt.PyJWK(self.storage.jwk.as_dict(is_private=True), "RS256")
        header = {"kid": self.storage.jwk.as_dict()["kid"]}  # it publishes the name, but leaves it out here
        return self.sign(jwt.encode(claims, key, "RS256", headers=header))


@contextmanager
def running() -> Generator[Company]:
    """Run a provider in a thread."""
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import oidc_provider_mock

    company = Company()
    app = oidc_provider_mock.app(require_nonce=True)
    logging.getLogger("werkzeug").setLevel(logging.CRITICAL)

    def look() -> None:
        company.storage = flask.g.oidc_provider_mock_storage
        if flask.request.path == "/oauth2/token":
            company.posted.append(flask.request.form.to_dict(flat=False))

    def alter(response: flask.Response) -> flask.Response:
        if flask.request.path == "/oauth2/token" and response.status_code == 200:
            given = response.get_json()
            response.set_data(json.dumps(given | {"id_token": company.resigned(given["id_token"])}))
        return response

    app.before_request(look)
    app.after_request(alter)
    server = make_server("localhost", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    company.url = f"http://localhost:{server.server_port}"
    yield company
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="session")
def provider() -> Generator[Company]:
    with running() as company:
        yield company


def name_providers(settings: Any, **environment: str) -> None:
    """Set up company accounts as an operator does."""
    found = read_company_accounts({f"HEADWATER_OIDC_{name}": word for name, word in environment.items()})
    settings.COMPANY_ACCOUNTS = found
    known = settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]
    apps = [accounts.as_app() for accounts in found.values()]
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": known | {"APPS": apps}}


def ours(url: str) -> dict[str, str]:
    return {"URL": url, "NAME": "Acme account", "CLIENT_ID": "headwater", "CLIENT_SECRET": SECRET}


@pytest.fixture
def company(provider: Company, settings: Any, organization: Any) -> Generator[Company]:
    name_providers(settings, **ours(provider.url))
    provider.posted.clear()
    yield provider
    provider.tamper = lambda claims: None
    provider.sign = lambda token: token


def ask(client: Client, start: str = BEGIN) -> str:
    answer = client.get(start)
    assert answer.status_code == 302, answer.content.decode()
    return str(answer["Location"])


def consent(address: str, sub: str) -> str:
    """Say yes at the provider, as a person would; return where it sends the browser."""
    answer = requests.post(address, data={"sub": sub}, allow_redirects=False, timeout=10)
    assert answer.status_code == 302, answer.text
    there = urlsplit(answer.headers["Location"])
    return f"{there.path}?{there.query}"


def come_in(sub: str, start: str = BEGIN) -> tuple[Client, Any]:
    client = Client()
    return client, client.get(consent(ask(client, start), sub))


def is_in(client: Client) -> bool:
    return client.get("/").status_code == 200


def test_a_known_person_comes_in_by_her_verified_address(company: Company, seller_north: User) -> None:
    company.employ("n1", email="Nora@Example.com", email_verified=True, name="Nora Nord")
    page = Client().get("/accounts/login/?next=/leads/").content.decode()
    (start,) = re.findall(r'href="(/accounts/company/[^"]+)"', page)
    assert "Acme account" in page
    client, answer = come_in("n1", start)
    assert answer["Location"] == "/leads/"
    assert is_in(client)
    seller_north.refresh_from_db()
    assert seller_north.name == "Nora"  # hers, not the provider's
    assert seller_north.has_usable_password()
    account = SocialAccount.objects.get()
    assert (account.user, account.uid, account.extra_data) == (seller_north, "n1", {})
    assert not SocialToken.objects.exists()
    (posted,) = company.posted
    assert posted["code_verifier"]


def test_she_is_known_by_her_number_when_the_address_changes(company: Company, seller_north: User) -> None:
    company.employ("n1", email=seller_north.email, email_verified=True)
    assert is_in(come_in("n1")[0])
    company.employ("n1", email="married@example.com", email_verified=False)
    client, _answer = come_in("n1")
    assert is_in(client)
    assert User.objects.count() == 1


def test_an_address_given_to_somebody_else_does_not_hand_over_the_account(
    company: Company, seller_north: User
) -> None:
    company.employ("n1", email=seller_north.email, email_verified=True)
    assert is_in(come_in("n1")[0])
    company.employ("n2", email=seller_north.email, email_verified=True)
    client, answer = come_in("n2")
    assert answer.status_code == 403
    assert not is_in(client)


@pytest.mark.parametrize("verified", [False, None, "false", 0, 1, "yes"])
def test_an_unverified_address_is_refused(company: Company, seller_north: User, verified: Any) -> None:
    company.employ("n1", email=seller_north.email, email_verified=verified)
    client, answer = come_in("n1")
    assert answer.status_code == 403
    assert "verified" in answer.content.decode()
    assert not is_in(client)
    assert not SocialAccount.objects.exists()


def test_a_stranger_gets_no_account(company: Company, seller_north: User) -> None:
    company.employ("x", email="x@example.com", email_verified=True)
    client, answer = come_in("x")
    assert answer.status_code == 403
    assert "Ask an administrator" in answer.content.decode()
    assert not is_in(client)
    assert User.objects.count() == 1


def test_an_invited_person_becomes_a_user(company: Company, administrator: User) -> None:
    role = Role.objects.get(key="manager")
    invite(administrator, email="ieva@example.com", role=role, language="lv")
    company.employ("i", email="ieva@example.com", email_verified=True, name="Ieva Zariņa")
    client, _answer = come_in("i")
    assert is_in(client)
    ieva = User.objects.get(email="ieva@example.com")
    assert (ieva.name, ieva.role, ieva.language) == ("Ieva Zariņa", role, "lv")
    assert not ieva.has_usable_password()
    assert Invitation.objects.get().accepted_by == ieva
    assert client.get("/accounts/password/change/")["Location"] == "/settings/security/"


def test_a_domain_of_the_settings_lets_its_people_in_with_the_role_it_names(
    company: Company, administrator: User, settings: Any
) -> None:
    name_providers(settings, **ours(company.url), DOMAINS="acme.example, Other.Example")
    company.employ("a", email="anna@acme.example", email_verified=True, name="Anna")
    company.employ("b", email="bert@notacme.example", email_verified=True)
    assert is_in(come_in("a")[0])
    assert User.objects.get(email="anna@acme.example").role.key == "salesperson"
    assert not is_in(come_in("b")[0])
    name_providers(settings, **ours(company.url), DOMAINS="acme.example", ROLE="administrator")
    company.employ("c", email="carl@acme.example", email_verified=True)
    assert not is_in(come_in("c")[0])


def test_who_is_switched_off_stays_out(company: Company, seller_north: User) -> None:
    company.employ("n1", email=seller_north.email, email_verified=True)
    client, _answer = come_in("n1")
    seller_north.is_active = False
    seller_north.save()
    assert not is_in(client)
    assert come_in("n1")[1].status_code == 403
    SocialAccount.objects.all().delete()
    assert come_in("n1")[1].status_code == 403


def test_a_second_factor_is_asked_for_here_too(company: Company, seller_north: User) -> None:
    TOTP.activate(seller_north, "JBSWY3DPEHPK3PXP")
    note_factors(seller_north)
    company.employ("n1", email=seller_north.email, email_verified=True)
    client, answer = come_in("n1")
    assert answer["Location"] == "/accounts/second-factor/"
    assert not is_in(client)


def wrong(**claims: Any) -> Tamper:
    return lambda found: found.update(claims)


def without(name: str) -> Tamper:
    return lambda found: found.pop(name, None)


TAMPERED: dict[str, Tamper] = {
    "another audience": wrong(aud="another-program"),
    "another issuer": wrong(iss="https://evil.example"),
    "over": lambda found: found.update(exp=int(time.time()) - 3600, iat=int(time.time()) - 7200),
    "another question": wrong(nonce="of-another-question"),
    "no question": without("nonce"),
    "no end": without("exp"),
    "nobody": without("sub"),
    "somebody else": wrong(sub="n2"),
}


@pytest.mark.parametrize("name", TAMPERED)
def test_a_token_that_is_not_the_answer_is_refused(company: Company, seller_north: User, name: str) -> None:
    company.employ("n1", email=seller_north.email, email_verified=True)
    company.tamper = TAMPERED[name]
    client, answer = come_in("n1")
    assert answer.status_code == 502
    assert not is_in(client)
    assert not SocialAccount.objects.exists()


SIGNED: dict[str, Callable[[str], str]] = {
    "altered": lambda token: token[:-6] + ("AAAAAA" if not token.endswith("AAAAAA") else "BBBBBB"),
    "unsigned": lambda token: jwt.encode(
        jwt.decode(token, options={"verify_signature": False}), "", "none", headers={"kid": "x"}
    ),
    "nonsense": lambda token: "x.y.z",
    "empty": lambda token: "",
}


@pytest.mark.parametrize("name", SIGNED)
def test_a_token_without_the_providers_signature_is_refused(
    company: Company, seller_north: User, name: str
) -> None:
    company.employ("n1", email=seller_north.email, email_verified=True)
    company.sign = SIGNED[name]
    client, answer = come_in("n1")
    assert answer.status_code == 502
    assert not is_in(client)


def test_an_answer_works_once_and_only_in_the_browser_that_asked(
    company: Company, seller_north: User
) -> None:
    company.employ("n1", email=seller_north.email, email_verified=True)
    client, thief = Client(), Client()
    back = consent(ask(client), "n1")
    assert thief.get(back).status_code == 502
    assert not is_in(thief)
    client.get(back)
    assert is_in(client)
    client.post("/accounts/logout/")
    assert client.get(back).status_code == 502
    assert not is_in(client)


def test_the_address_cannot_add_to_the_question(company: Company, seller_north: User) -> None:
    address = ask(Client(), f"{BEGIN}?process=connect&auth_params=prompt%3Dnone%26nonce%3Dx&scope=admin")
    asked = parse_qs(urlsplit(address).query)
    assert "prompt" not in asked
    assert len(asked["nonce"][0]) > 20
    assert set(asked["scope"][0].split()) == {"openid", "profile", "email"}
    assert asked["code_challenge_method"] == ["S256"]
    assert SECRET not in address


def test_nobody_is_sent_elsewhere_afterwards(company: Company, seller_north: User) -> None:
    company.employ("n1", email=seller_north.email, email_verified=True)
    _client, answer = come_in("n1", f"{BEGIN}?next=https://evil.example/")
    assert answer["Location"] == "/"


def test_who_changes_her_mind_is_told_kindly(company: Company, seller_north: User) -> None:
    client = Client()
    state = parse_qs(urlsplit(ask(client)).query)["state"][0]
    answer = client.get(f"{BEGIN}callback/?error=access_denied&state={state}")
    assert answer.status_code == 502
    assert not is_in(client)


def test_a_provider_that_is_away_is_no_failure_of_ours(
    company: Company, seller_north: User, settings: Any, caplog: Any
) -> None:
    name_providers(settings, **ours("http://localhost:9"))  # nothing listens there
    answer = Client().get(BEGIN)
    assert answer.status_code == 502
    assert "did not give a valid answer" in answer.content.decode()
    assert "Company sign-in failed" in caplog.text
    assert SECRET not in caplog.text


def test_without_settings_there_is_no_such_door(client: Client, seller_north: User) -> None:
    assert client.get(BEGIN).status_code == 404
    assert "/accounts/company/" not in client.get("/accounts/login/").content.decode()


@pytest.fixture(scope="module")
def second_provider() -> Generator[Company]:
    with running() as company:
        yield company


@pytest.fixture
def partner(company: Company, second_provider: Company, settings: Any) -> Company:
    """Add a second provider, whose word is taken for its own people only."""
    name_providers(
        settings,
        **ours(company.url),
        PROVIDERS="partner",
        PARTNER_URL=second_provider.url,
        PARTNER_NAME="Partner login",
        PARTNER_CLIENT_ID="headwater",
        PARTNER_CLIENT_SECRET="another-secret",
        PARTNER_DOMAINS="partner.example",
        PARTNER_ROLE="manager",
        PARTNER_ONLY="partner.example, example.com",
    )
    return second_provider


THERE = "/accounts/company/partner/"


def test_each_provider_has_a_button_and_an_address_to_come_back_to(
    partner: Company, client: Client, administrator: User
) -> None:
    page = client.get("/accounts/login/?next=/leads/").content.decode()
    assert re.findall(r'href="(/accounts/company/[^"?]+)', page) == [BEGIN, THERE]
    assert "Sign in with Acme account" in page
    assert "Sign in with Partner login" in page
    client.force_login(administrator)
    rules = client.get("/settings/sign-in/").content.decode()
    for word in (
        "/accounts/company/company/callback/",
        "/accounts/company/partner/callback/",
        "Partner login",
    ):
        assert word in rules
    assert "another-secret" not in rules


def test_people_come_in_by_every_provider_each_with_its_own_rules(
    company: Company, partner: Company, seller_north: User
) -> None:
    company.employ("n1", email=seller_north.email, email_verified=True)
    partner.employ("n1", email=seller_north.email, email_verified=True)
    partner.employ("p1", email="paul@partner.example", email_verified=True, name="Paul")
    company.employ("p2", email="pia@partner.example", email_verified=True)
    assert is_in(come_in("n1")[0])
    assert is_in(come_in("n1", THERE)[0])
    accounts = SocialAccount.objects.filter(user=seller_north)
    assert set(accounts.values_list("provider", "uid")) == {("company", "n1"), ("partner", "n1")}
    assert is_in(come_in("p1", THERE)[0])
    assert User.objects.get(email="paul@partner.example").role.key == "manager"
    assert not is_in(come_in("p2")[0])


def test_the_same_number_at_another_provider_is_somebody_else(
    company: Company, partner: Company, seller_north: User
) -> None:
    company.employ("7", email=seller_north.email, email_verified=True)
    partner.employ("7", email="paul@partner.example", email_verified=True, name="Paul")
    assert is_in(come_in("7")[0])
    assert is_in(come_in("7", THERE)[0])
    assert SocialAccount.objects.get(user=seller_north).provider == "company"


@pytest.mark.attack(46)
def test_a_provider_says_nothing_about_people_that_are_not_its_own(
    partner: Company, seller_north: User
) -> None:
    User.objects.filter(pk=seller_north.pk).update(email="nora@acme.example")
    partner.employ("x", email="nora@acme.example", email_verified=True)
    client, answer = come_in("x", THERE)
    assert answer.status_code == 403
    assert "Partner login" in answer.content.decode()
    assert not is_in(client)
    failed = FailedSignIn.objects.get()
    assert (failed.user, failed.email, failed.reason) == (seller_north, "nora@acme.example", "company")


@pytest.mark.attack(46)
def test_the_answer_of_one_provider_is_none_of_another(
    company: Company, partner: Company, seller_north: User
) -> None:
    partner.employ("n1", email=seller_north.email, email_verified=True)
    client = Client()
    ask(client)
    back = consent(ask(client, THERE), "n1")
    assert client.get(back.replace(THERE, BEGIN)).status_code == 502
    assert not is_in(client)

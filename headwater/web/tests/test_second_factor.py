"""Authenticator apps, recovery codes, who has to have a second factor, and losing it."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from django.core import mail
from django.core.management import CommandError, call_command
from django.test import Client

from headwater.jobs.services import run_until_idle
from headwater.lib import clock
from headwater.testing.fixtures import PASSWORD
from headwater.users.models import Organization, OutgoingMail, Role, User
from headwater.web.signin.second_factor import note_factors

ClientOf = Callable[[User], Client]

SECURITY = "/settings/security/"
APP = "/settings/security/app/"
CODES = "/settings/security/recovery-codes/"
SECOND = "/accounts/second-factor/"
SECRET = "JBSWY3DPEHPK3PXP"
NOON = "2026-03-02T12:00:10+00:00"

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _noon() -> Any:
    """Codes depend on the time: a test does not run into the next half minute."""
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def on_commit(django_capture_on_commit_callbacks: Any) -> Any:
    """Do what waits for the end of the transaction, which a test never reaches."""
    return django_capture_on_commit_callbacks


def code_now(secret: str = SECRET, later: int = 0) -> str:
    counter = int(clock.now().timestamp()) // 30 + later
    return format_hotp_value(hotp_value(secret, counter))


def give_app(user: User) -> None:
    TOTP.activate(user, SECRET)
    RecoveryCodes.activate(user)
    note_factors(user)
    user.refresh_from_db()


def codes_of(user: User) -> list[str]:
    found: list[str] = Authenticator.objects.get(user=user, type="recovery_codes").wrap().get_unused_codes()
    return found


def with_password(user: User) -> Client:
    client = Client()
    client.post("/accounts/login/", {"login": user.email, "password": PASSWORD})
    return client


def is_in(client: Client) -> bool:
    return client.get("/").status_code == 200


def text_of(answer: Any) -> str:
    return str(answer.content.decode())


def test_an_app_is_added_shown_its_codes_once_and_asked_for_at_sign_in(
    seller_north: User, on_commit: Any
) -> None:
    client = with_password(seller_north)
    page = text_of(client.get(APP))
    (secret,) = re.findall(r'class="secret">(\w+)<', page)
    assert "<svg" in page
    wrong = client.post(APP, {"code": "000000"})
    assert "Incorrect code" in text_of(wrong)
    assert secret in text_of(wrong)
    with on_commit(execute=True):
        answer = client.post(APP, {"code": code_now(secret)})
    assert answer["Location"] == CODES
    codes = re.findall(r"^(?:.*>)?(\d{8})$", text_of(client.get(CODES)), re.MULTILINE)
    assert codes == codes_of(seller_north)
    assert len(codes) == 10
    again = text_of(client.get(CODES))
    assert not [code for code in codes if code in again]
    seller_north.refresh_from_db()
    assert seller_north.has_second_factor
    with time_machine.travel(clock.now() + timedelta(minutes=2), tick=False):
        other = with_password(seller_north)
        assert not is_in(other)
        assert other.post(SECOND, {"code": code_now(secret)}).status_code == 302
        assert is_in(other)
    assert secret not in str(Authenticator.objects.filter(user=seller_north).values_list("data", flat=True))


@pytest.mark.attack(46)
def test_a_code_works_once(seller_north: User) -> None:
    give_app(seller_north)
    first, thief = with_password(seller_north), with_password(seller_north)
    assert first.post(SECOND, {"code": code_now()}).status_code == 302
    code = code_now()
    for wait in (0, 20, 45):  # as long as the code would hold
        with time_machine.travel(clock.now() + timedelta(seconds=wait), tick=False):
            answer = thief.post(SECOND, {"code": code})
            assert not is_in(thief), wait
            assert "Incorrect code" in text_of(answer), wait


@pytest.mark.attack(46)
def test_a_recovery_code_works_once(seller_north: User) -> None:
    give_app(seller_north)
    code = codes_of(seller_north)[3]
    first = with_password(seller_north)
    first.post(SECOND, {"code": code})
    assert is_in(first)
    second = with_password(seller_north)
    assert "Incorrect code" in text_of(second.post(SECOND, {"code": code}))
    assert not is_in(second)
    assert "9 codes are left." in text_of(first.get(SECURITY))


def test_renewing_the_codes_ends_the_earlier_ones(seller_north: User) -> None:
    give_app(seller_north)
    before = codes_of(seller_north)
    client = with_password(seller_north)
    client.post(SECOND, {"code": code_now()})
    assert client.post(f"{CODES}renewal/")["Location"] == CODES
    after = codes_of(seller_north)
    assert not set(before) & set(after)
    assert after[0] in text_of(client.get(CODES))


@pytest.mark.attack(46)
def test_guessing_codes_is_stopped(seller_north: User) -> None:
    give_app(seller_north)
    client = with_password(seller_north)
    for guess in range(12):
        client.post(SECOND, {"code": f"{guess:06}"})
    client.post(SECOND, {"code": code_now()})
    assert not is_in(client)


def test_the_password_alone_opens_nothing_however_one_goes_round(seller_north: User) -> None:
    give_app(seller_north)
    client = with_password(seller_north)
    for address in ("/", "/leads/", SECURITY, APP, CODES, "/settings/tokens/", "/accounts/again/"):
        assert client.get(address).status_code == 302, address
    assert client.get("/api/v1/leads").status_code == 401


def test_a_waiting_sign_in_can_be_given_up(seller_north: User) -> None:
    give_app(seller_north)
    client = with_password(seller_north)
    assert client.get("/accounts/login/")["Location"] == SECOND
    client.post("/accounts/logout/")
    assert "With your work e-mail" in text_of(client.get("/accounts/login/"))


def test_a_new_password_by_mail_does_not_go_round_the_second_factor(seller_north: User) -> None:
    give_app(seller_north)
    Client().post("/accounts/password/reset/", {"email": seller_north.email})
    run_until_idle()
    (link,) = re.findall(r"http://localhost:8000(/accounts/\S+)", str(mail.outbox[-1].body))
    client = Client()
    here = client.get(link)["Location"]
    new = "a-long-and-new-secret"
    client.post(here, {"password1": new, "password2": new})
    client.post("/accounts/login/", {"login": seller_north.email, "password": new})
    assert not is_in(client)
    client.post(SECOND, {"code": code_now()})
    assert is_in(client)


def test_before_a_change_one_says_again_who_one_is(client_of: ClientOf, seller_north: User) -> None:
    client = client_of(seller_north)  # a session that began long ago
    for address in (APP, "/settings/security/passkeys/new/"):
        asked = client.get(address)
        assert asked["Location"].startswith("/accounts/again/?next="), address
    again = client.get(APP)["Location"]
    assert "field-error" in text_of(client.post(again, {"password": "wrong"}))
    assert client.get(APP).status_code == 302
    assert client.post(again, {"password": PASSWORD})["Location"] == APP
    assert client.get(APP).status_code == 200
    with time_machine.travel(clock.now() + timedelta(minutes=6), tick=False):
        assert client.get(APP).status_code == 302


def test_with_an_app_its_code_says_it_too(client_of: ClientOf, seller_north: User) -> None:
    give_app(seller_north)
    client = client_of(seller_north)
    again = client.get("/settings/security/app/removal/")["Location"]
    by_code = again.replace("again/", "again/code/")
    assert by_code in text_of(client.get(again))
    assert client.post(by_code, {"code": code_now()}).status_code == 302
    assert client.post("/settings/security/app/removal/")["Location"] == SECURITY
    seller_north.refresh_from_db()
    assert not seller_north.has_second_factor
    assert not Authenticator.objects.filter(user=seller_north).exists()  # the codes went with it


def test_each_change_is_told_by_mail(seller_north: User, on_commit: Any) -> None:
    client = with_password(seller_north)
    page = text_of(client.get(APP))
    (secret,) = re.findall(r'class="secret">(\w+)<', page)
    with on_commit(execute=True):
        client.post(APP, {"code": code_now(secret)})
    sent = OutgoingMail.objects.get()
    assert (sent.kind, sent.address) == ("sign_in_changed", seller_north.email)
    assert "authenticator app was added" in sent.text
    assert secret not in sent.text


@pytest.mark.parametrize("by_role", [True, False])
def test_who_needs_one_sets_it_up_first_and_reaches_nothing_else(
    client_of: ClientOf, administrator: User, seller_north: User, on_commit: Any, by_role: bool
) -> None:
    give_app(administrator)
    chief, client = client_of(administrator), with_password(seller_north)
    role = Role.objects.get(key="salesperson")
    form = {"role": str(role.pk)} if by_role else {"everybody": "true"}
    assert chief.post("/settings/sign-in/", form).status_code == 302
    for address in ("/", "/leads/", SECURITY, CODES, "/settings/tokens/", "/settings/profile/"):
        assert client.get(address)["Location"] == "/settings/security/set-up/", address
    region = client.get("/leads/", headers={"HX-Request": "true"})
    assert (region.status_code, region["HX-Redirect"]) == (401, "/settings/security/set-up/")
    refused = client.get("/api/v1/leads")
    assert (refused.status_code, refused.json()["type"].rpartition(":")[2]) == (403, "second_factor")
    assert "Authenticator app" in text_of(client.get("/settings/security/set-up/"))
    (secret,) = re.findall(r'class="secret">(\w+)<', text_of(client.get(APP)))
    with on_commit(execute=True):
        assert client.post(APP, {"code": code_now(secret)})["Location"] == CODES
    assert is_in(client)
    assert client.get("/api/v1/leads").status_code == 200
    assert client.get("/settings/security/set-up/")["Location"] == "/"
    refused = client.post("/settings/security/app/removal/")
    assert "cannot deactivate" in text_of(refused)
    assert Authenticator.objects.filter(user=seller_north, type="totp").exists()


def test_others_are_not_asked(client_of: ClientOf, administrator: User, seller_north: User) -> None:
    give_app(administrator)
    manager = Role.objects.get(key="manager")
    client_of(administrator).post("/settings/sign-in/", {"role": str(manager.pk)})
    assert is_in(client_of(seller_north))
    assert not Organization.objects.get(pk=1).second_factor_required


def test_the_rules_are_for_administrators(client_of: ClientOf, manager: User) -> None:
    assert client_of(manager).post("/settings/sign-in/", {"everybody": "true"}).status_code == 403


def test_who_lost_it_is_helped_by_an_administrator(
    client_of: ClientOf, administrator: User, seller_north: User, seller_south: User
) -> None:
    give_app(seller_north)
    hers = client_of(seller_north)
    address = f"/settings/users/{seller_north.pk}/second-factor/removal/"
    assert client_of(seller_south).post(address).status_code == 403
    chief = client_of(administrator)
    assert "Remove the second factors" in text_of(chief.get(f"/settings/users/{seller_north.pk}/"))
    chief.post(address)
    assert not is_in(hers)
    assert not Authenticator.objects.filter(user=seller_north).exists()
    assert "removed your second factors" in OutgoingMail.objects.get().text
    assert is_in(with_password(seller_north))


@pytest.mark.attack(47)
def test_without_its_key_the_database_opens_nothing(seller_north: User, settings: Any, caplog: Any) -> None:
    give_app(seller_north)
    settings.SECRET_KEY = "what-a-thief-of-the-backup-would-guess-" * 2
    client = with_password(seller_north)
    for secret in (SECRET, ""):
        client.post(SECOND, {"code": code_now(secret)})
    assert not is_in(client)
    assert SECRET not in caplog.text


@pytest.mark.attack(47)
def test_the_earlier_key_can_be_thrown_away_after_rotating(
    seller_north: User, settings: Any, capsys: Any
) -> None:
    give_app(seller_north)
    codes, before = codes_of(seller_north), settings.SECRET_KEY
    settings.SECRET_KEY = "the-new-key-of-this-installation-" * 2
    with pytest.raises(CommandError, match="HEADWATER_OLD_SECRET_KEYS"):
        call_command("rotate_key")
    settings.SECRET_KEY_FALLBACKS = [before]
    call_command("rotate_key")
    assert "2 second factors sealed anew" in capsys.readouterr().out
    settings.SECRET_KEY_FALLBACKS = []
    assert codes_of(seller_north) == codes
    client = with_password(seller_north)
    client.post(SECOND, {"code": code_now(SECRET)})
    assert is_in(client)


NONSENSE = [
    "",
    "x",
    "{}",
    "[]",
    "5",
    "null",
    '{"id":"x"}',
    '{"id":"x","rawId":5,"response":{}}',
    '{"id":"x","rawId":"eA","type":"public-key","response":{"userHandle":5}}',
    (
        '{"id":"eA","rawId":"eA","type":"public-key","response":{"userHandle":"MQ","clientDataJSON":"e30",'
        '"authenticatorData":"eA","signature":"eA"}}'
    ),
]


@pytest.mark.parametrize("credential", NONSENSE)
def test_nonsense_instead_of_a_new_passkey_is_refused(seller_north: User, credential: str) -> None:
    client = with_password(seller_north)
    client.get("/settings/security/passkeys/new/")
    answer = client.post("/settings/security/passkeys/new/", {"credential": credential, "name": "x"})
    assert answer.status_code == 200
    assert not Authenticator.objects.exists()


@pytest.mark.parametrize("credential", NONSENSE)
def test_nonsense_instead_of_a_passkey_is_refused(seller_north: User, credential: str) -> None:
    client = Client()
    client.get("/accounts/passkey/", headers={"Accept": "application/json"})
    answer = client.post("/accounts/passkey/", {"credential": credential})
    assert answer.status_code == 422
    assert "not known here" in text_of(answer)


@pytest.mark.parametrize("code", ["", "x" * 5000, "ក១២៣៤៥", "\x00", "12 34 56"])
def test_nonsense_instead_of_a_code_is_refused(seller_north: User, code: str) -> None:
    give_app(seller_north)
    client = with_password(seller_north)
    assert "field-error" in text_of(client.post(SECOND, {"code": code}))
    assert not is_in(client)


def test_a_second_factor_costs_ordinary_pages_no_question(
    client_of: ClientOf, seller_north: User, django_assert_max_num_queries: Any
) -> None:
    Organization.objects.update(second_factor_required=True)
    give_app(seller_north)
    client = client_of(seller_north)
    client.get("/leads/")
    with django_assert_max_num_queries(8) as asked:
        client.get("/leads/")
    assert not [each for each in asked.captured_queries if "mfa_" in each["sql"]]


def test_nobody_touches_the_passkey_of_somebody_else(seller_north: User, seller_south: User) -> None:
    hers = Authenticator.objects.create(user=seller_north, type="webauthn", data={"name": "Hers"})
    client = with_password(seller_south)
    for address in (
        f"/settings/security/passkeys/{hers.pk}/",
        f"/settings/security/passkeys/{hers.pk}/removal/",
    ):
        assert client.get(address).status_code == 404
        assert client.post(address, {"name": "his"}).status_code == 404
    hers.refresh_from_db()
    assert hers.data == {"name": "Hers"}

"""Attempts that failed: administrators see all, a person those on her account, strangers nothing."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from allauth.mfa.totp.internal.auth import TOTP
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from headwater.lib import clock
from headwater.testing.fixtures import PASSWORD
from headwater.users import failed_sign_ins
from headwater.users.jobs import forget_failed_sign_ins
from headwater.users.models import FailedSignIn, User
from headwater.web.signin.second_factor import note_factors

ClientOf = Callable[[User], Client]

LOGIN = "/accounts/login/"
SECURITY = "/settings/security/"
NOON = "2026-03-02T12:00:10+00:00"

pytestmark = [pytest.mark.django_db, pytest.mark.attack(46)]


@pytest.fixture(autouse=True)
def _noon() -> Any:
    with time_machine.travel(NOON, tick=False):
        yield


def fail(email: str, address: str = "192.0.2.7", password: str = "a wrong password") -> Any:
    return Client(REMOTE_ADDR=address).post(LOGIN, {"login": email, "password": password})


def kept() -> list[tuple[str, str, str, int]]:
    rows = FailedSignIn.objects.order_by("pk")
    return list(rows.values_list("email", "address", "reason", "count"))


def text(answer: Any) -> str:
    return str(answer.content.decode())


def test_administrators_see_when_who_from_where_and_why(
    client_of: ClientOf, administrator: User, seller_north: User
) -> None:
    fail("  NORA@Example.com ")
    fail(seller_north.email)
    fail("someone@elsewhere.example", "198.51.100.4")
    assert kept() == [
        ("nora@example.com", "192.0.2.7", "password", 2),
        ("someone@elsewhere.example", "198.51.100.4", "password", 1),
    ]
    admin = client_of(administrator)
    page = text(admin.get(reverse("audit_failed_sign_ins")))
    for word in ("nora@example.com", "2 tries", "192.0.2.7", "Wrong password", "someone@elsewhere.example"):
        assert word in page
    assert "Nobody here" in page
    hers = text(admin.get(reverse("audit_failed_sign_ins"), {"person": seller_north.pk}))
    assert "nora@example.com" in hers
    assert "someone@elsewhere.example" not in hers
    theirs = text(admin.get(reverse("audit_failed_sign_ins"), {"person": "system", "action": "password"}))
    assert "someone@elsewhere.example" in theirs
    assert 'class="audit-main"' not in text(admin.get(reverse("audit_failed_sign_ins"), {"action": "code"}))
    file = text(admin.get(reverse("audit_file"), {"part": "failed"}))
    assert "nora@example.com" in file
    assert "198.51.100.4" in file


def test_programs_of_administrators_read_them(api_of: Any, administrator: User, seller_north: User) -> None:
    fail(seller_north.email)
    (found,) = api_of(administrator).get("audit/failed-sign-ins").json()["items"]
    assert (found["email"], found["user"]["id"]) == (seller_north.email, seller_north.pk)
    assert (found["reason"], found["count"], found["address"]) == ("password", 1, "192.0.2.7")
    assert api_of(seller_north).get("audit/failed-sign-ins").status_code == 403


def test_only_administrators_see_those_of_others(
    client_of: ClientOf, manager: User, seller_north: User
) -> None:
    fail(seller_north.email)
    assert client_of(manager).get(reverse("audit_failed_sign_ins")).status_code == 403
    assert "192.0.2.7" not in text(client_of(manager).get(SECURITY))


def test_a_person_sees_what_failed_on_her_own_account(client_of: ClientOf, seller_north: User) -> None:
    client = client_of(seller_north)
    assert "Failed tries" not in text(client.get(SECURITY))
    fail(seller_north.email)
    page = text(client.get(SECURITY))
    assert "Failed tries on your account" in page
    assert "192.0.2.7" in page
    with time_machine.travel(clock.now() + timedelta(days=31), tick=False):
        assert "192.0.2.7" not in text(client_of(seller_north).get(SECURITY))


def test_what_the_limits_block_is_kept_as_blocked_and_written_once_a_minute(seller_north: User) -> None:
    for _n in range(5):
        fail(seller_north.email)
    for _n in range(3):
        assert "Too many failed" in text(fail(seller_north.email, "192.0.2.8", PASSWORD))
    assert kept() == [
        (seller_north.email, "192.0.2.7", "password", 5),
        (seller_north.email, "192.0.2.8", "blocked", 1),
    ]


def test_a_wrong_code_and_a_passkey_of_nobody_are_kept(seller_north: User) -> None:
    TOTP.activate(seller_north, "JBSWY3DPEHPK3PXP")
    note_factors(seller_north)
    client = Client(REMOTE_ADDR="192.0.2.9")
    client.post(LOGIN, {"login": seller_north.email, "password": PASSWORD})
    client.post("/accounts/second-factor/", {"code": "000000"})
    answer = Client(REMOTE_ADDR="192.0.2.9").post("/accounts/passkey/", {"credential": '{"id": "x"}'})
    assert answer.status_code == 422
    assert kept() == [(seller_north.email, "192.0.2.9", "code", 1), ("", "192.0.2.9", "passkey", 1)]


def test_somebody_switched_off_who_knows_her_password_is_kept(seller_north: User) -> None:
    User.objects.filter(pk=seller_north.pk).update(is_active=False)
    fail(seller_north.email, password=PASSWORD)
    assert kept() == [(seller_north.email, "192.0.2.7", "off", 1)]


def test_what_is_no_address_is_not_kept(seller_north: User) -> None:
    fail("hunter2 my password")
    assert kept() == []


def test_strangers_cannot_tell_who_exists(seller_north: User) -> None:
    """Neither by the words nor by what is asked of the database."""

    def asked(email: str) -> tuple[list[str], str]:
        with CaptureQueriesContext(connection) as queries:
            answer = fail(email, "192.0.2.50")
        page = text(answer).replace(email, "")
        return [query["sql"].split(" ", 1)[0] for query in queries], page.partition('role="alert"')[2][:300]

    fail("warm@example.com", "192.0.2.50")
    assert asked(seller_north.email) == asked("nobody@example.com")


def test_an_hour_has_room_for_so_many_lines(
    seller_north: User, monkeypatch: pytest.MonkeyPatch, client_of: ClientOf, administrator: User
) -> None:
    """Invented addresses fill their own room only, and what has no room is still counted."""
    monkeypatch.setattr(failed_sign_ins, "ROWS_OF_STRANGERS", 2)
    monkeypatch.setattr(failed_sign_ins, "ROWS_OF_A_PERSON", 1)
    for n in range(5):
        fail(f"x{n}@example.com", f"192.0.2.{n}")
    for n in range(3):
        fail(seller_north.email, f"198.51.100.{n}")
    assert kept() == [
        ("x0@example.com", "192.0.2.0", "password", 1),
        ("x1@example.com", "192.0.2.1", "password", 1),
        ("", "", "password", 3),
        (seller_north.email, "198.51.100.0", "password", 1),
        (seller_north.email, "", "password", 2),
    ]
    page = text(client_of(administrator).get(reverse("audit_failed_sign_ins")))
    assert "Various addresses" in page
    with time_machine.travel(clock.now() + timedelta(hours=1), tick=False):
        fail("x0@example.com", "192.0.2.0")
    assert kept()[-1] == ("x0@example.com", "192.0.2.0", "password", 1)


def test_after_ninety_days_they_are_forgotten(seller_north: User) -> None:
    fail("early@example.com")
    with time_machine.travel(clock.now() + timedelta(days=91), tick=False):
        fail("late@example.com")
        assert forget_failed_sign_ins.call() == 1
    assert [email for email, *_rest in kept()] == ["late@example.com"]

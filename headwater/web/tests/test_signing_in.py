"""Signing in tells nothing about who has an account, and tires of guessing."""

import pytest
from django.test import Client

from headwater.testing.fixtures import PASSWORD
from headwater.users.models import User

LOGIN = "/accounts/login/"


def attempt(client: Client, email: str, password: str) -> tuple[int, str]:
    answer = client.post(LOGIN, {"login": email, "password": password})
    body = answer.content.decode()
    _start, _tag, rest = body.partition('role="alert"')
    return answer.status_code, rest.partition("</div>")[0]


@pytest.mark.attack(46)
def test_a_wrong_password_and_an_unknown_person_read_alike(client: Client, seller_north: User) -> None:
    known = attempt(client, seller_north.email, "wrong password")
    unknown = attempt(client, "nobody@example.com", "wrong password")
    assert known == unknown
    assert "not correct" in known[1]


def test_somebody_switched_off_cannot_come_in(client: Client, seller_north: User) -> None:
    seller_north.is_active = False
    seller_north.save()
    attempt(client, seller_north.email, PASSWORD)
    assert client.get("/").status_code == 302


def test_a_session_ends_when_the_person_is_switched_off(client: Client, seller_north: User) -> None:
    client.force_login(seller_north)
    assert client.get("/").status_code == 200
    seller_north.is_active = False
    seller_north.save()
    assert client.get("/").status_code == 302


@pytest.mark.attack(46)
def test_guessing_is_stopped(client: Client, seller_north: User) -> None:
    answers = [attempt(client, seller_north.email, f"guess {n}")[1] for n in range(7)]
    assert "Too many failed" in answers[-1]
    assert attempt(client, seller_north.email, PASSWORD)[0] != 302


@pytest.mark.parametrize("address", ["/accounts/signup/", "/accounts/password/set/", "/accounts/email/"])
def test_there_is_no_other_way_in(client: Client, seller_north: User, address: str) -> None:
    assert client.get(address).status_code == 404


def test_sign_in_leads_to_our_own_pages_only(client: Client, seller_north: User) -> None:
    form = {"login": seller_north.email, "password": PASSWORD, "next": "https://evil.example/"}
    assert client.post(LOGIN, form)["Location"] == "/"


@pytest.mark.attack(46)
def test_the_session_changes_with_the_sign_in(client: Client, seller_north: User) -> None:
    client.get(LOGIN)
    before = client.session.session_key
    client.post(LOGIN, {"login": seller_north.email, "password": PASSWORD})
    assert client.session.session_key != before

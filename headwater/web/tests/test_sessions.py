"""Where a person is signed in, ending that, and what deactivation ends."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from allauth.usersessions.models import UserSession
from django.test import Client

from headwater.lib import clock
from headwater.lib.user_agents import describe
from headwater.testing.fixtures import PASSWORD
from headwater.users.models import CacheEntry, Role, User

ClientOf = Callable[[User], Client]

PAGE = "/settings/security/"
OTHERS = "/settings/security/sessions/others/ending/"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile Safari/604.1"


def sign_in(user: User, agent: str = FIREFOX, address: str = "192.0.2.1") -> Client:
    client = Client(headers={"user-agent": agent}, REMOTE_ADDR=address)
    answer = client.post("/accounts/login/", {"login": user.email, "password": PASSWORD})
    assert answer.status_code == 302
    return client


def is_in(client: Client) -> bool:
    return client.get("/").status_code == 200


def text_of(client: Client) -> str:
    return client.get(PAGE).content.decode()


def test_a_person_sees_where_she_is_signed_in_and_ends_one(seller_north: User, seller_south: User) -> None:
    desk, phone = sign_in(seller_north), sign_in(seller_north, IPHONE, "192.0.2.77")
    sign_in(seller_south, address="192.0.2.99")
    page = text_of(desk)
    assert "Firefox on Linux" in page
    assert "Safari on iPhone" in page
    assert "192.0.2.77" in page
    assert "192.0.2.99" not in page
    lost = UserSession.objects.get(user=seller_north, ip="192.0.2.77")
    desk.post(f"{PAGE}sessions/{lost.pk}/ending/")
    assert (is_in(desk), is_in(phone)) == (True, False)
    assert "192.0.2.77" not in text_of(desk)


def test_nobody_ends_the_session_of_somebody_else(seller_north: User, seller_south: User) -> None:
    hers, his = sign_in(seller_north), sign_in(seller_south)
    session = UserSession.objects.get(user=seller_north)
    assert his.post(f"{PAGE}sessions/{session.pk}/ending/").status_code == 404
    assert is_in(hers)


@pytest.mark.attack(46)
def test_signing_out_everywhere_else_ends_also_what_is_on_no_list(
    client_of: ClientOf, seller_north: User, seller_south: User
) -> None:
    here, there, elsewhere = sign_in(seller_north), sign_in(seller_north, IPHONE), client_of(seller_north)
    other = client_of(seller_south)
    assert all(map(is_in, (here, there, elsewhere, other)))
    assert here.post(OTHERS)["Location"] == PAGE
    assert [is_in(each) for each in (here, there, elsewhere, other)] == [True, False, False, True]
    assert UserSession.objects.filter(user=seller_north).count() == 1
    assert "This one" in text_of(here)


def test_ending_the_present_session_leads_to_the_sign_in_page(seller_north: User) -> None:
    client = sign_in(seller_north)
    session = UserSession.objects.get()
    assert client.post(f"{PAGE}sessions/{session.pk}/ending/")["Location"] == "/accounts/login/"
    assert not is_in(client)


def test_a_new_password_ends_the_other_sessions(client_of: ClientOf, seller_north: User) -> None:
    here, there = sign_in(seller_north), client_of(seller_north)
    form = {"oldpassword": PASSWORD, "password1": "another-long-secret", "password2": "another-long-secret"}
    assert here.post("/accounts/password/change/", form).status_code == 302
    assert (is_in(here), is_in(there)) == (True, False)


@pytest.mark.attack(12)
def test_who_is_switched_off_is_out_and_stays_out(
    client_of: ClientOf, api_of: Any, administrator: User, seller_north: User
) -> None:
    listed, unlisted, program = sign_in(seller_north), client_of(seller_north), api_of(seller_north)
    chief = client_of(administrator)
    form = {"name": "Nora", "email": seller_north.email, "role": Role.objects.get(key="salesperson").pk}
    chief.post(f"/settings/users/{seller_north.pk}/", form)
    assert (is_in(listed), is_in(unlisted), program.get("me").status_code) == (False, False, 401)
    chief.post(f"/settings/users/{seller_north.pk}/", form | {"is_active": "true"})
    seller_north.refresh_from_db()
    assert seller_north.is_active
    assert (is_in(listed), is_in(unlisted), program.get("me").status_code) == (False, False, 401)
    assert is_in(sign_in(seller_north))


def test_an_administrator_signs_somebody_out_everywhere(
    client_of: ClientOf, administrator: User, seller_north: User
) -> None:
    hers = sign_in(seller_north)
    address = f"/settings/users/{seller_north.pk}/sessions/ending/"
    assert client_of(seller_north).post(address).status_code == 403
    assert is_in(hers)
    client_of(administrator).post(address)
    assert not is_in(hers)


def test_that_a_session_is_used_is_noted_now_and_then(
    seller_north: User, django_assert_num_queries: Any
) -> None:
    client = sign_in(seller_north)
    began = UserSession.objects.get().last_seen_at
    client.get("/settings/")
    with django_assert_num_queries(2):  # the session and the stamp of the shared tables
        client.get("/settings/")
    with time_machine.travel(clock.now() + timedelta(minutes=6)):
        client.get("/settings/", REMOTE_ADDR="192.0.2.5")
    seen = UserSession.objects.get()
    assert seen.last_seen_at > began
    assert seen.ip == "192.0.2.5"


@pytest.mark.attack(46)
def test_attempts_are_counted_where_every_process_counts(seller_north: User) -> None:
    client = Client()
    for number in range(7):
        client.post("/accounts/login/", {"login": seller_north.email, "password": f"guess {number}"})
    assert CacheEntry.objects.exists()
    client.post("/accounts/login/", {"login": seller_north.email, "password": PASSWORD})
    assert not is_in(client)
    CacheEntry.objects.all().delete()  # so the table is all that remembers
    client.post("/accounts/login/", {"login": seller_north.email, "password": PASSWORD})
    assert is_in(client)


def test_ordinary_pages_ask_the_common_counters_nothing(
    client_of: ClientOf, seller_north: User, django_assert_max_num_queries: Any
) -> None:
    client = client_of(seller_north)
    client.get("/leads/")
    with django_assert_max_num_queries(8) as asked:
        client.get("/leads/")
    assert not [each for each in asked.captured_queries if "cacheentry" in each["sql"]]


@pytest.mark.parametrize(
    ("agent", "expected"),
    [
        (FIREFOX, ("Firefox", "Linux")),
        (IPHONE, ("Safari", "iPhone")),
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/130.0 Safari/537.36 Edg/130.0",
            ("Edge", "Windows"),
        ),
        ("Mozilla/5.0 (Linux; Android 14) Chrome/130.0 Mobile Safari/537.36", ("Chrome", "Android")),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Chrome/130.0 Safari/537.36", ("Chrome", "macOS")),
        ("curl/8.5.0", ("", "")),
        ("", ("", "")),
    ],
)
def test_browsers_are_called_by_their_names(agent: str, expected: tuple[str, str]) -> None:
    assert describe(agent) == expected


@pytest.mark.parametrize(
    ("password", "words"),
    [
        ("short-one", "too short"),
        ("password123", "too common"),
        ("8374650192837", "entirely numeric"),
        ("nora@example.co", "too similar"),
    ],
)
def test_a_weak_password_is_refused_and_it_is_said_why(seller_north: User, password: str, words: str) -> None:
    client = sign_in(seller_north)
    form = {"oldpassword": PASSWORD, "password1": password, "password2": password}
    answer = client.post("/accounts/password/change/", form)
    assert answer.status_code == 200
    assert words in answer.content.decode()
    seller_north.refresh_from_db()
    assert seller_north.check_password(PASSWORD)


def test_a_new_password_is_another_one(seller_north: User) -> None:
    client = sign_in(seller_north)
    form = {"oldpassword": PASSWORD, "password1": PASSWORD, "password2": PASSWORD}
    answer = client.post("/accounts/password/change/", form)
    assert "This is the password you have" in answer.content.decode()
    assert is_in(client)


def test_who_sets_it_for_somebody_does_not_learn_what_it_is(
    client_of: ClientOf, administrator: User, seller_north: User
) -> None:
    client = client_of(administrator)
    values = {"name": "Nora", "email": seller_north.email, "role": seller_north.role_id, "team": ""}
    answer = client.post(
        f"/settings/users/{seller_north.pk}/", values | {"is_active": "true", "password": PASSWORD}
    )
    assert answer.status_code == 302

"""A forgotten password: the link comes by mail, and nobody learns who has an account."""

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.core.cache import cache
from django.test import Client

from headwater.jobs.services import run_until_idle
from headwater.lib import clock
from headwater.testing.fixtures import PASSWORD
from headwater.users.models import OutgoingMail, User

ASK = "/accounts/password/reset/"
NEW = "a-long-and-new-secret"


def ask(email: str, **more: Any) -> Any:
    return Client().post(ASK, {"email": email}, **more)


def the_link() -> str:
    run_until_idle()
    found = re.search(r"http://localhost:8000(/accounts/\S+)", str(mail.outbox[-1].body))
    assert found
    return found[1]


def follow(link: str) -> tuple[Client, Any]:
    client = Client()
    return client, client.get(link, follow=True)


def test_a_forgotten_password_is_replaced_by_the_link(seller_north: User) -> None:
    session = Client()
    session.force_login(seller_north)
    assert ask("  NORA@example.com ")["Location"] == "/accounts/password/reset/sent/"
    link = the_link()
    sent = OutgoingMail.objects.get()
    assert (sent.kind, sent.address, sent.user) == ("password_reset", "nora@example.com", seller_north)
    client, page = follow(link)
    here = page.redirect_chain[-1][0]
    assert link.split("/")[-2] not in here  # the key is in the session, not in the address
    assert "New password" in page.content.decode()
    done = client.post(here, {"password1": NEW, "password2": NEW}, follow=True)
    assert "Password changed" in done.content.decode()
    seller_north.refresh_from_db()
    assert seller_north.check_password(NEW)
    assert session.get("/").status_code == 302
    assert client.get("/").status_code == 302
    assert "This link no longer works" in follow(link)[1].content.decode()


def test_the_forgotten_password_is_not_chosen_again(seller_north: User) -> None:
    ask(seller_north.email)
    client, page = follow(the_link())
    here = page.redirect_chain[-1][0]
    answer = client.post(here, {"password1": PASSWORD, "password2": PASSWORD})
    assert "This is the password you have" in answer.content.decode()
    assert client.post(here, {"password1": NEW, "password2": NEW}).status_code == 302


@pytest.mark.attack(14, 46)
def test_an_unknown_address_reads_the_same_and_gets_no_mail(seller_north: User) -> None:
    known, unknown = ask(seller_north.email), ask("nobody@example.com")
    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])
    run_until_idle()
    assert [sent.address for sent in OutgoingMail.objects.all()] == [seller_north.email]


@pytest.mark.attack(46)
def test_the_request_itself_writes_the_same_for_everybody(
    seller_north: User, django_assert_num_queries: Any
) -> None:
    """What differs happens in a job, so that the time of the answer tells nothing."""
    ask("warm@example.com")
    with django_assert_num_queries(counted(seller_north.email)):
        ask("nobody@example.com")


def counted(email: str) -> int:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as found:
        ask(email)
    return len(found)


def test_somebody_switched_off_gets_no_link(seller_north: User) -> None:
    seller_north.is_active = False
    seller_north.save()
    ask(seller_north.email)
    run_until_idle()
    assert not OutgoingMail.objects.exists()


@pytest.mark.attack(14)
def test_the_link_expires(seller_north: User) -> None:
    ask(seller_north.email)
    link = the_link()
    with time_machine.travel(clock.now() + timedelta(hours=25)):
        assert "This link no longer works" in follow(link)[1].content.decode()


def test_the_link_names_the_address_of_the_settings_whatever_the_request_says(seller_north: User) -> None:
    ask(seller_north.email, headers={"host": "localhost", "x-forwarded-host": "evil.example"})
    run_until_idle()
    (sent,) = mail.outbox
    assert "evil" not in sent.message().as_string()
    assert "http://localhost:8000/accounts/" in sent.body
    assert ask(seller_north.email, headers={"host": "evil.example"}).status_code == 400


@pytest.mark.attack(46)
def test_flooding_somebody_with_links_is_stopped(seller_north: User) -> None:
    answers = [ask(seller_north.email).status_code for _n in range(6)]
    assert answers == [302] * 5 + [429]
    run_until_idle()
    assert OutgoingMail.objects.count() == 5
    cache.clear()
    assert ask(seller_north.email).status_code == 302


@pytest.mark.attack(14)
@pytest.mark.parametrize("link", ["1/nothing/", "zz/x/", "1/", "1/set-password/"])
def test_invented_links_are_over(seller_north: User, link: str) -> None:
    answer = Client().get(ASK + link)
    assert answer.status_code in (200, 404)
    assert 'name="password1"' not in answer.content.decode()


def test_a_bad_password_is_said(seller_north: User) -> None:
    ask(seller_north.email)
    client, page = follow(the_link())
    here = page.redirect_chain[-1][0]
    for pair in ((NEW, "another"), ("1", "1")):
        answer = client.post(here, dict(zip(("password1", "password2"), pair, strict=True)))
        assert 'class="field-error"' in answer.content.decode()
    seller_north.refresh_from_db()
    assert seller_north.check_password(PASSWORD)


@pytest.mark.parametrize("address", ["", "x", "a@b", "x\x00@example.com", "a" * 400 + "@example.com"])
def test_nonsense_is_refused(seller_north: User, address: str) -> None:
    answer = ask(address)
    assert answer.status_code == 200
    assert "field-error" in answer.content.decode()


def test_the_sign_in_page_leads_there(seller_north: User) -> None:
    assert f'href="{ASK}"' in Client().get("/accounts/login/").content.decode()

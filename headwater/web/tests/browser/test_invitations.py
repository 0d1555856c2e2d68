"""Inviting a person, from the settings to her first page."""

import re

from django.core import mail
from playwright.sync_api import expect

from headwater.users.models import OutgoingMail
from headwater.users.notices import send_test
from headwater.web.tests.browser.conftest import assert_accessible, work_aside


def link_in(text: str) -> str:
    found = re.search(r"http://localhost:8000(/\S+)", text)
    assert found
    return found[1]


def test_an_invited_person_comes_in_by_the_link(page, open_page):
    page.goto("/settings/users/")
    page.get_by_role("link", name="Invite a person").click()
    assert_accessible(page)
    page.get_by_role("textbox", name="E-mail *").fill("ieva@example.com")
    page.get_by_role("textbox", name="Name", exact=True).fill("Ieva")
    page.get_by_label("Role").select_option(label="Salesperson")
    page.get_by_role("button", name="Send the invitation").click()
    expect(page.get_by_text("An invitation to ieva@example.com is on its way.")).to_be_visible()
    expect(page.get_by_role("heading", name="Open invitations")).to_be_visible()
    assert_accessible(page)
    work_aside()

    guest = open_page()
    guest.goto(link_in(str(mail.outbox[-1].body)))
    assert_accessible(guest)
    expect(guest.get_by_label("Your name")).to_have_value("Ieva")
    guest.get_by_label("Password").first.fill("a-long-and-new-secret")
    guest.get_by_label("Password again").fill("a-long-and-new-secret")
    guest.keyboard.press("Enter")
    expect(guest.get_by_role("link", name="Leads").first).to_be_visible()


def test_a_forgotten_password_is_replaced(open_page, administrator):
    guest = open_page()
    guest.goto("/accounts/login/")
    guest.get_by_role("link", name="Password forgotten?").click()
    assert_accessible(guest)
    guest.get_by_label("E-mail").fill(administrator.email)
    guest.get_by_role("button", name="Send the link").click()
    expect(guest.get_by_role("heading", name="Look into your mail")).to_be_visible()
    work_aside()
    guest.goto(link_in(str(mail.outbox[-1].body)))
    assert_accessible(guest)
    guest.get_by_label("New password").first.fill("a-long-and-new-secret")
    guest.get_by_label("New password again").fill("a-long-and-new-secret")
    guest.get_by_role("button", name="Change password").click()
    expect(guest.get_by_role("heading", name="Password changed")).to_be_visible()
    guest.get_by_role("link", name="Sign in").click()
    guest.get_by_label("E-mail").fill(administrator.email)
    guest.get_by_label("Password").fill("a-long-and-new-secret")
    guest.get_by_role("button", name="Sign in").click()
    expect(guest).to_have_url(re.compile("/$"))


def test_a_failed_mail_is_tried_again(page, seller_north):
    failed = send_test(seller_north)
    OutgoingMail.objects.filter(pk=failed.pk).update(
        state="failed", error="550 5.1.1 no such mailbox here, ask the postmaster of example.com", attempts=1
    )
    page.goto("/settings/mail/")
    expect(page.get_by_text("550 5.1.1")).to_be_visible()
    assert_accessible(page)
    page.get_by_role("button", name=f"Try now: mail to {seller_north.email}").click()
    expect(page.get_by_text("The mail is tried again now.")).to_be_visible()
    page.get_by_role("button", name="Send me a test message").click()
    expect(page.get_by_text("A test message to administrator@example.com is on its way.")).to_be_visible()

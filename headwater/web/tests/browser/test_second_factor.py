"""Passkeys with Chromium's virtual authenticator, and the pages of second factors."""

import re
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value, yield_hotp_counters_from_time
from playwright.sync_api import Page, expect

from headwater.testing.fixtures import PASSWORD
from headwater.users.models import Organization, User
from headwater.web.signin.second_factor import note_factors
from headwater.web.tests.browser.conftest import OpenPage, assert_accessible


def plug_in(page: Page) -> Any:
    """Give the page's browser a phone-like authenticator that always recognizes its owner."""
    wire = page.context.new_cdp_session(page)
    wire.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    made = wire.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return wire, made["authenticatorId"]


def sign_in_by_password(page: Page, user: User) -> None:
    page.goto("/accounts/login/")
    page.get_by_label("E-mail").fill(user.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def sign_out(page: Page) -> None:
    page.goto("/accounts/logout/")
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


def add_passkey(page: Page, name: str) -> None:
    page.goto("/settings/security/passkeys/new/")
    page.get_by_label("Name").fill(name)
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()


def test_a_passkey_is_added_named_used_for_signing_in_and_removed(
    open_page: OpenPage, seller_north: User
) -> None:
    page = open_page()
    wire, key = plug_in(page)
    sign_in_by_password(page, seller_north)
    expect(page.get_by_role("button", name="Your menu")).to_be_visible()
    add_passkey(page, "Work laptop")
    assert_accessible(page)
    page.get_by_role("link", name="I have kept them").click()
    expect(page.get_by_text("Work laptop")).to_be_visible()
    page.get_by_role("link", name="Rename Work laptop").click()
    page.get_by_label("Name").fill("Old laptop")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Old laptop")).to_be_visible()
    sign_out(page)

    page.goto("/leads/")
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_role("heading", name="Leads", exact=True)).to_be_visible()
    assert Authenticator.objects.get(type="webauthn").last_used_at is not None

    page.goto("/settings/security/")
    page.get_by_role("link", name=re.compile("Remove.*Old laptop")).click()
    page.get_by_role("button", name="Remove").click()
    expect(page.get_by_role("heading", name="Sign-in and security")).to_be_visible()
    assert not Authenticator.objects.filter(user=seller_north).exists()
    sign_out(page)

    # the browser still has it, but nobody knows it here any more
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_text("This passkey is not known here.")).to_be_visible()
    assert wire.send("WebAuthn.getCredentials", {"authenticatorId": key})["credentials"]


def test_a_passkey_is_the_second_step_and_says_who_one_is(open_page: OpenPage, seller_north: User) -> None:
    page = open_page()
    plug_in(page)
    sign_in_by_password(page, seller_north)
    expect(page.get_by_role("button", name="Your menu")).to_be_visible()
    add_passkey(page, "Phone")
    sign_out(page)
    sign_in_by_password(page, seller_north)
    expect(page.get_by_role("heading", name="One step more")).to_be_visible()
    assert_accessible(page)
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_role("button", name="Your menu")).to_be_visible()
    page.goto("/accounts/again/passkey/?next=/settings/security/")
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_role("heading", name="Sign-in and security")).to_be_visible()


def test_who_cancels_the_passkey_may_try_again(open_page: OpenPage, seller_north: User) -> None:
    page = open_page()
    page.goto("/accounts/login/")
    page.evaluate("() => { navigator.credentials.get = () => Promise.reject(new Error('cancelled')) }")
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_text("The passkey was not used.")).to_be_visible()
    expect(page.get_by_role("button", name="Use a passkey")).to_be_enabled()


@pytest.mark.parametrize("look", [{}, {"dark": True}, {"phone": True}])
def test_the_pages_of_an_app_are_accessible(
    open_page: OpenPage, seller_north: User, look: dict[str, Any]
) -> None:
    Organization.objects.update(second_factor_required=True)
    page = open_page(**look)
    sign_in_by_password(page, seller_north)
    expect(page.get_by_role("heading", name="Set up a second factor")).to_be_visible()
    assert_accessible(page)
    page.get_by_role("link", name="Authenticator app").click()
    expect(page.get_by_role("img", name="QR code for the app")).to_be_visible()
    assert_accessible(page)
    page.get_by_text("The app cannot scan?").click()
    assert page.locator("code.secret").inner_text()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    TOTP.activate(seller_north, "JBSWY3DPEHPK3PXP")
    note_factors(seller_north)
    page.goto("/settings/security/")
    expect(page.get_by_role("link", name="Remove the authenticator app")).to_be_visible()
    assert_accessible(page)
    page.goto("/settings/security/app/removal/")
    assert_accessible(page)
    page.goto("/settings/security/recovery-codes/renewal/")
    page.get_by_role("button", name="Make new codes").click()
    expect(page.get_by_text("They are shown only now")).to_be_visible()
    assert_accessible(page)
    page.context.clear_cookies()
    sign_in_by_password(page, seller_north)
    # the newest of the codes that are taken: it is not over before the test is
    *_earlier, newest = yield_hotp_counters_from_time()
    page.get_by_label("Code").fill(format_hotp_value(hotp_value("JBSWY3DPEHPK3PXP", newest)))
    page.get_by_role("button", name="Sign in").click()
    expect(page.locator("body[data-keys]")).to_be_visible()

"""From an empty installation to the first lead."""

from typing import Any

import pytest
from playwright.sync_api import expect

from headwater.testing.fixtures import PASSWORD
from headwater.users.models import Organization, User
from headwater.web.tests.browser.conftest import OpenPage, assert_accessible


@pytest.fixture
def organization() -> None:
    """Nobody has set anything up."""


def test_somebody_claims_the_installation_and_adds_a_lead(open_page: OpenPage) -> None:
    page = open_page()
    page.goto("/leads/")
    expect(page).to_have_url("**/first-run/".replace("**", page.url.split("/first-run")[0]))
    assert_accessible(page)
    page.get_by_label("Your name").fill("Anna Bērziņa")
    page.get_by_label("Your e-mail").fill("anna@example.com")
    page.get_by_label("Password", exact=False).first.fill(PASSWORD)
    page.get_by_label("Password again").fill(PASSWORD)
    page.get_by_label("Company name").fill("Amber Orchards")
    page.get_by_text("Empty", exact=True).click()
    page.get_by_role("button", name="Start").click()
    expect(page.get_by_role("heading", name="Welcome, Anna Bērziņa")).to_be_visible()
    assert Organization.objects.get().name == "Amber Orchards"
    assert User.objects.get().role.is_administrator
    page.keyboard.press("c")
    expect(page.get_by_role("heading", name="Add lead")).to_be_visible()
    page.get_by_label("First name").fill("Marta")
    page.get_by_label("Last name").fill("Kalniņa")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", name="Marta Kalniņa")).to_be_visible()
    expect(page.get_by_text("“Marta Kalniņa” is created.")).to_be_visible()


def test_what_is_wrong_stands_beside_the_field(open_page: OpenPage, live_server: Any) -> None:
    page = open_page()
    page.goto("/first-run/")
    page.get_by_label("Your name").fill("Anna")
    page.get_by_label("Your e-mail").fill("anna@example.com")
    page.get_by_label("Password", exact=False).first.fill("12345")
    page.get_by_label("Password again").fill("12345")
    page.get_by_role("button", name="Start").click()
    expect(page.locator("#e-password")).to_contain_text("too short")
    assert_accessible(page)
    assert not User.objects.exists()

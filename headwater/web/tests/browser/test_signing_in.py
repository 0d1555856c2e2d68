"""Signing in and out, and what the shell keeps for a person."""

from playwright.sync_api import expect

from headwater.testing.fixtures import PASSWORD
from headwater.users.models import User
from headwater.web.tests.browser.conftest import OpenPage, assert_accessible


def test_a_person_signs_in_where_she_wanted_to_go_and_out_again(
    open_page: OpenPage, seller_north: User
) -> None:
    page = open_page()
    page.goto("/leads/")
    assert_accessible(page)
    page.get_by_label("E-mail").fill(seller_north.email.upper())
    page.get_by_label("Password").fill("not the password")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_be_visible()
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Leads", exact=True)).to_be_visible()
    page.get_by_role("button", name="Your menu").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    page.go_back()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


def test_the_theme_follows_the_person(open_page: OpenPage, seller_north: User) -> None:
    page = open_page(seller_north)
    page.goto("/")
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "light")
    page.get_by_role("button", name="Your menu").click()
    page.get_by_role("button", name="Dark").click()
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    assert_accessible(page)
    seller_north.refresh_from_db()
    assert seller_north.theme == "dark"


def test_the_device_decides_where_the_person_did_not(open_page: OpenPage, seller_north: User) -> None:
    page = open_page(seller_north, dark=True)
    page.goto("/")
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")

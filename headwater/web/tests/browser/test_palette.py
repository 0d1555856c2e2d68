"""Working without a mouse: the palette, the keys and the sheet that lists them."""

import re

import pytest
from playwright.sync_api import Page, expect

from headwater.testing.factories import make_customer, make_lead
from headwater.users.models import User
from headwater.web.tests.browser.conftest import OpenPage, assert_accessible


@pytest.fixture
def leads(administrator: User) -> None:
    for number in range(3):
        make_lead(administrator, first_name="Anna", last_name=f"Ozola {number}")
    make_customer(administrator, name="Bērziņš & dēli")


@pytest.fixture
def on_list(page: Page, leads: None) -> Page:
    page.goto("/leads/")
    return page


def test_the_palette_finds_records_and_opens_the_chosen_one(on_list: Page) -> None:
    page = on_list
    page.keyboard.press("Control+k")
    line = page.get_by_role("combobox", name="Search records, or say what to do")
    expect(line).to_be_focused()
    assert_accessible(page)
    page.keyboard.type("rzin")
    found = page.get_by_role("option", name="Bērziņš & dēli")
    expect(found).to_have_attribute("aria-selected", "true")
    assert line.get_attribute("aria-activedescendant") == found.get_attribute("id")
    expect(page.locator("#palette [role=status]")).to_have_text("Results: 2")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Bērziņš & dēli")).to_be_visible()
    expect(line).to_be_hidden()
    page.keyboard.press("Control+k")
    recent = page.get_by_role("group", name="Recently opened")
    expect(recent.get_by_role("option")).to_have_count(1)
    page.keyboard.type("qqqq")
    expect(page.get_by_text("Nothing found")).to_be_visible()
    assert_accessible(page)
    page.keyboard.press("Escape")
    expect(line).to_be_hidden()


def test_the_palette_does_what_the_page_can_do(on_list: Page) -> None:
    page = on_list
    page.keyboard.press("Control+k")
    page.keyboard.type("create contact")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Add contact")).to_be_visible()
    page.goto("/leads/")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Anna Ozola 1")).to_be_visible()
    page.keyboard.press("Control+k")
    page.keyboard.type("make cust")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Customer from Anna Ozola 1")).to_be_visible()
    page.go_back()
    expect(page.get_by_role("button", name="Status: Lead. Change")).to_be_visible()
    page.keyboard.press("Control+k")
    page.keyboard.type("status inter")
    page.keyboard.press("Enter")
    expect(page.locator("#record-head .pill").first).to_have_text("Interested")
    page.keyboard.press("Control+k")
    page.keyboard.type("theme dark")
    page.keyboard.press("Enter")
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")


def test_the_palette_offers_only_what_one_may_do(open_page: OpenPage, stranger: User) -> None:
    page = open_page(stranger)
    page.goto("/")
    page.keyboard.press("Control+k")
    options = page.locator("#palette [role=option]")
    expect(options.filter(has_text="Settings")).to_have_count(1)
    offered = " ".join(options.all_inner_texts()).lower()
    assert not re.search("lead|customer|contact", offered)


def test_the_palette_by_touch(open_page: OpenPage, administrator: User, leads: None) -> None:
    page = open_page(administrator, phone=True)
    page.goto("/")
    page.get_by_role("button", name="Your menu").tap()
    page.get_by_role("button", name="Search and commands").tap()
    page.get_by_role("combobox", name="Search records, or say what to do").fill("ozola 2")
    assert_accessible(page)
    page.get_by_role("option", name="Anna Ozola 2").tap()
    expect(page.get_by_role("heading", name="Anna Ozola 2")).to_be_visible()


def test_keys_follow_the_key_caps_and_can_be_switched_off(on_list: Page, administrator: User) -> None:
    page = on_list
    # What a Thai layout sends for the key that has f on it.
    page.evaluate(
        "document.body.dispatchEvent(new KeyboardEvent('keydown', {key: 'ด', code: 'KeyF', bubbles: true}))"
    )
    expect(page.get_by_role("dialog", name="Filter: Leads")).to_be_visible()
    page.get_by_role("dialog").get_by_role("button", name="Close").click()
    page.keyboard.press("?")
    sheet = page.locator("#keys-dialog")
    expect(sheet.get_by_text("Next and previous row")).to_be_visible()
    expect(sheet.locator("dl > div", has_text="Opportunities").locator("kbd")).to_have_text(["g", "o"])
    expect(sheet.locator("dl > div", has_text="Add lead").locator("kbd")).to_have_text(["c"])
    assert_accessible(page)
    sheet.get_by_role("button", name="Switch them off").click()
    expect(page.locator("body")).to_have_attribute("data-keys", "off")
    page.keyboard.press("c")
    page.keyboard.press("j")
    page.keyboard.press("Control+k")
    expect(page.get_by_role("combobox", name="Search records, or say what to do")).to_be_focused()
    expect(page).to_have_url(re.compile("/leads/$"))
    administrator.refresh_from_db()
    assert not administrator.shortcuts


def test_keys_stay_out_of_text(on_list: Page) -> None:
    page = on_list
    page.keyboard.press("/")
    page.keyboard.type("gcj?")
    box = page.get_by_role("searchbox", name="Search name, e-mail, phone")
    expect(box).to_have_value("gcj?")
    page.keyboard.press("Escape")
    expect(box).not_to_be_focused()

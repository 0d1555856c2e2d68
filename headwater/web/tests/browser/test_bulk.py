"""Ticking rows of a list and changing them."""

import pytest
from playwright.sync_api import Page, expect

from headwater.testing.factories import make_lead
from headwater.users.models import User
from headwater.web.tests.browser.conftest import OpenPage, assert_accessible


@pytest.fixture
def leads(administrator: User) -> None:
    for number in range(5):
        make_lead(administrator, first_name="Anna", last_name=f"Nr {number}", job_title="CEO")


def test_rows_are_ticked_and_changed(page: Page, leads: None) -> None:
    page.goto("/leads/")
    bar = page.locator("#pick")
    expect(bar).to_be_hidden()
    page.keyboard.press("j")
    page.keyboard.press("x")
    expect(bar).to_contain_text("Selected: 1")
    page.get_by_role("checkbox", name="Anna Nr 4").click()
    expect(bar).to_be_hidden()
    page.get_by_role("checkbox", name="Anna Nr 4").click()
    page.get_by_role("checkbox", name="Anna Nr 2").click(modifiers=["Shift"])
    expect(bar).to_contain_text("Selected: 3")
    assert_accessible(page)
    page.get_by_role("button", name="Clear the selection").click()
    expect(page.locator("tbody .pick:checked")).to_have_count(0)
    expect(bar).to_be_hidden()
    page.get_by_role("checkbox", name="Select this page").check()
    expect(bar).to_contain_text("Selected: 5")
    page.get_by_role("checkbox", name="Anna Nr 0").uncheck()

    page.keyboard.press("Control+k")
    page.keyboard.type("Change…")
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("heading", name="Change 4 records")).to_be_visible()
    dialog.get_by_role("combobox", name="Field").fill("Job title")
    page.locator(".ts-dropdown [data-value='job_title']").click()
    dialog.get_by_role("textbox", name="Job title").fill("CFO")
    assert_accessible(page)
    dialog.get_by_role("button", name="Change 4 records").click()
    expect(page.get_by_text("4 records are changed.")).to_be_visible()
    expect(dialog).to_be_hidden()
    expect(bar).to_be_hidden()
    page.locator(".toast").get_by_role("button", name="Undo").click()
    expect(page.get_by_role("heading", name="Undoing…")).to_be_visible()
    assert_accessible(page)


def test_a_phone_ticks_cards_and_takes_the_whole_list(
    open_page: OpenPage, administrator: User, leads: None
) -> None:
    page = open_page(administrator, phone=True, dark=True)
    page.goto("/leads/")
    page.get_by_role("checkbox", name="Anna Nr 3").tap()
    page.get_by_role("checkbox", name="Select all 5 of this list").tap()
    expect(page.locator("#pick")).to_contain_text("All of this list are selected")
    assert_accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.get_by_role("button", name="Change…").tap()
    expect(page.get_by_role("heading", name="Change 5 records")).to_be_visible()
    assert_accessible(page)


def test_a_selection_walks_through_pages(page: Page, administrator: User) -> None:
    for number in range(52):
        make_lead(administrator, last_name=f"Nr {number:02}", job_title="CEO")
    page.goto("/leads/?sort=name")
    bar = page.locator("#pick")
    page.get_by_role("checkbox", name="Lead Nr 03", exact=True).check()
    page.get_by_role("link", name="Next page").click()
    expect(bar).to_contain_text("Selected: 1, on this page: 0")
    assert_accessible(page)
    page.get_by_role("checkbox", name="Lead Nr 51", exact=True).check()
    expect(bar).to_contain_text("Selected: 2, on this page: 1")
    page.get_by_role("link", name="First page").click()
    expect(page.get_by_role("checkbox", name="Lead Nr 03", exact=True)).to_be_checked()
    page.get_by_role("link", name="Lead Nr 03", exact=True).click()
    expect(page.get_by_role("heading", name="Lead Nr 03", level=1)).to_be_visible()
    page.go_back()
    expect(bar).to_contain_text("Selected: 2, on this page: 1")

    page.get_by_role("button", name="Change…").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("combobox", name="Field").fill("Job title")
    page.locator(".ts-dropdown [data-value='job_title']").click()
    dialog.get_by_role("textbox", name="Job title").fill("CFO")
    dialog.get_by_role("button", name="Change 2 records").click()
    expect(page.get_by_text("2 records are changed.")).to_be_visible()
    expect(bar).to_be_hidden()
    page.get_by_role("link", name="Next page").click()
    expect(page.get_by_role("checkbox", name="Lead Nr 51", exact=True)).not_to_be_checked()

    page.get_by_role("checkbox", name="Lead Nr 50", exact=True).check()
    page.goto("/leads/?q=Nr")
    expect(bar).to_be_hidden()

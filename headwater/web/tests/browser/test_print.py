"""Paper: the title and the content, dark on white, no tools; nothing is cut off."""

import pytest
from playwright.sync_api import Page, expect

from headwater.testing.factories import make_lead
from headwater.users.models import User
from headwater.web.tests.browser.conftest import OpenPage


@pytest.fixture
def on_paper(open_page: OpenPage, administrator: User) -> Page:
    page = open_page(administrator, dark=True)
    page.emulate_media(media="print", color_scheme="dark")
    return page


def style(page: Page, selector: str, name: str) -> str:
    return str(page.eval_on_selector(selector, f"element => getComputedStyle(element).{name}"))


def test_a_list_and_a_record_print_without_tools(on_paper: Page, administrator: User) -> None:
    page = on_paper
    for number in range(45):
        lead = make_lead(
            administrator, first_name="Anna", last_name=f"Ozola {number}", email="anna@example.com"
        )
    page.goto("/leads/")
    expect(page.get_by_role("heading", name="Leads", level=1)).to_be_visible()
    expect(page.locator("tbody tr").last).to_be_visible()
    expect(page.get_by_role("columnheader", name="Status")).to_be_visible()
    for tool in (".side", ".head-search", ".screen-bar", ".view-bar", ".foot-bar"):
        expect(page.locator(tool).first).to_be_hidden()
    # The table is as long as it is: no region of the page scrolls.
    body, table = (page.locator(each).bounding_box() for each in (".screen-body", "table"))
    assert body
    assert table
    assert body["height"] >= table["height"]
    assert style(page, "html", "colorScheme") == "light"
    page.goto(f"/leads/{lead.pk}/")
    expect(page.get_by_role("heading", name="Anna Ozola 44", level=1)).to_be_visible()
    expect(page.locator(".composer")).to_be_hidden()
    expect(page.get_by_role("button", name="Make")).to_be_hidden()
    expect(page.locator("#section-lead")).to_contain_text("Ozola 44")

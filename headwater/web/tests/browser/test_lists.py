"""Working with a list: rows, columns, order, filter, pages, keyboard."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from headwater.testing.factories import make_lead, make_option
from headwater.users.models import User
from headwater.web.tests.browser.conftest import OpenPage, assert_accessible


@pytest.fixture
def leads(administrator: User) -> None:
    make_option("source", "Trade show")
    for number in range(3):
        make_lead(administrator, first_name="Anna", last_name=f"Show {number}", source="trade_show")
    make_lead(administrator, first_name="Bert", last_name="Website", value="1500", status="open")


@pytest.fixture
def on_list(page: Page, leads: None) -> Page:
    page.goto("/leads/")
    return page


def rows(page: Page) -> list[str]:
    return page.locator("tbody .row-link").all_inner_texts()


def test_the_builder_filters_and_the_chips_undo_it(on_list: Page) -> None:
    page = on_list
    assert_accessible(page)
    page.keyboard.press("f")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    dialog.get_by_role("combobox", name="Field").fill("Source")
    page.locator(".ts-dropdown [data-value='source']").click()
    dialog.get_by_role("combobox", name="Values").fill("Trade")
    page.locator(".ts-dropdown [data-value='trade_show']").click()
    assert_accessible(page)
    dialog.get_by_role("button", name="Apply", exact=True).click()
    expect(page.get_by_role("heading", name="Leads: Source is Trade show")).to_be_visible()
    expect(dialog).to_be_hidden()
    assert sorted(rows(page)) == ["Anna Show 0", "Anna Show 1", "Anna Show 2"]
    assert "filter=" in page.url
    page.reload()
    assert len(rows(page)) == 3
    page.get_by_role("link", name="Remove: Source is Trade show").click()
    expect(page.locator("tbody .row-link")).to_have_count(4)
    page.go_back()
    expect(page.locator("tbody .row-link")).to_have_count(3)


def test_a_filter_that_hides_everything_offers_to_clear_it(on_list: Page) -> None:
    on_list.goto('/leads/?filter={"field":"first_name","op":"eq","value":"Nobody"}')
    expect(on_list.get_by_text("Nothing matches")).to_be_visible()
    assert_accessible(on_list)
    on_list.get_by_role("link", name="Clear the filter").click()
    expect(on_list.locator("tbody .row-link")).to_have_count(4)


def test_a_click_on_the_head_sorts_and_columns_come_and_go(on_list: Page) -> None:
    page = on_list
    page.get_by_role("link", name="Name", exact=True).click()
    expect(page.locator("th[aria-sort=ascending]")).to_contain_text("Name")
    assert rows(page) == ["Anna Show 0", "Anna Show 1", "Anna Show 2", "Bert Website"]
    page.get_by_role("button", name="Columns").click()
    page.get_by_role("checkbox", name="Priority").check()
    page.get_by_role("checkbox", name="Phone", exact=True).uncheck()
    page.get_by_role("button", name="Show these").click()
    expect(page.get_by_role("columnheader", name="Priority")).to_be_visible()
    expect(page.get_by_role("columnheader", name="Phone", exact=True)).to_have_count(0)


def test_the_keyboard_walks_the_rows_and_opens_one(on_list: Page) -> None:
    page = on_list
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    second = rows(page)[1]
    expect(page.locator(".row-link:focus")).to_have_text(second)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name=second)).to_be_visible()
    page.keyboard.press("k")
    expect(page.get_by_role("heading", name="Bert Website")).to_be_visible()
    page.keyboard.press("j")
    expect(page.get_by_role("heading", name=second)).to_be_visible()


def test_pages_and_the_count(page: Page, administrator: User) -> None:
    for number in range(52):
        make_lead(administrator, first_name="Lead", last_name=f"{number:02}")
    page.goto("/leads/")
    expect(page.locator("#list-count")).to_have_text("52 records")
    page.keyboard.press("n")
    expect(page.locator("tbody .row-link")).to_have_count(2)
    page.get_by_role("link", name="First page").click()
    expect(page.locator("tbody .row-link")).to_have_count(50)


def test_search_finds_while_one_types(on_list: Page) -> None:
    page = on_list
    page.keyboard.press("/")
    page.keyboard.type("bert web")
    hit = page.locator("#search-panel .menu-item")
    expect(hit).to_have_count(1)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Bert Website")).to_be_visible()
    page.keyboard.press("/")
    page.keyboard.type("show")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Search: show")).to_be_visible()
    assert_accessible(page)


def test_a_phone_shows_cards_and_a_bar_at_the_foot(
    open_page: OpenPage, administrator: User, leads: None
) -> None:
    page = open_page(administrator, phone=True)
    page.goto("/leads/")
    expect(page.locator("thead")).to_be_hidden()
    assert_accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.get_by_role("button", name="More", exact=True).click()
    page.locator("#more-menu").get_by_role("link", name="Contacts").click()
    expect(page.get_by_role("heading", name="Contacts", exact=True)).to_be_visible()
    expect(page.get_by_text("No contacts yet")).to_be_visible()


def test_the_sheet_lists_the_keys(on_list: Page) -> None:
    on_list.keyboard.press("?")
    expect(on_list.get_by_role("heading", name="Keyboard")).to_be_visible()
    assert_accessible(on_list)
    on_list.keyboard.press("Escape")
    on_list.keyboard.press("g")
    on_list.keyboard.press("o")
    expect(on_list).to_have_url(re.compile("/opportunities/$"))


def heads(page: Page) -> list[str | None]:
    return [head.get_attribute("data-column") for head in page.locator("th[data-column]").all()]


def width(page: Page, key: str) -> int:
    box = page.locator(f"th[data-column={key}]").bounding_box()
    assert box
    return round(box["width"])


def kept(page: Page) -> Any:
    return page.expect_response(lambda answer: "/layout/" in answer.url and answer.ok)


def test_columns_move_and_resize_by_mouse_and_by_keyboard(on_list: Page) -> None:
    page = on_list
    start = heads(page)
    with kept(page):
        page.get_by_role("link", name="Status").drag_to(page.get_by_role("link", name="E-mail"))
    assert heads(page)[:4] == ["name", "source", "email", "status"]
    first = page.locator("tbody tr").first
    expect(first.locator("td").nth(3)).to_contain_text("Open")
    page.get_by_role("link", name="Status").focus()
    with kept(page):
        page.keyboard.press("Shift+ArrowLeft")
    assert heads(page)[:4] == ["name", "source", "status", "email"]

    before = width(page, "source")
    edge = page.get_by_role("separator", name="Width: Source")
    box = edge.bounding_box()
    assert box
    page.mouse.move(box["x"] + 4, box["y"] + 10)
    page.mouse.down()
    page.mouse.move(box["x"] + 64, box["y"] + 10)
    with kept(page):
        page.mouse.up()
    assert width(page, "source") == before + 60
    edge.focus()
    page.keyboard.press("ArrowLeft")
    with kept(page):
        page.keyboard.press("Tab")
    assert width(page, "source") == before + 44
    page.reload()
    assert width(page, "source") == before + 44
    assert heads(page)[:4] == ["name", "source", "status", "email"]
    assert_accessible(page)
    page.get_by_role("button", name="Columns").click()
    page.get_by_role("button", name="Standard").click()
    expect(page.locator("th[data-column]").nth(1)).to_have_attribute("data-column", "status")
    assert heads(page) == start


def test_a_view_is_saved_changed_and_reset(on_list: Page) -> None:
    page = on_list
    page.get_by_role("link", name="Name", exact=True).click()
    page.get_by_role("link", name="Save as a view…").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Name").fill("By name")
    assert_accessible(page)
    dialog.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", name="By name")).to_be_visible()
    tabs = page.get_by_role("navigation", name="Views")
    expect(tabs.get_by_role("link", name="By name")).to_have_attribute("aria-current", "page")
    expect(page).to_have_url(re.compile("view=\\d+$"))
    address = page.url
    expect(page.get_by_text("Unsaved changes")).to_have_count(0)
    page.get_by_role("link", name="Name", exact=True).click()
    expect(page.get_by_text("Unsaved changes")).to_be_visible()
    assert rows(page)[0] == "Bert Website"
    assert_accessible(page)
    page.get_by_role("button", name="Reset").click()
    expect(page.get_by_text("Unsaved changes")).to_have_count(0)
    assert rows(page)[0] == "Anna Show 0"
    page.get_by_role("link", name="Name", exact=True).click()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("“By name” is saved.")).to_be_visible()
    expect(page).to_have_url(address)
    assert rows(page)[0] == "Bert Website"
    tabs.get_by_role("link", name="All leads").click()
    expect(page.get_by_role("heading", name="Leads", exact=True)).to_be_visible()
    page.get_by_role("link", name="Views", exact=True).click()
    expect(dialog.get_by_role("link", name="By name", exact=True)).to_be_visible()
    assert_accessible(page)
    dialog.get_by_role("button", name="Take “By name” from my tabs").click()
    expect(page.get_by_role("heading", name="By name")).to_be_visible()
    page.get_by_role("link", name="Views", exact=True).click()
    dialog.get_by_role("button", name="Delete “By name”").click()
    expect(page.get_by_role("heading", name="Leads", exact=True)).to_be_visible()


def test_a_list_in_groups_opens_them_and_adds_up(on_list: Page, administrator: User) -> None:
    page = on_list
    for number in range(20):
        make_lead(administrator, last_name=f"More {number:02}", source="trade_show", value="10")
    page.get_by_role("link", name="Group", exact=True).click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Group by").select_option("source")
    assert_accessible(page)
    dialog.get_by_role("button", name="Show").click()
    group = page.get_by_role("link", name="Trade show 23")
    expect(group).to_have_attribute("aria-expanded", "false")
    expect(page.get_by_text("€1,500.00")).to_be_visible()
    group.focus()
    page.keyboard.press("Enter")
    shown = page.locator("#group-0 tr[data-row]:visible")
    expect(shown).to_have_count(20)
    expect(group).to_have_attribute("aria-expanded", "true")
    page.get_by_role("link", name="Show more").click()
    expect(shown).to_have_count(23)
    group.click()
    expect(shown).to_have_count(0)
    expect(group).to_have_attribute("aria-expanded", "false")
    group.click()
    expect(shown).to_have_count(23)
    page.get_by_role("link", name="Totals").click()
    expect(page.locator("tfoot")).to_contain_text("€1,700.00")
    page.get_by_role("combobox", name="Total: Value").select_option("value:max")
    expect(page.locator("tfoot")).to_contain_text("€1,500.00")
    assert_accessible(page)
    page.get_by_role("link", name="Hide totals").click()
    expect(page.locator("tfoot")).to_have_count(0)

"""A dashboard in a browser: built, arranged by keyboard and by drag, filtered, read on a phone."""

import re

import pytest
from playwright.sync_api import Page, expect

from headwater.reports.dashboards import Placed, create_dashboard, get_dashboard, placed
from headwater.reports.models import Dashboard
from headwater.reports.services import save_report
from headwater.testing.factories import actor_of, make_lead, make_option
from headwater.users.models import User
from headwater.web.tests.browser.conftest import OpenPage, assert_accessible

COUNT = {"v": 1, "root": "lead", "measures": [{"id": "m1", "ref": "lead.count"}]}
BY_SOURCE = COUNT | {"rows": [{"id": "d1", "field": "source"}]}


@pytest.fixture
def leads(seller_north: User, seller_south: User) -> None:
    make_option("source", "Fair")
    make_option("source", "Mail")
    for owner, source in ((seller_north, "fair"), (seller_north, "fair"), (seller_south, "mail")):
        make_lead(owner, first_name="Lea", last_name="Lead", source=source)


@pytest.fixture
def board(leads: None, administrator: User) -> Dashboard:
    actor = actor_of(administrator)
    reports = [
        save_report(actor, name=name, definition=definition).pk
        for name, definition in (
            ("Sources", BY_SOURCE),
            ("All leads", COUNT),
            ("Table", BY_SOURCE | {"chart": {"kind": "table"}}),
        )
    ]
    return create_dashboard(actor, "Monday", [Placed(pk) for pk in reports])


def names(page: Page) -> list[str]:
    return page.locator(".dashboard-tile h2").all_inner_texts()


def test_a_dashboard_is_built_from_reports(page: Page, leads: None, administrator: User) -> None:
    report = save_report(actor_of(administrator), name="Sources", definition=BY_SOURCE)
    page.goto("/dashboards/")
    assert_accessible(page)
    page.get_by_role("button", name="New dashboard").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Name").fill("Monday")
    dialog.get_by_role("button", name="Create").click()
    expect(page.get_by_text("Nothing stands here yet")).to_be_visible()
    assert_accessible(page)
    page.get_by_role("button", name="Add a report").first.click()
    page.get_by_role("dialog").get_by_role("combobox").fill("Sour")
    page.locator(f".ts-dropdown [data-value='{report.pk}']").click()
    page.get_by_role("dialog").get_by_role("button", name="Add", exact=True).click()
    chart = page.locator(".dashboard-tile hw-chart[data-drawn]")
    expect(chart).to_be_visible()
    assert_accessible(page)
    page.get_by_role("link", name="Done").click()
    # The tile of the arranging page looks the same: wait until it is gone.
    expect(page.get_by_role("link", name="Edit", exact=True)).to_be_visible()
    expect(chart).to_be_visible()
    chart.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("#behind-title")).to_have_text("2 leads")


def test_tiles_are_moved_and_sized_by_keyboard_and_by_drag(
    page: Page, board: Dashboard, administrator: User
) -> None:
    page.goto(f"/dashboards/{board.pk}/?edit=1")
    grid = page.locator(".dashboard-tiles")
    page.get_by_role("button", name=re.compile("^Move Sources")).focus()
    page.keyboard.press("ArrowRight")
    expect(grid).to_have_attribute("data-saved", "true")
    assert names(page) == ["All leads", "Sources", "Table"]
    expect(page.locator("#tiles-said")).to_have_text("Sources: 2/3, 6 × 2")
    grid.evaluate("grid => delete grid.dataset.saved")
    page.get_by_role("button", name=re.compile("^Size of Table")).focus()
    page.keyboard.press("ArrowRight")
    expect(grid).to_have_attribute("data-saved", "true")
    grid.evaluate("grid => delete grid.dataset.saved")
    grip, target = (
        page.get_by_role("button", name=re.compile("^Move Table")),
        page.locator(".dashboard-tile").first,
    )
    box, over = grip.bounding_box(), target.bounding_box()
    assert box
    assert over
    page.mouse.move(box["x"] + 8, box["y"] + 8)
    page.mouse.down()
    page.mouse.move(over["x"] + 60, over["y"] + 60, steps=4)
    page.mouse.up()
    expect(grid).to_have_attribute("data-saved", "true")
    assert names(page) == ["Table", "All leads", "Sources"]
    kept = placed(get_dashboard(actor_of(administrator), board.pk))
    assert [(one.width, one.height) for one in kept] == [(7, 2), (6, 2), (6, 2)]
    page.reload()
    expect(page.locator(".dashboard-tile h2").first).to_have_text("Table")


def test_a_viewer_filters_all_tiles_and_nothing_moves(page: Page, board: Dashboard) -> None:
    page.goto(f"/dashboards/{board.pk}/")
    expect(page.locator(".tile-score .scorecard-value")).to_have_text("3")
    page.get_by_label("Owner").select_option(label="Nora")
    expect(page.locator(".tile-score .scorecard-value")).to_have_text("2")
    assert "owner=" in page.url
    page.get_by_label("Period").select_option(label="Last year")
    expect(page.locator(".tile-score .scorecard-value")).to_have_text("0")
    expect(page.get_by_text("Nothing to count").first).to_be_visible()
    page.reload()
    expect(page.locator(".tile-score .scorecard-value")).to_have_text("0")
    moved = page.evaluate(
        "() => performance.getEntriesByType('layout-shift').reduce((sum, one) => sum + one.value, 0)"
    )
    assert moved < 0.01
    page.get_by_role("button", name="Reset").click()
    expect(page.locator(".tile-score .scorecard-value")).to_have_text("3")


def test_a_dashboard_on_a_phone_in_the_dark(
    open_page: OpenPage, administrator: User, board: Dashboard
) -> None:
    page = open_page(administrator, phone=True, dark=True)
    page.goto(f"/dashboards/{board.pk}/")
    expect(page.locator(".dashboard-tile hw-chart[data-drawn]")).to_be_visible()
    assert_accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth") == 390

"""Making fields in the settings, putting them in order, and using them on a record."""

import pytest
from playwright.sync_api import Page, expect

from headwater.metadata.custom.definitions import Definition, add_field
from headwater.metadata.models import CustomField
from headwater.testing.factories import make_lead
from headwater.users.models import User
from headwater.web.tests.browser.conftest import OpenPage, assert_accessible


def keys() -> list[str]:
    return [row.key for row in CustomField.objects.filter(object="lead")]


def test_a_field_is_made_and_filled_in(page: Page, administrator: User) -> None:
    lead = make_lead(administrator, first_name="Anna")
    page.goto("/settings/fields/leads/")
    assert_accessible(page)
    page.get_by_role("link", name="Add field").click()
    page.get_by_role("link", name="One of several options").click()
    page.locator("#f-label").fill("Heating")
    page.get_by_label("Section").fill("The flat")
    page.get_by_label("Options").fill("Gas\nElectric")
    assert_accessible(page)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("link", name="Heating")).to_be_visible()
    page.goto(f"/leads/{lead.pk}/")
    page.locator("summary", has_text="The flat").click()
    page.get_by_role("button", name="Edit Heating").click()
    page.locator("#f-cf_heating").select_option("Gas")
    page.locator("form").filter(has=page.locator("#f-cf_heating")).get_by_role("button", name="Save").click()
    expect(page.get_by_role("button", name="Edit Heating: Gas")).to_be_visible()
    lead.refresh_from_db()
    assert lead.custom == {"cf_heating": "gas"}


@pytest.fixture
def three(administrator: User) -> None:
    for label in ("Floor", "Rooms", "View"):
        add_field("lead", Definition(label=label, section="The flat"))


def test_fields_are_put_in_order_by_keyboard_and_by_dragging(page: Page, three: None) -> None:
    page.goto("/settings/fields/leads/")
    rows = page.locator("[data-order]")
    page.get_by_role("button", name="Move View").focus()
    page.keyboard.press("ArrowUp")
    expect(rows).to_have_attribute("data-saved", "true")
    assert keys() == ["cf_floor", "cf_view", "cf_rooms"]
    rows.evaluate("list => delete list.dataset.saved")
    grip = page.get_by_role("button", name="Move Rooms")
    to = page.locator("[data-order-key='cf_floor']").bounding_box()
    grip.hover()
    page.mouse.down()
    assert to is not None
    page.mouse.move(to["x"] + 20, to["y"] + to["height"] / 2, steps=4)
    page.mouse.up()
    expect(rows).to_have_attribute("data-saved", "true")
    assert keys() == ["cf_rooms", "cf_floor", "cf_view"]


def test_on_a_phone_in_the_dark(open_page: OpenPage, administrator: User, three: None) -> None:
    page = open_page(administrator, phone=True, dark=True)
    page.goto("/settings/fields/leads/")
    assert_accessible(page)
    page.get_by_role("link", name="Rooms").click()
    expect(page.locator("#f-label")).to_have_value("Rooms")
    assert_accessible(page)

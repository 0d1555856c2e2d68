"""Arranging a form by keyboard, mouse and finger."""

from playwright.sync_api import Locator, Page, expect

from headwater.metadata import registry
from headwater.metadata.custom import rows
from headwater.users.models import User
from headwater.web.tests.browser.conftest import OpenPage, assert_accessible


def drawn() -> dict[str, tuple[str, ...]]:
    rows.refresh()
    return {section.key: section.fields for section in registry.get("lead").sections}


def list_of(page: Page, key: str) -> Locator:
    return page.locator(f"[data-order-list={key}]")


def drag(page: Page, name: str, to: Locator) -> None:
    page.get_by_role("button", name=f"Move {name}: arrow keys").hover()
    page.mouse.down()
    box = to.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 30, box["y"] + box["height"] / 2, steps=6)
    page.mouse.up()


def test_a_form_is_arranged_by_keyboard_and_by_dragging(page: Page) -> None:
    page.goto("/settings/fields/leads/layout/")
    assert_accessible(page)
    page.get_by_role("button", name="Move E-mail: arrow keys").focus()
    page.keyboard.press("ArrowUp")
    expect(list_of(page, "lead")).to_have_attribute("data-saved", "true")
    assert drawn()["lead"][-1] == "email"
    list_of(page, "reach").evaluate("list => delete list.dataset.saved")
    drag(page, "Mobile", page.locator("[data-order-key=phone]"))
    expect(list_of(page, "reach")).to_have_attribute("data-saved", "true")
    assert drawn()["reach"][:2] == ("mobile", "phone")


def test_what_is_needed_stays_on_the_form(page: Page) -> None:
    page.goto("/settings/fields/leads/layout/")
    page.get_by_role("link", name="Move First name to…").click()
    dialog = page.locator("#dialog")
    expect(dialog.get_by_role("button", name="Not on the form")).to_be_disabled()
    assert_accessible(page)
    dialog.get_by_role("button", name="Work").click()
    expect(list_of(page, "work").locator("[data-order-key=first_name]")).to_be_visible()
    page.get_by_role("link", name="Add section").click()
    expect(dialog.locator("#f-name")).to_be_visible()
    assert_accessible(page)
    dialog.locator("#f-name").fill("The flat")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="The flat")).to_be_visible()


def test_on_a_phone_in_the_dark(open_page: OpenPage, administrator: User) -> None:
    page = open_page(administrator, phone=True, dark=True)
    page.goto("/settings/fields/leads/layout/")
    assert_accessible(page)
    page.get_by_role("button", name="Down: E-mail").click()
    expect(page.get_by_role("heading", name="Form layout", level=1)).to_be_visible()
    expect(list_of(page, "reach").locator("> li").nth(1)).to_have_attribute("data-order-key", "email")

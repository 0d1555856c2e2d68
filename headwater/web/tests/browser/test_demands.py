"""Fields that come and go while a form is filled in, and cards that ask for what a lane needs."""

import pytest
from playwright.sync_api import Page, expect

from headwater.metadata.custom.definitions import Definition, add_field
from headwater.testing.factories import make_lead, make_opportunity, make_stage
from headwater.users.models import User
from headwater.web.tests.browser.conftest import OpenPage, assert_accessible


@pytest.fixture
def garage(administrator: User) -> None:
    rule = {"field": "priority", "op": "in", "value": ["high"]}
    add_field("lead", Definition(label="Garage", section="The house", visible_when=rule, required_when=rule))


@pytest.mark.parametrize("phone", [False, True])
def test_fields_come_and_go_while_a_form_is_filled_in(
    open_page: OpenPage, administrator: User, garage: None, phone: bool
) -> None:
    page = open_page(administrator, phone=phone, dark=phone)
    page.goto("/leads/new/")
    form = page.locator(".new-form")
    expect(page.get_by_role("heading", name="The house")).to_be_hidden()
    page.locator("#f-priority").select_option("high")
    expect(form).to_have_attribute("data-demanded", "1")
    page.locator("summary", has_text="The house").click()
    expect(page.locator("#f-cf_garage")).to_be_visible()
    expect(page.locator("[data-demand=cf_garage] .must")).to_be_visible()
    assert_accessible(page)
    page.locator("#f-priority").select_option("low")
    expect(page.get_by_role("heading", name="The house")).to_be_hidden()


def test_a_section_reacts_and_brings_the_others_along(page: Page, administrator: User, garage: None) -> None:
    lead = make_lead(administrator)
    page.goto(f"/leads/{lead.pk}/")
    expect(page.get_by_role("heading", name="The house")).to_be_hidden()
    page.get_by_role("button", name="Edit Priority").click()
    page.locator("#f-priority").select_option("high")
    page.locator(".section-form").get_by_role("button", name="Save").click()
    # Garage is in another section, and asked for here.
    expect(page.locator("#e-cf_garage")).to_contain_text("Garage is required where")
    page.locator("#f-cf_garage").fill("Two cars")
    page.locator(".section-form").get_by_role("button", name="Save").click()
    expect(page.get_by_role("button", name="Edit Garage: Two cars")).to_be_visible()


def test_a_card_asks_for_what_its_lane_needs_by_keyboard(page: Page, administrator: User) -> None:
    one, two = make_stage("One", position=1), make_stage("Two", position=2)
    rule = f"stage:{two.pk}"
    add_field("opportunity", Definition(label="Plan", required_from=rule))
    lead = make_lead(administrator)
    deal = make_opportunity(administrator, lead=lead.pk, stage=one.pk, title="Flat 7")
    page.goto("/opportunities/?display=board&lanes=stage")
    page.get_by_role("link", name="Flat 7", exact=True).focus()
    page.keyboard.press("Shift+ArrowRight")
    dialog = page.locator("#dialog")
    expect(dialog.get_by_label("Plan")).to_be_visible()
    assert_accessible(page)
    dialog.get_by_label("Plan").fill("A")
    page.keyboard.press("Enter")
    expect(dialog).to_be_hidden()
    expect(page.locator(".lane").nth(1).get_by_role("link", name="Flat 7", exact=True)).to_be_visible()
    deal.refresh_from_db()
    assert (deal.stage_id, deal.custom["cf_plan"]) == (two.pk, "A")

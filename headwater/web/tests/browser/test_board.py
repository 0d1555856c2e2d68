"""Working with a board: mouse, keyboard, menu, refusals, undo."""

import pytest
from playwright.sync_api import Locator, Page, expect

from headwater.testing.factories import make_lead, make_opportunity, make_option, make_stage
from headwater.users.models import User
from headwater.web.tests.browser.conftest import OpenPage, assert_accessible


@pytest.fixture
def leads(administrator: User) -> None:
    make_lead(administrator, last_name="Ozols", status="open", value="10")
    make_lead(administrator, last_name="Bērzs", status="open", value="20")
    lead = make_lead(administrator, last_name="Kļava")
    make_opportunity(administrator, lead=lead.pk)


@pytest.fixture
def on_board(page: Page, leads: None) -> Page:
    page.goto("/leads/?display=board&columns=name,value,owner&sort=name")
    return page


def lane(page: Page, name: str) -> Locator:
    return page.get_by_role("region", name=name, exact=True)


def drag(page: Page, card: str, to: Locator) -> None:
    start, end = page.get_by_role("link", name=card, exact=True).bounding_box(), to.bounding_box()
    assert start
    assert end
    page.mouse.move(start["x"] + 20, start["y"] + 8)
    page.mouse.down()
    page.mouse.move(end["x"] + 60, end["y"] + 120, steps=4)
    page.mouse.up()


def test_cards_are_dragged_and_undone(on_board: Page) -> None:
    page = on_board
    assert_accessible(page)
    drag(page, "Lead Ozols", lane(page, "Replied"))
    expect(page.get_by_text("“Lead Ozols” is in “Replied” now.")).to_be_visible()
    expect(lane(page, "Replied").get_by_role("link", name="Lead Ozols", exact=True)).to_be_visible()
    expect(lane(page, "Replied").locator(".lane-head")).to_contain_text("€10.00")
    expect(lane(page, "Open").locator(".lane-head")).to_contain_text("€20.00")
    assert_accessible(page)
    page.get_by_role("button", name="Undo").click()
    expect(lane(page, "Open").get_by_role("link", name="Lead Ozols", exact=True)).to_be_visible()


def test_a_refused_card_goes_back_and_says_why(on_board: Page) -> None:
    page = on_board
    drag(page, "Lead Kļava", lane(page, "Open"))
    expect(page.get_by_text("What was made from this lead decides its status")).to_be_visible()
    expect(lane(page, "Opportunity").get_by_role("link", name="Lead Kļava", exact=True)).to_be_visible()
    assert_accessible(page)


def test_the_keyboard_walks_moves_and_asks(on_board: Page) -> None:
    page = on_board
    page.get_by_role("link", name="Lead Bērzs", exact=True).focus()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("link", name="Lead Ozols", exact=True)).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("link", name="Lead Kļava", exact=True)).to_be_focused()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Shift+ArrowRight")
    expect(lane(page, "Replied").get_by_role("link", name="Lead Bērzs", exact=True)).to_be_focused()
    expect(page.get_by_text("is in “Replied” now.")).to_be_visible()
    page.keyboard.press("m")
    dialog = page.get_by_role("dialog")
    assert_accessible(page)
    dialog.get_by_role("link", name="Change…").click()
    expect(dialog.get_by_role("heading", name="Change 1 record")).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    page.get_by_role("link", name="Lead Bērzs", exact=True).focus()
    page.keyboard.press("m")
    dialog.get_by_role("button", name="Interested").click()
    expect(lane(page, "Interested").get_by_role("link", name="Lead Bērzs", exact=True)).to_be_visible()
    expect(dialog).to_be_hidden()


def test_a_loss_asks_for_its_reasons(page: Page, administrator: User) -> None:
    make_option("lost_reason", "Price")
    make_opportunity(administrator, title="Pumps")
    page.goto("/opportunities/?display=board&lanes=status")
    drag(page, "Pumps", lane(page, "Lost"))
    dialog = page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    expect(lane(page, "Open").get_by_role("link", name="Pumps", exact=True)).to_have_count(1)
    assert_accessible(page)
    dialog.get_by_role("combobox").first.fill("Price")
    page.locator(".ts-dropdown [data-value='price']").click()
    dialog.get_by_role("button", name="Save").click()
    expect(lane(page, "Lost").get_by_role("link", name="Pumps", exact=True)).to_be_visible()
    expect(dialog).to_be_hidden()


def test_a_board_is_chosen_and_fits_a_phone(open_page: OpenPage, administrator: User) -> None:
    stage = make_stage("Proposal")
    make_opportunity(administrator, title="Pumps", stage=stage.pk, amount="5")
    page = open_page(administrator, phone=True)
    page.goto("/opportunities/")
    page.get_by_role("link", name="Board", exact=True).click()
    expect(lane(page, "Proposal").get_by_role("link", name="Pumps", exact=True)).to_be_visible()
    assert_accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.get_by_role("link", name="Board: Stage").click()
    page.get_by_label("A lane for each").select_option("status")
    page.get_by_role("button", name="Show").click()
    page.get_by_role("link", name="Move “Pumps”").click()
    page.get_by_role("dialog").get_by_role("button", name="Replied").click()
    expect(lane(page, "Replied").get_by_role("link", name="Pumps", exact=True)).to_have_count(1)


def test_a_finger_lifts_a_card_by_resting_on_it(
    open_page: OpenPage, administrator: User, leads: None
) -> None:
    page = open_page(administrator, phone=True)
    page.set_viewport_size({"width": 1024, "height": 768})  # shows two lanes
    page.goto("/leads/?display=board&columns=name&sort=name")
    start = page.get_by_role("link", name="Lead Bērzs", exact=True).bounding_box()
    target = lane(page, "Replied")
    end = target.bounding_box()
    assert start
    assert end
    touch = page.context.new_cdp_session(page)

    def finger(kind: str, x: float = 0, y: float = 0) -> None:
        points = [] if kind == "touchEnd" else [{"x": x, "y": y}]
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    x, y = start["x"] + 20, start["y"] + 8
    finger("touchStart", x, y)
    expect(page.locator(".card-ghost")).to_be_visible()  # it waits for the finger, not for a clock
    finger("touchMove", end["x"] + 60, end["y"] + 120)
    finger("touchEnd")
    expect(target.get_by_role("link", name="Lead Bērzs", exact=True)).to_have_count(1)
    expect(page.get_by_text("is in “Replied” now.")).to_be_visible()

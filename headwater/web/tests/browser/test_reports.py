"""Making, reading, designing and keeping a report in a browser."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Locator, Page, expect

from headwater.lib import clock
from headwater.records.write import delete_record
from headwater.reports.services import save_report, share_report
from headwater.reports.sharing import Readers
from headwater.testing.factories import SYSTEM, actor_of, make_lead, make_opportunity, make_option
from headwater.users.models import User
from headwater.web.tests.browser.conftest import OpenPage, assert_accessible

RATE = {
    "v": 1,
    "root": "lead",
    "measures": [{"id": "m1", "ref": "lead.conversion_rate"}, {"id": "m2", "ref": "lead.count"}],
    "rows": [{"id": "d1", "field": "source"}],
    "sort": [{"by": "m1", "dir": "desc"}],
}


@pytest.fixture
def leads(seller_north: User, seller_south: User) -> None:
    """Eight leads of this year: five from the fair with two converted, three by mail with none."""
    make_option("source", "Fair")
    make_option("source", "Mail")
    for number in range(5):
        lead = make_lead(seller_north, first_name="Fay", last_name=f"Fair {number}", source="fair")
        if number < 2:
            make_opportunity(seller_north, lead=lead.pk)
    for number in range(3):
        make_lead(seller_south, first_name="Mia", last_name=f"Mail {number}", source="mail")


def bar_of(page: Page, at: int, of: int) -> tuple[float, float]:
    """Return a point inside the band of a lying bar; the chart is drawn by then."""
    box = drawn(page).bounding_box()
    assert box
    return box["x"] + box["width"] * 0.6, box["y"] + box["height"] * (at + 0.5) / of


def drawn(page: Page) -> Locator:
    chart = page.locator("hw-chart[data-drawn]")
    expect(chart).to_be_visible()
    return chart


def counted(page: Page) -> list[str]:
    return sorted(page.locator("#behind tbody .row-link").all_inner_texts())


def row(page: Page, name: str) -> Locator:
    return page.locator(".groups tbody tr").filter(has_text=name)


def test_from_the_menu_to_the_leads_of_a_bar(page: Page, leads: None) -> None:
    page.goto("/reports/")
    assert_accessible(page)
    page.get_by_role("button", name="Create").click()
    page.locator("#create-report").get_by_role("link", name="Conversion How many leads").click()
    expect(page.get_by_role("heading", name="Lead conversion (cohort)")).to_be_visible()
    expect(row(page, "Fair")).to_contain_text("40.0%")
    expect(page.locator(".headline-value")).to_have_text("25.0%")
    expect(page.locator("#behind-title")).to_have_text("8 leads")
    chart = drawn(page)
    chart.scroll_into_view_if_needed()
    x, y = bar_of(page, 0, 2)
    page.mouse.move(x, y)
    expect(page.locator(".chart-tip-box")).to_contain_text("2 of 5 converted")
    page.mouse.click(x, y)
    expect(page.locator("#behind-title")).to_have_text("5 leads")
    assert counted(page) == [f"Fay Fair {n}" for n in range(5)]
    expect(page.locator("#behind .pill", has_text=re.compile("^Converted$"))).to_have_count(2)
    expect(page.locator("#behind .pill", has_text="Not converted")).to_have_count(3)
    expect(row(page, "Fair").locator("[aria-current]")).to_be_visible()
    assert "mark=" in page.url
    page.get_by_role("link", name="Open as list").click()
    expect(page.get_by_role("heading", name=re.compile("Source is Fair"))).to_be_visible()
    expect(page.locator("tbody .row-link")).to_have_count(5)
    page.go_back()
    expect(page.locator("#behind-title")).to_have_text("5 leads")
    page.go_back()
    expect(page.locator("#behind-title")).to_have_text("8 leads")


def test_the_keyboard_walks_the_bars_and_opens_one(page: Page, leads: None) -> None:
    page.goto("/reports/new/?type=lead.conversion")
    drawn(page).focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    expect(page.locator("hw-chart [aria-live]")).to_contain_text("Mail, 0.0%, 0 of 3 converted")
    page.keyboard.press("Enter")
    expect(page.locator("#behind-title")).to_have_text("3 leads")
    row(page, "Fair").locator(".row-link").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#behind-title")).to_have_text("5 leads")


def test_a_number_explains_itself(page: Page, leads: None) -> None:
    page.goto("/reports/new/?type=lead.conversion")
    row(page, "Fair").hover()
    row(page, "Fair").get_by_role("button", name="Explain: Fair").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("40.0%")
    expect(dialog).to_contain_text("2 count as “Converted” ÷ 5 leads")
    expect(dialog).to_contain_text("Europe/Riga")
    dialog.get_by_text("SQL, for administrators").click()
    expect(dialog.locator("pre").first).to_contain_text("SELECT")
    assert_accessible(page)
    dialog.get_by_role("link", name="Open exactly these records").click()
    expect(page.locator("tbody .row-link")).to_have_count(5)


def test_designing_a_report_and_going_back(page: Page, leads: None) -> None:
    page.goto("/reports/new/?type=lead.conversion")
    page.get_by_role("button", name="Source", exact=True).first.click()
    page.get_by_role("searchbox", name="Search fields").locator("visible=true").fill("owner team")
    page.keyboard.press("Enter")
    expect(page.locator("#pick-view_by")).to_have_text("Owner › Team")
    expect(page.locator("#pick-view_by")).to_be_focused()
    expect(row(page, "North")).to_contain_text("40.0%")
    expect(page.get_by_text("Not saved")).to_be_visible()
    page.locator("#pick-view_by").click()
    page.locator("#view_by-menu").get_by_role("button", name="Created", exact=True).first.click()
    expect(page.locator("#pick-grain")).to_have_value("month")
    page.locator("#pick-grain").select_option("year")
    expect(page.locator(".groups tbody tr")).to_have_count(1)
    page.get_by_text("Scorecard").click()
    expect(page.locator(".scorecard-value")).to_have_text("25.0%")
    expect(page.locator("hw-chart")).to_have_count(0)
    page.go_back()
    expect(page.locator("#pick-grain")).to_have_value("year")
    page.go_back()
    expect(page.locator("#pick-grain")).to_have_value("month")
    page.get_by_role("link", name="Undo changes").click()
    expect(page.locator("#pick-view_by")).to_have_text("Source")
    expect(page.get_by_text("Not saved")).to_have_count(0)


def test_period_and_conditions(page: Page, leads: None) -> None:
    page.goto("/reports/new/?type=lead.conversion")
    page.locator("#pick-period").click()
    page.get_by_role("button", name="Last year").click()
    expect(page.locator("#pick-period")).to_have_text("Created: last year")
    expect(page.get_by_text("Nothing to count")).to_be_visible()
    assert_accessible(page)
    page.locator("#pick-period").click()
    page.locator("#period-menu").get_by_role("button", name="Any time").click()
    expect(page.locator("#behind-title")).to_have_text("8 leads")
    page.get_by_role("button", name="Add condition").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("combobox", name="Field").fill("Source")
    page.locator(".ts-dropdown [data-value='source']").click()
    dialog.get_by_role("combobox", name="Values").fill("Fair")
    page.locator(".ts-dropdown [data-value='fair']").click()
    dialog.get_by_role("button", name="Apply", exact=True).click()
    expect(page.locator("#behind-title")).to_have_text("5 leads")
    page.get_by_role("button", name="Remove: Source is Fair").click()
    expect(page.locator("#behind-title")).to_have_text("8 leads")


def test_segments_of_a_bar_open_their_records(page: Page, leads: None) -> None:
    page.goto("/reports/new/?type=lead.conversion")
    page.locator("#pick-segment_by").click()
    page.locator("#segment_by-menu").get_by_role("button", name="Owner", exact=True).first.click()
    expect(page.locator(".legend")).to_contain_text("Nora")
    drawn(page)
    assert_accessible(page)
    row(page, "Fair").get_by_role("button", name="40.0%").click()
    expect(page.locator("#behind-title")).to_have_text("5 leads")
    expect(page.locator(".behind-words")).to_contain_text("Owner is Nora")


def test_keeping_and_sharing_a_report(
    page: Page, open_page: OpenPage, leads: None, seller_north: User
) -> None:
    page.goto("/reports/new/?type=lead.conversion")
    page.locator("#pick-view_by").click()
    page.locator("#view_by-menu").get_by_role("button", name="Owner", exact=True).first.click()
    expect(page.locator("#pick-view_by")).to_have_text("Owner")
    page.get_by_role("button", name="Save", exact=True).click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Name").fill("By owner")
    dialog.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("heading", name="By owner (cohort)")).to_be_visible()
    expect(page.get_by_role("switch", name="Edit")).not_to_be_checked()
    address = page.url
    page.get_by_role("button", name="More", exact=True).click()
    page.get_by_role("button", name="Share…").click()
    dialog.get_by_role("checkbox", name="Everybody").check()
    assert_accessible(page)
    dialog.get_by_role("button", name="Share", exact=True).click()
    expect(page.get_by_text("each sees her own numbers")).to_be_visible()
    hers = open_page(seller_north)
    hers.goto("/reports/")
    hers.get_by_role("link", name="By owner").click()
    hers.wait_for_url(address)
    expect(hers.locator("#behind-title")).to_have_text("5 leads")
    expect(hers.locator(".groups tbody tr")).to_have_count(1)
    hers.locator("#pick-period").click()
    hers.get_by_role("button", name="This month").click()
    expect(hers.get_by_role("button", name="Save as a copy")).to_be_visible()
    page.get_by_role("button", name="More", exact=True).click()
    page.get_by_role("button", name="Name and folder…").click()
    dialog.get_by_label("Name").fill("Who converts")
    dialog.get_by_label("Folder").fill("Weekly")
    dialog.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", name="Who converts (cohort)")).to_be_visible()
    page.get_by_role("button", name="More", exact=True).click()
    page.get_by_role("button", name="Delete…").click()
    page.get_by_role("button", name="Delete the report").click()
    expect(page.get_by_text("“Who converts” is deleted.")).to_be_visible()
    assert hers.goto(address).status == 404


def test_a_report_on_a_phone_in_the_dark(open_page: OpenPage, administrator: User, leads: None) -> None:
    saved = save_report(actor_of(administrator), name="Sources", definition=RATE)
    share_report(actor_of(administrator), saved.pk, Readers(everybody=True))
    page = open_page(administrator, phone=True, dark=True)
    page.goto(f"/reports/{saved.pk}/")
    drawn(page)
    assert_accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    row(page, "Mail").locator(".row-link").tap()
    expect(page.locator("#behind-title")).to_have_text("3 leads")
    expect(page.locator("#behind-title")).to_be_in_viewport()
    page.get_by_role("switch", name="Edit").tap()
    expect(page.locator("#pick-view_by")).to_be_visible()
    assert_accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth") == 390


def test_nonsense_is_named_beside_its_control(page: Page, leads: None) -> None:
    page.goto(
        '/reports/new/?type=lead.conversion&definition={"root":"lead","measures":[{"ref":"lead.count"}],"rows":[{"field":"sauce"}]}'
    )
    group = page.get_by_role("group", name="View by")
    expect(group.get_by_role("alert")).to_contain_text("sauce")
    assert_accessible(page)
    page.locator("#pick-view_by").click()
    page.locator("#view_by-menu").get_by_role("button", name="Source", exact=True).first.click()
    expect(row(page, "Fair")).to_contain_text("5")


def test_a_report_looks_back_and_comes_back(page: Page, seller_north: User) -> None:
    make_option("source", "Fair")
    with clock.pretend(clock.now() - timedelta(days=9)):
        leads = [make_lead(seller_north, last_name=f"Old {n}", source="fair") for n in range(3)]
    delete_record(SYSTEM, "lead", leads[0].pk)
    page.goto("/reports/new/?type=lead.conversion")
    expect(page.locator("#behind-title")).to_have_text("2 leads")
    page.get_by_role("button", name="As of now").click()
    day = (clock.now() - timedelta(days=3)).date().isoformat()
    page.get_by_label("Day", exact=True).fill(day)
    assert_accessible(page)
    page.keyboard.press("Enter")
    expect(page.locator("#behind-title")).to_have_text("3 leads")
    expect(page.get_by_role("heading", level=1)).to_contain_text("as of")
    # The deleted one is named and leads nowhere; a bar still opens its records.
    expect(page.locator("#behind tbody tr")).to_have_count(3)
    expect(page.locator("#behind .row-link")).to_have_count(2)
    row(page, "Fair").locator(".row-link").click()
    expect(page.locator("#behind")).to_contain_text("The values are those of")
    page.locator("#pick-as_of").click()
    page.get_by_role("button", name="As of now").last.click()
    expect(page.locator("#behind-title")).to_have_text("2 leads")

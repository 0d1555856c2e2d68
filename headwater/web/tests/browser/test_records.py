"""Working on one record: editing in place, status, comments, people, making another."""

import pytest
from playwright.sync_api import Page, expect

from headwater.customers.seeds import seed
from headwater.customers.services import contacts_of
from headwater.pipeline.models import Lead, Opportunity
from headwater.records.find import find_records
from headwater.records.write import update_record
from headwater.testing.factories import actor_of, make_contact, make_lead, make_option, make_stage
from headwater.users.models import User
from headwater.web.tests.browser.conftest import OpenPage, assert_accessible


@pytest.fixture
def lead(administrator: User) -> Lead:
    return make_lead(
        administrator, first_name="Marta", last_name="Kalniņa", email="marta@example.com", value="4500"
    )


@pytest.fixture
def on_lead(page: Page, lead: Lead) -> Page:
    page.goto(f"/leads/{lead.pk}/")
    return page


def stored(lead: Lead) -> Lead:
    lead.refresh_from_db()
    return lead


def test_a_section_is_edited_in_place(on_lead: Page, lead: Lead) -> None:
    page = on_lead
    assert_accessible(page)
    page.get_by_role("button", name="Edit Job title: empty").click()
    title = page.get_by_role("textbox", name="Job title")
    expect(title).to_be_focused()
    assert_accessible(page)
    title.fill("Buyer")
    title.press("Enter")
    expect(page.get_by_role("button", name="Edit Job title: Buyer")).to_be_visible()
    expect(page.locator("#timeline")).to_contain_text("Job title")
    assert stored(lead).job_title == "Buyer"
    page.get_by_role("button", name="Edit Job title: Buyer").click()
    page.get_by_role("textbox", name="Job title").fill("Somebody else")
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Edit Job title: Buyer")).to_be_visible()
    assert stored(lead).job_title == "Buyer"


def test_what_is_refused_says_why_beside_the_field(on_lead: Page, lead: Lead) -> None:
    page = on_lead
    page.get_by_role("link", name="Edit: Reach").click()
    page.get_by_role("textbox", name="E-mail").fill("not an address")
    page.get_by_role("textbox", name="E-mail").press("Enter")
    expect(page.locator("#e-email")).to_contain_text("not an e-mail address")
    assert_accessible(page)
    assert stored(lead).email == "marta@example.com"


def test_a_conflict_shows_both_values(on_lead: Page, lead: Lead, administrator: User) -> None:
    page = on_lead
    page.get_by_role("button", name="Edit Job title: empty").click()
    page.get_by_role("textbox", name="Job title").fill("Mine")
    update_record(actor_of(administrator), "lead", lead.pk, {"job_title": "Theirs"})
    page.get_by_role("textbox", name="Job title").press("Enter")
    expect(page.get_by_text("Stored meanwhile: Theirs")).to_be_visible()
    expect(page.get_by_role("textbox", name="Job title")).to_have_value("Mine")
    assert_accessible(page)
    page.get_by_role("button", name="Use this").click()
    expect(page.get_by_role("textbox", name="Job title")).to_have_value("Theirs")
    page.get_by_role("textbox", name="Job title").fill("Ours")
    page.get_by_role("textbox", name="Job title").press("Enter")
    expect(page.get_by_role("button", name="Edit Job title: Ours")).to_be_visible()
    assert stored(lead).job_title == "Ours"


def test_the_status_changes_in_the_head(on_lead: Page, lead: Lead) -> None:
    page = on_lead
    page.get_by_role("button", name="Status: Lead. Change").click()
    page.locator("#status-menu").get_by_role("button", name="Interested").click()
    expect(page.get_by_role("button", name="Status: Interested. Change")).to_be_visible()
    expect(page.locator("#timeline")).to_contain_text("Status")
    assert stored(lead).status == "interested"
    expect(page.locator("#panel-status")).to_be_hidden()
    page.get_by_role("button", name="Status: Interested. Change").click()
    page.locator("#status-menu").get_by_role("button", name="Do Not Contact").click()
    expect(page.locator("#panel-status")).to_contain_text("Why “Do Not Contact”?")


def test_a_comment_is_written_and_taken_back(on_lead: Page) -> None:
    page = on_lead
    page.keyboard.press("m")
    page.keyboard.type("Wants a quotation <b>soon</b>.")
    page.keyboard.press("Control+Enter")
    comment = page.locator(".entry-body")
    expect(comment).to_have_text("Wants a quotation <b>soon</b>.")
    expect(page.get_by_label("Comment", exact=True)).to_have_value("")
    assert_accessible(page)
    page.get_by_role("button", name="Delete this comment").click()
    expect(comment).to_have_count(0)
    expect(page.locator("#timeline")).to_contain_text("deleted a comment")


def test_a_call_is_logged_by_keys_and_the_status_follows(on_lead: Page, lead: Lead) -> None:
    page = on_lead
    page.keyboard.press("l")
    page.get_by_role("radio", name="Incoming call").check(force=True)
    page.get_by_label("Minutes").fill("12")
    page.get_by_label("Note").fill("Asks for a price.")
    assert_accessible(page)
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("button", name="Status: Open. Change")).to_be_visible()
    expect(page.locator("#timeline")).to_contain_text("logged an incoming call")
    expect(page.locator(".entry-body")).to_have_text("Asks for a price.")
    assert_accessible(page)
    page.locator(".entry").first.hover()
    page.get_by_role("button", name="Edit this event").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_label("Minutes")).to_have_value("12")
    assert_accessible(page)
    dialog.get_by_label("Minutes").fill("5000")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog).to_contain_text("Write a whole number of minutes")
    dialog.get_by_label("Minutes").fill("15")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog).to_be_hidden()
    expect(page.locator("#timeline")).to_contain_text("15 min")
    page.get_by_role("button", name="Delete this event").click()
    expect(page.get_by_role("button", name="Status: Lead. Change")).to_be_visible()
    assert stored(lead).status == "lead"


def test_people_come_with_a_role(on_lead: Page, lead: Lead, administrator: User) -> None:
    page = on_lead
    seed(administrator)
    make_contact(administrator, first_name="Ilze", last_name="Vītola")
    page.get_by_role("button", name="Add a person").click()
    dialog = page.get_by_role("dialog")
    assert_accessible(page)
    dialog.get_by_label("First name").fill("Andris")
    dialog.get_by_label("Last name").fill("Priede")
    dialog.get_by_label("Role").select_option(label="Director")
    dialog.get_by_role("button", name="Add", exact=True).click()
    people = page.locator("#panel-people")
    expect(people).to_contain_text("Andris Priede")
    expect(people).to_contain_text("Director")
    expect(dialog).to_be_hidden()
    page.get_by_role("button", name="Add a person").click()
    dialog.get_by_role("combobox", name="Somebody you have already").fill("ilze")
    page.locator(".ts-dropdown .option").filter(has_text="Ilze Vītola").click()
    dialog.get_by_role("button", name="Add", exact=True).click()
    expect(people).to_contain_text("Ilze Vītola")
    people.get_by_role("button", name="More: Ilze Vītola").click()
    people.get_by_role("button", name="Make the main contact").click()
    expect(people.locator("li").first).to_contain_text("Ilze Vītola")
    people.get_by_role("button", name="More: Ilze Vītola").click()
    people.get_by_role("button", name="Edit role").click()
    expect(dialog.get_by_label("Role")).to_be_focused()
    assert_accessible(page)
    dialog.get_by_label("Preferred channel").select_option(label="WhatsApp")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog).to_be_hidden()
    expect(people.locator("li").first).to_contain_text("prefers WhatsApp")
    people.get_by_role("button", name="More: Ilze Vītola").click()
    people.get_by_role("button", name="Edit role").click()
    dialog.get_by_label("Until").fill("2026-01-31")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog).to_be_hidden()
    expect(people.locator("li").last).to_contain_text("until 31 Jan 2026")
    names = [link.contact.name for link in contacts_of(actor_of(administrator), "lead", lead.pk)]
    assert names == ["Andris Priede", "Ilze Vītola"]
    assert_accessible(page)


def test_making_an_opportunity_opens_an_unsaved_form(on_lead: Page, lead: Lead, administrator: User) -> None:
    make_stage("Proposal")
    make_option("lost_reason", "Price")
    page = on_lead
    page.get_by_role("button", name="Make").click()
    page.get_by_role("link", name="Opportunity", exact=True).click()
    expect(page.get_by_role("textbox", name="Title", exact=True)).to_have_value("Marta Kalniņa")
    assert_accessible(page)
    assert not find_records(actor_of(administrator), "opportunity").exists()
    page.get_by_role("textbox", name="Title", exact=True).fill("Apples for spring")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", name="Apples for spring")).to_be_visible()
    made = find_records(actor_of(administrator), "opportunity").get()
    assert isinstance(made, Opportunity)
    assert (made.lead_id, made.amount) == (lead.pk, 4500)
    assert stored(lead).status == "opportunity"
    assert_accessible(page)
    page.get_by_role("button", name="Lost").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog.get_by_text("Give at least one reason for the loss.")).to_be_visible()
    dialog.get_by_role("combobox", name="Lost reasons").click()
    page.locator(".ts-dropdown .option").first.click()
    dialog.get_by_role("button", name="Save").click()
    expect(page.get_by_role("button", name="Reopen")).to_be_visible()
    expect(dialog).to_be_hidden()
    made.refresh_from_db()
    assert made.status == "lost"


def test_a_deleted_record_comes_back_by_undo(on_lead: Page) -> None:
    page = on_lead
    page.get_by_role("button", name="More", exact=True).click()
    page.get_by_role("button", name="Delete", exact=True).click()
    expect(page.get_by_text("No leads yet")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("heading", name="Marta Kalniņa")).to_be_visible()
    expect(page.locator("#timeline")).to_contain_text("restored this record")


def test_a_person_and_an_organization_have_different_fields(page: Page) -> None:
    page.goto("/leads/new/")
    assert_accessible(page)
    expect(page.get_by_label("Salutation")).to_be_visible()
    page.get_by_text("Organization", exact=True).first.click()
    expect(page.get_by_label("Salutation")).to_be_hidden()
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#e-organization_name")).to_contain_text("Write the name of the organization.")
    page.get_by_role("textbox", name="Organization").fill("Daugava Foods")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", name="Daugava Foods")).to_be_visible()


def test_a_phone_has_everything_in_one_column(open_page: OpenPage, administrator: User, lead: Lead) -> None:
    page = open_page(administrator, phone=True)
    page.goto(f"/leads/{lead.pk}/")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert_accessible(page)
    page.get_by_label("Comment", exact=True).fill("From the road")
    page.get_by_role("button", name="Comment").click()
    expect(page.locator(".entry-body")).to_have_text("From the road")

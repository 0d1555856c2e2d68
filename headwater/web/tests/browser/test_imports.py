"""Bringing in a file in the browser, from the drop to the undo."""

from pathlib import Path

import pytest
from django.conf import settings
from playwright.sync_api import expect

from headwater.metadata.choices import options_of
from headwater.records.find import find_records
from headwater.testing.factories import make_lead, make_option
from headwater.transfer.models import ImportRun
from headwater.users.actor import Actor
from headwater.web.tests.browser.conftest import assert_accessible, work_aside

pytestmark = pytest.mark.django_db(transaction=True)

OLIST = Path(settings.BASE_DIR).parent / "shared" / "data" / "olist_funnel"

PEOPLE = """mail,Family name,Title,source,created_at
anna@example.com,Ozola,Chief,Radio,03/04/2024
bruno@example.com,Kalns,Clerk,Website,05/06/2024
broken,Liepa,Smith,Poster,07/08/2024
"""


def file(name="people.csv", content=PEOPLE):
    return {"name": name, "mimeType": "text/csv", "buffer": content.encode()}


def upload(page, chosen, label="Leads"):
    page.goto("/imports/new/")
    page.get_by_text(label, exact=True).and_(page.locator(".tile span")).click()
    page.set_input_files("#f-file", [chosen] if isinstance(chosen, dict) else chosen)
    page.get_by_role("button", name="Continue").click()
    page.wait_for_url("**/columns/")


def pick(page, column, field):
    """Choose a field and wait until the page has taken note of it."""
    with page.expect_response("**/columns/"):
        page.get_by_label(f"Field for {column}").select_option(label=field)


def finish_work(page):
    """Do the background work; the page finds out by itself."""
    expect(page.locator(".working")).to_be_visible()
    assert_accessible(page)
    work_aside()
    expect(page.locator(".outcomes")).to_be_visible()


def number(page, outcome):
    return page.locator(f"[data-outcome={outcome}] b")


def test_a_file_is_brought_in_and_taken_back(page, administrator):
    make_option("source", "Website")
    page.goto("/imports/")
    assert_accessible(page)
    page.get_by_role("link", name="Import a file").click()
    page.wait_for_url("**/imports/new/")
    assert_accessible(page)

    upload(page, file())
    expect(page.get_by_text("5 columns")).to_be_visible()
    assert_accessible(page)
    page.get_by_role("button", name="Job title?").click()
    expect(page.get_by_label("Field for Title")).to_have_value("job_title")
    pick(page, "mail", "E-mail")
    page.locator(".screen-foot").get_by_role("button", name="Continue").click()

    page.wait_for_url("**/values/")
    expect(page.get_by_role("radio", name="3 Apr 2024")).to_be_visible()
    assert_accessible(page)
    page.get_by_text("The day comes first").click()
    page.get_by_label("What “Radio” means").select_option(label="Add it as a new option")
    page.get_by_label("What “Poster” means").select_option(label="Website")
    page.get_by_role("button", name="Check the file").click()

    page.wait_for_url("**/check/")
    finish_work(page)
    expect(number(page, "created")).to_have_text("2")
    expect(number(page, "failed")).to_have_text("1")
    expect(page.get_by_text("Sources: Radio")).to_be_visible()
    assert_accessible(page)
    with page.expect_download() as download:
        page.get_by_role("link", name="Failed rows as a file").click()
    assert "broken,Liepa,Smith,Poster" in Path(download.value.path()).read_text(encoding="utf-8-sig")
    assert not find_records(Actor(administrator), "lead").exists()

    page.get_by_role("button", name="Import 2 rows").click()
    finish_work(page)
    expect(page.get_by_text("The import is finished: 3 rows.")).to_be_visible()
    assert_accessible(page)
    page.get_by_role("link", name="Show the 2 new records").click()
    expect(page.locator("[data-row]")).to_have_count(2)
    expect(page.get_by_role("link", name="Ozola")).to_be_visible()
    page.go_back()

    page.get_by_role("link", name="Undo…").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text("2 new records are removed.")).to_be_visible()
    assert_accessible(page)
    dialog.get_by_role("button", name="Undo the import").click()
    finish_work(page)
    expect(page.get_by_text("2 new records removed")).to_be_visible()
    assert_accessible(page)
    assert not find_records(Actor(administrator), "lead").exists()
    assert "Radio" not in {str(option.label) for option in options_of("source")}


def test_the_preview_follows_how_the_file_is_read(page):
    upload(page, file(content="vārds;datums\nJānis;01.02.2024\n"))
    page.get_by_text("How the file is read").click()
    expect(page.locator("input[name=reading_open]")).to_have_value("true")
    with page.expect_response("**/columns/"):
        page.get_by_label("Between the cells").select_option("|")
    expect(page.get_by_text("1 column", exact=False).first).to_be_visible()
    expect(page.locator("#reading")).to_have_attribute("open", "")
    with page.expect_response("**/columns/"):
        page.get_by_label("Between the cells").select_option(";")
    pick(page, "datums", "Created")
    expect(page.get_by_text("unclear")).to_be_visible()
    with page.expect_response("**/columns/"):
        page.get_by_label("Dates").select_option("dmy")
    expect(page.locator(".reading")).to_contain_text("1 Feb 2024")
    with page.expect_response("**/columns/"):
        page.get_by_label("Encoding").select_option("cp1251")
    expect(page.locator(".mapping-name").first).to_have_text("vДЃrds")


def test_the_encoding_is_chosen_by_its_look(page):
    content = "Name,Town\nÕnne,Põltsamaa\n".encode("cp1257")
    upload(page, {"name": "estonian.csv", "mimeType": "text/csv", "buffer": content}, "Contacts")
    expect(page.get_by_text("The encoding is likely but not certain.")).to_be_visible()
    assert_accessible(page)
    page.get_by_role("button", name="Cyrillic (Windows-1251)").click()
    expect(page.locator(".mapping-samples").first).to_have_text("Хnne")
    page.get_by_role("button", name="Western European (Windows-1252)").click()
    expect(page.locator(".mapping-samples").first).to_have_text("Õnne")


def test_a_dropped_file_is_taken_and_a_wrong_one_refused(page):
    page.goto("/imports/new/")
    transfer = page.evaluate_handle(
        """() => { const data = new DataTransfer();
        data.items.add(new File(["%PDF-1.4"], "letter.csv", {type: "text/csv"})); return data; }"""
    )
    page.get_by_text("Contacts", exact=True).and_(page.locator(".tile span")).click()
    page.dispatch_event("hw-drop", "drop", {"dataTransfer": transfer})
    assert page.evaluate("document.getElementById('f-file').files[0].name") == "letter.csv"
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_text("The file is neither an Excel workbook (.xlsx) nor a CSV file.")).to_be_visible()
    expect(page.get_by_label("The file")).to_have_attribute("aria-invalid", "true")
    assert_accessible(page)


def test_two_columns_in_one_field_are_told_at_once(page):
    upload(page, file(content="a,b\n1,2\n"))
    pick(page, "a", "Last name")
    pick(page, "b", "Last name")
    expect(page.get_by_text("Another column goes into this field too")).to_have_count(2)
    assert_accessible(page)


def test_unknown_values_can_be_answered_all_at_once(page):
    upload(page, file(content="last_name,source\nA,Radio\nB,Poster\nC,Fair\n"))
    page.locator(".screen-foot").get_by_role("button", name="Continue").click()
    page.wait_for_url("**/values/")
    page.get_by_role("button", name="All: add as options").click()
    for text in ("Radio", "Poster", "Fair"):
        expect(page.get_by_label(f"What “{text}” means")).to_have_value("create")


def test_a_running_check_can_be_cancelled(page):
    upload(page, file(content="last_name\nOzola\n"))
    page.locator(".screen-foot").get_by_role("button", name="Continue").click()
    page.wait_for_url("**/check/")
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_text("The check was cancelled")).to_be_visible()
    assert_accessible(page)


def test_the_wizard_works_by_keyboard_alone(page, administrator):
    page.goto("/imports/")
    page.keyboard.press("c")
    page.wait_for_url("**/imports/new/")
    page.get_by_role("radio", name="Leads").focus()
    page.keyboard.press("Space")
    page.set_input_files("#f-file", [file(content="last_name\nOzola\n")])
    page.get_by_role("button", name="Continue").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/columns/")
    page.locator(".screen-foot").get_by_role("button", name="Continue").focus()
    page.keyboard.press("Enter")
    finish_work(page)
    page.get_by_role("button", name="Import 1 row").focus()
    page.keyboard.press("Enter")
    finish_work(page)
    assert find_records(Actor(administrator), "lead").count() == 1


@pytest.mark.parametrize("look", [{"phone": True}, {"dark": True}], ids=["phone", "dark"])
def test_every_step_is_accessible_on_a_phone_and_in_the_dark(open_page, administrator, look):
    make_lead(administrator, last_name="Ozola", email="anna@example.com")
    page = open_page(administrator, **look)
    upload(page, file())
    pick(page, "mail", "E-mail")
    with page.expect_response("**/columns/"):
        page.get_by_text("Create and update", exact=True).click()
    assert_accessible(page)
    page.locator(".screen-foot").get_by_role("button", name="Continue").click()
    page.wait_for_url("**/values/")
    assert_accessible(page)
    page.get_by_text("The month comes first").click()
    page.get_by_role("button", name="Check the file").click()
    finish_work(page)
    assert_accessible(page)
    page.goto("/imports/")
    assert_accessible(page)
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0


@pytest.mark.slow
@pytest.mark.skipif(not OLIST.exists(), reason="the shared sample data is not on this machine")
def test_the_real_leads_and_their_closed_deals(page, administrator):
    upload(page, OLIST / "olist_marketing_qualified_leads_dataset.csv")
    pick(page, "mql_id", "External id")
    page.locator(".screen-foot").get_by_role("button", name="Continue").click()
    page.wait_for_url("**/values/")
    page.get_by_role("button", name="All: add as options").click()
    page.get_by_role("button", name="Check the file").click()
    finish_work(page)
    expect(number(page, "created")).to_have_text("8,000")
    page.get_by_role("button", name="Import 8,000 rows").click()
    finish_work(page)
    expect(number(page, "created")).to_have_text("8,000")

    upload(page, OLIST / "olist_closed_deals_dataset.csv")
    pick(page, "mql_id", "External id")
    pick(page, "won_date", "Converted on")
    pick(page, "lead_type", "Do not import")
    with page.expect_response("**/columns/"):
        page.get_by_text("Update", exact=True).click()
    expect(page.get_by_label("A row means the record with the same")).to_have_value("external_id")
    page.locator(".screen-foot").get_by_role("button", name="Continue").click()
    finish_work(page)
    expect(number(page, "updated")).to_have_text("842")
    expect(page.get_by_text("Converted on 842")).to_be_visible()
    assert ImportRun.objects.latest("pk").rehearsal["differences"]["converted_at"] == 842

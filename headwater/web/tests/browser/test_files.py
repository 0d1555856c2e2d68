"""Files on records: sent while the form is open, looked at, replaced and taken away."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from headwater.files.models import StoredFile
from headwater.metadata.custom.definitions import Definition, add_field
from headwater.testing.factories import make_lead
from headwater.users.models import User
from headwater.web.tests.browser.conftest import OpenPage, assert_accessible

PDF: Any = {"name": "Līgums 2026.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7 contract"}


@pytest.fixture(autouse=True)
def contract(organization: Any, settings: Any, tmp_path: Any) -> None:
    settings.DATA_DIR = tmp_path
    key = add_field("lead", Definition(label="Contract", kind="file", section="The flat")).key
    shown = {"field": key, "op": "not_empty"}
    add_field("lead", Definition(label="Signed by", section="The flat", visible_when=shown))


def test_a_file_is_sent_with_a_new_record_and_downloaded(page: Page) -> None:
    page.goto("/leads/new/")
    page.locator("#f-first_name").fill("Anna")
    page.locator("summary", has_text="The flat").click()
    page.locator("#f-cf_contract").set_input_files(PDF)
    expect(page.get_by_role("link", name=PDF["name"])).to_be_visible()
    page.get_by_label("Signed by").fill("Anna")  # which is there since there is a contract
    assert_accessible(page)
    page.get_by_role("button", name="Save", exact=True).click()
    link = page.locator("dd").get_by_role("link", name=PDF["name"])
    expect(link).to_be_visible()
    stored = StoredFile.objects.get()
    assert stored.record_id is not None
    with page.expect_download() as download:
        link.click()
    assert download.value.suggested_filename == PDF["name"]
    assert download.value.path().read_bytes() == PDF["buffer"]


def test_a_file_is_replaced_and_taken_away_in_place(page: Page, administrator: User) -> None:
    lead = make_lead(administrator, first_name="Anna")
    page.goto(f"/leads/{lead.pk}/")
    page.locator("summary", has_text="The flat").click()
    page.get_by_role("button", name="Edit Contract").click()
    form = page.locator("form").filter(has=page.locator("#f-cf_contract"))
    form.locator("#f-cf_contract").set_input_files(PDF)
    expect(form.get_by_role("link", name=PDF["name"])).to_be_visible()
    form.get_by_role("button", name="Save").click()
    expect(page.locator("dd").get_by_role("link", name=PDF["name"])).to_be_visible()
    page.get_by_role("link", name="Edit: The flat").click()
    form.locator("hw-file").get_by_role("button", name="Remove").click()
    expect(form.get_by_role("link", name=PDF["name"])).to_be_hidden()
    form.get_by_role("button", name="Save").click()
    page.locator("summary", has_text="The flat").click()
    expect(page.get_by_role("button", name="Edit Contract: empty")).to_be_visible()
    expect(page.locator("#timeline")).to_contain_text(PDF["name"])


def test_what_is_too_large_is_said_at_once(page: Page, settings: Any) -> None:
    settings.FILE_BYTES = 1024 * 1024
    page.goto("/leads/new/")
    page.locator("summary", has_text="The flat").click()
    page.locator("#f-cf_contract").set_input_files(PDF | {"buffer": b"x" * 1_100_000})
    expect(page.get_by_text("The file is larger than 1 MB.")).to_be_visible()
    assert not StoredFile.objects.exists()


def test_on_a_phone_in_the_dark(open_page: OpenPage, administrator: User) -> None:
    lead = make_lead(administrator, first_name="Anna")
    page = open_page(administrator, phone=True, dark=True)
    page.goto(f"/leads/{lead.pk}/")
    page.locator("summary", has_text="The flat").click()
    page.get_by_role("button", name="Edit Contract").click()
    page.locator("#f-cf_contract").set_input_files(PDF)
    expect(page.get_by_role("link", name=PDF["name"])).to_be_visible()
    assert_accessible(page)

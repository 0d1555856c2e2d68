"""Labels are made where they are given: in a form, on a record and for many records."""

from playwright.sync_api import Page, expect

from headwater.metadata.models import ChoiceOption
from headwater.pipeline.models import Lead
from headwater.testing.factories import make_lead
from headwater.users.models import User
from headwater.web.tests.browser.conftest import assert_accessible


def type_label(page: Page, text: str) -> None:
    page.get_by_role("combobox", name="Labels", exact=True).fill(text)


def test_a_label_is_made_while_typing(page: Page, administrator: User) -> None:
    lead = make_lead(administrator, first_name="Anna", last_name="Berzina")
    page.goto("/leads/new/")
    page.get_by_role("textbox", name="Last name").fill("New")
    type_label(page, "Hot  lead")
    page.locator(".ts-dropdown .create").click()
    expect(page.locator(".ts-control [data-value='hot_lead']")).to_be_visible()
    assert_accessible(page)
    page.get_by_role("button", name="Save", exact=True).first.click()
    expect(page.get_by_role("heading", name="New")).to_be_visible()
    assert Lead.unscoped.latest("pk").labels == ("hot_lead",)

    page.goto("/leads/")
    page.get_by_role("checkbox", name="Anna Berzina").check()
    page.locator("#pick").get_by_role("button", name="Change…").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("combobox", name="Field").fill("Labels")
    page.locator(".ts-dropdown [data-value='labels']").click()
    type_label(page, "HOT LEAD")
    expect(page.locator(".ts-dropdown .create")).to_have_count(0)
    expect(page.locator(".ts-dropdown [data-value='hot_lead']")).to_be_visible()
    type_label(page, "Fair 2026")
    page.locator(".ts-dropdown .create").click()
    expect(page.locator(".ts-control [data-value='fair_2026']")).to_be_visible()
    dialog.get_by_role("button", name="Change 1 record").click()
    expect(page.get_by_text("1 record is changed.")).to_be_visible()
    lead.refresh_from_db()
    assert lead.labels == ("fair_2026",)
    assert list(ChoiceOption.objects.filter(list="label").values_list("label", flat=True)) == [
        "Hot lead",
        "Fair 2026",
    ]

"""Several of many are chosen one after the other, each typed from the beginning."""

from playwright.sync_api import Page, expect

from headwater.pipeline.models import Lead
from headwater.users.models import User


def test_several_people_are_assigned(
    page: Page, administrator: User, seller_north: User, seller_south: User
) -> None:
    page.goto("/leads/new/")
    page.get_by_role("textbox", name="Last name").fill("New")
    people = page.get_by_role("combobox", name="Assignees", exact=True)
    for person in (seller_north, seller_south):
        people.fill(person.email[:3])
        page.locator(f".ts-dropdown [data-value='{person.pk}']").click()
        expect(page.locator(f".ts-control [data-value='{person.pk}']")).to_be_visible()
        expect(people).to_have_value("")
    page.get_by_role("button", name="Save", exact=True).first.click()
    expect(page.get_by_role("heading", name="New")).to_be_visible()
    assert Lead.unscoped.latest("pk").assignees == (seller_north.pk, seller_south.pk)

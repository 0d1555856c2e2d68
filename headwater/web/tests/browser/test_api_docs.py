"""The page that shows the API to people keeps the content security policy and can try operations."""

from playwright.sync_api import Page, expect


def test_the_page_shows_and_tries_operations(page: Page) -> None:
    page.goto("/api/v1/docs#/Settings/read_me")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Headwater API", timeout=30_000)
    operation = page.locator("#operations-Settings-read_me")
    operation.get_by_role("button", name="Try it out").click()
    operation.get_by_role("button", name="Execute").click()
    answer = operation.locator(".live-responses-table tbody .response-col_status").first
    expect(answer).to_contain_text("200")

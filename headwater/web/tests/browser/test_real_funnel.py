"""One bar of a real funnel's report, opened by hand: exactly its leads."""

import json
from urllib.parse import quote

import pytest
from playwright.sync_api import Page, expect

from headwater.testing.funnel import BY_SOURCE, NEEDED, bring_funnel, truth
from headwater.web.tests.browser.conftest import work_aside
from headwater.web.tests.browser.test_reports import row

pytestmark = [pytest.mark.slow, NEEDED]


def test_a_bar_of_a_real_funnel_opens_its_leads(page: Page, api_of, administrator) -> None:
    bring_funnel(api_of(administrator), work_aside)
    answer = truth()["origin"]["social"]
    page.goto(f"/reports/new/?type=lead.conversion&definition={quote(json.dumps(BY_SOURCE))}")
    expect(page.locator(".headline-value")).to_have_text("10.5%")
    expect(page.locator("#behind-title")).to_have_text("8,000 leads")
    bar = row(page, "social")
    expect(bar).to_contain_text(f"{answer['mqls']:,}")
    expect(bar).to_contain_text(f"{answer['won']}")
    bar.locator("a, button").first.click()
    expect(page.locator("#behind-title")).to_have_text(f"{answer['mqls']:,} leads")
    page.get_by_role("link", name="Open as list").click()
    expect(page.locator("tbody .row-link")).to_have_count(50)
    page.locator("#list-count a").click()
    expect(page.locator("#list-count")).to_have_text(f"{answer['mqls']:,} records")

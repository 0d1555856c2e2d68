"""What a list costs to open, and that nothing moves while a page loads."""

from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import Page, expect

from headwater.testing.factories import make_lead
from headwater.users.models import User
from headwater.web.tests.browser.conftest import OpenPage

DIST = Path(settings.BASE_DIR) / "headwater" / "web" / "static" / "dist"
FIRST_VISIT, LATER_VISIT = 250_000, 30_000
"""Bytes over the network: with nothing in the browser's cache, and with what a list needs in it."""

COLLECT_SHIFTS = """
window.shifts = [];
new PerformanceObserver(list => {
  for (const entry of list.getEntries())
    window.shifts.push([entry.value, entry.sources.map(source => source.node && source.node.nodeName)]);
}).observe({type: "layout-shift", buffered: true});
"""
NOTICED = 0.01
"""The score of a page (its cumulative layout shift) that nobody sees move; 0.1 is called good.

Not nought, because a font that arrives within the first tenth of a second, which a browser waits for before
it takes another, draws a name in a foreign script a little wider or narrower.
"""
PAINTED = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"


@pytest.fixture
def leads(administrator: User) -> int:
    """Make a page of leads in four scripts; give the number of the last."""
    for number in range(52):
        first, last = (("Anna", "Ozola"), ("สมชาย", "ใจดี"), ("សុខ", "ស្រីមុំ"), ("Jānis", "Bērziņš"))[number % 4]
        lead = make_lead(
            administrator,
            first_name=first,
            last_name=f"{last} {number}",
            email=f"lead{number}@example.com",
            phone=f"+3712912{number:04}",
            value=number * 100,
            status=("open", "lead")[number % 2],
        )
    return lead.pk


class Scale:
    """Weighs what comes over the network.

    The server of the tests sends files as they lie in the folder; the product's sends the compressed
    ones that the bundler wrote beside them, to be kept for good. So those are weighed, once each.
    """

    def __init__(self, page: Page) -> None:
        self.addresses: dict[str, str] = {}
        self.pages = 0.0
        self.files: dict[str, int] = {}
        session = page.context.new_cdp_session(page)
        session.send("Network.enable")
        session.on("Network.responseReceived", self.received)
        session.on("Network.loadingFinished", self.finished)

    def received(self, event: dict[str, Any]) -> None:
        self.addresses[event["requestId"]] = event["response"]["url"]

    def finished(self, event: dict[str, Any]) -> None:
        address = self.addresses.get(event["requestId"], "")
        if "/static/dist/" not in address:
            self.pages += event["encodedDataLength"]
            return
        name = address.rpartition("/")[2]
        sizes = [file.stat().st_size for file in (DIST / f"{name}.br", DIST / name) if file.exists()]
        self.files[name] = sizes[0]

    def first_visit(self) -> float:
        return self.pages + sum(self.files.values())


def test_a_list_weighs_little_and_less_the_second_time(page: Page, leads: int) -> None:
    scale = Scale(page)
    page.goto("/leads/", wait_until="networkidle")
    assert 100_000 < scale.first_visit() <= FIRST_VISIT, scale.files
    known = set(scale.files)
    scale.pages = 0
    page.goto("/leads/", wait_until="networkidle")
    assert set(scale.files) == known
    assert 1_000 < scale.pages <= LATER_VISIT
    scale.pages = 0
    with page.expect_response("**/leads/?sort=name"):
        page.get_by_role("link", name="Name", exact=True).click()
    expect(page.locator("th[aria-sort=ascending]")).to_contain_text("Name")
    assert scale.pages <= LATER_VISIT


@pytest.mark.parametrize("phone", [False, True])
def test_nothing_moves_while_a_page_loads(
    open_page: OpenPage, administrator: User, leads: int, phone: bool
) -> None:
    page = open_page(administrator, phone=phone)
    page.add_init_script(COLLECT_SHIFTS)
    for address in ("/", "/leads/", f"/leads/{leads}/", "/leads/new/", "/reports/"):
        page.goto(address, wait_until="networkidle")
        page.evaluate(PAINTED)
        shifts = page.evaluate("window.shifts")
        assert sum(score for score, _nodes in shifts) <= NOTICED, (address, shifts)

"""Pages in the four languages: fonts, weight, and long words that break no screen."""

from typing import Any

import pytest
from playwright.sync_api import Page

from headwater.testing.factories import make_lead
from headwater.users.models import User
from headwater.web.jinja import MANIFEST
from headwater.web.tests.browser.conftest import OpenPage

FIRST_VISIT, NEXT_VISIT = 250_000, 30_000
LOADED = """() => Promise.all([document.fonts.ready, new Promise(requestAnimationFrame)]).then(() =>
    performance.getEntriesByType("resource").concat(performance.getEntriesByType("navigation"))
        .map(entry => [entry.name, entry.transferSize]))"""


def loaded(page: Page, address: str) -> dict[str, int]:
    """Open a page and return the bytes that came for each address.

    The tests' server sends files as they are; Headwater's sends them compressed by the build.
    """
    page.goto(address)
    page.wait_for_load_state("load")
    found: list[list[Any]] = page.evaluate(LOADED)
    return {str(name): _compressed(str(name), int(size)) for name, size in found}


def _compressed(address: str, size: int) -> int:
    file = MANIFEST.parent / f"{address.rpartition('/')[2].partition('#')[0]}.br"
    return min(size, file.stat().st_size) if "/dist/" in address and file.exists() else size


def fonts(sizes: dict[str, int]) -> set[str]:
    return {name.rsplit("/", 1)[1].split("-")[2] for name in sizes if name.endswith(".woff2")}


def test_a_page_fetches_the_fonts_of_its_letters_and_no_others(
    open_page: OpenPage, administrator: User
) -> None:
    make_lead(administrator, first_name="Žanis", last_name="Ķirsis")
    assert fonts(loaded(open_page(administrator), "/leads/")) == set()
    make_lead(administrator, first_name="สมชาย", last_name="ใจดี")
    make_lead(administrator, first_name="សុខ", last_name="ដារា")
    page = open_page(administrator)
    first = loaded(page, "/leads/")
    assert fonts(first) <= {"thai", "khmer"}  # none where the system has them
    assert sum(first.values()) <= FIRST_VISIT, first
    assert sum(loaded(page, "/leads/").values()) <= NEXT_VISIT


@pytest.mark.parametrize(("language", "phone"), [("lv", False), ("lv", True), ("th", True), ("km", True)])
def test_long_words_break_no_screen(
    open_page: OpenPage, administrator: User, language: str, phone: bool
) -> None:
    User.objects.filter(pk=administrator.pk).update(language=language)
    lead = make_lead(administrator, first_name="Žanis", last_name="Ķirsis")
    page = open_page(administrator, phone=phone)
    for address in ("/", "/leads/", f"/leads/{lead.pk}/", "/reports/", "/settings/profile/"):
        page.goto(address)
        assert page.locator("html").get_attribute("lang") == language
        wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wider <= 0, f"{address} is {wider} px too wide"

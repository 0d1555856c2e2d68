"""How reports are drawn: bars, columns, lines, their segments, and the keys that walk them."""

import json
import re
import struct
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from xml.etree import ElementTree

import pytest
from playwright.sync_api import Page, expect

from headwater.testing.factories import make_lead, make_option
from headwater.users.models import User
from headwater.web.tests.browser.conftest import OpenPage, assert_accessible

COUNT = {"id": "m1", "ref": "lead.count"}
MONTHS = [{"id": "d1", "field": "created_at", "grain": "month"}]
OWNERS = [{"id": "d2", "field": "owner"}]
YEAR = {"field": "created_at", "range": {"from": "2025-01-01", "to": "2026-01-01"}}


@pytest.fixture
def leads(seller_north: User, seller_south: User) -> None:
    """Nora brought two leads in January 2025 and one in March, Sam one in March; all by fairs."""
    make_option("source", "Fair")
    for owner, month in ((seller_north, 1), (seller_north, 1), (seller_north, 3), (seller_south, 3)):
        make_lead(owner, source="fair", created_at=f"2025-{month:02}-10T10:00:00Z")


def open_report(page: Page, kind: str, rows: list[dict[str, Any]], **more: Any) -> Any:
    definition = {
        "v": 1,
        "root": "lead",
        "measures": [COUNT],
        "rows": rows,
        "period": YEAR,
        "chart": {"kind": kind},
        **more,
    }
    page.goto("/reports/new/?" + urlencode({"type": "lead", "definition": json.dumps(definition)}))
    chart = page.locator("hw-chart[data-drawn]")
    expect(chart).to_be_visible()
    return chart


def test_lines_run_along_time_and_are_walked_with_keys(page: Page, leads: None) -> None:
    chart = open_report(page, "line", MONTHS, columns=OWNERS)
    expect(page.locator(".legend")).to_contain_text("Nora")
    assert_accessible(page)
    said = page.locator("hw-chart [aria-live]")
    chart.focus()
    page.keyboard.press("ArrowRight")
    expect(said).to_have_text("Jan 2025, 2")
    expect(page.locator(".chart-tip-box")).to_contain_text("Nora")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    expect(said).to_have_text("Mar 2025, Nora, 1")
    page.keyboard.press("ArrowDown")
    expect(said).to_have_text("Mar 2025, Sam, 1")
    page.keyboard.press("Enter")
    expect(page.locator("#behind-title")).to_have_text("1 lead")
    expect(page.locator(".behind-words")).to_contain_text("Owner is Sam")


def test_the_kinds_that_are_offered_suit_the_groups(page: Page, leads: None) -> None:
    open_report(page, "column", MONTHS)
    kinds = page.get_by_role("group", name="Show as").get_by_role("radio")
    expect(kinds).to_have_count(4)
    page.get_by_text("Line", exact=True).click()
    expect(page.locator("hw-chart")).to_have_attribute("data-chart", re.compile('"kind": "line"'))
    page.locator("#pick-view_by").click()
    page.locator("#view_by-menu").get_by_role("button", name="Source", exact=True).first.click()
    expect(page.get_by_role("radio", name="Bars")).to_be_checked()
    expect(page.get_by_role("radio", name="Line")).to_have_count(0)


def test_columns_lie_down_on_a_phone(open_page: OpenPage, administrator: User, leads: None) -> None:
    page = open_page(administrator, phone=True, dark=True)
    chart = open_report(page, "column", [{"id": "d1", "field": "source"}])
    assert_accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    chart.focus()
    page.keyboard.press("ArrowDown")
    expect(page.locator("hw-chart [aria-live]")).to_contain_text("Fair, 4")


def test_a_report_is_taken_away_as_a_picture_of_itself(page: Page, leads: None, tmp_path: Path) -> None:
    open_report(page, "column", MONTHS, columns=OWNERS)
    files = {}
    for kind in ("SVG", "PNG"):
        page.get_by_role("button", name="Download", exact=True).click()
        assert_accessible(page)
        with page.expect_download() as started:
            page.get_by_role("button", name=kind).click()
        files[kind] = tmp_path / started.value.suggested_filename
        started.value.save_as(files[kind])
        assert files[kind].name == f"Number of leads by Created (month), Owner.{kind.lower()}"
    drawing = ElementTree.parse(files["SVG"]).getroot()  # our own
    said = " ".join("".join(part.itertext()) for part in drawing.iter("{http://www.w3.org/2000/svg}text"))
    for words in ("Number of leads by Created (month), Owner", "Nora", "Sam", "Mar 2025", "Europe/Riga"):
        assert words in said
    width, height = struct.unpack(">II", files["PNG"].read_bytes()[16:24])
    assert (width, height) == (1920, 2 * int(drawing.attrib["height"]))


def test_a_picture_carries_the_fonts_of_its_letters(page: Page, leads: None) -> None:
    source = make_option("source", "งานแสดงสินค้า").key
    make_lead(User.objects.get(name="Nora"), source=source, created_at="2025-01-10T10:00:00Z")
    open_report(page, "bar", [{"id": "d1", "field": "source"}])
    page.get_by_role("button", name="Download", exact=True).click()
    with page.expect_download() as started:
        page.get_by_role("button", name="SVG").click()
    drawing = started.value.path().read_text()
    assert "งานแสดงสินค้า" in drawing
    assert re.findall(r'@font-face{font-family:"([^"]+)"[^}]*src:url\(data:', drawing) == ["Noto Sans Thai"]


@pytest.mark.attack(20)
def test_names_in_a_picture_are_text(page: Page, leads: None, tmp_path: Path) -> None:
    name = """"><script>hwrun(1)</script><image href=x onerror=hwrun(1)>]]>&lt;"""
    source = make_option("source", name).key
    make_lead(User.objects.get(name="Nora"), source=source, created_at="2025-01-10T10:00:00Z")
    open_report(page, "bar", [{"id": "d1", "field": "source"}])
    page.get_by_role("button", name="Download", exact=True).click()
    with page.expect_download() as started:
        page.get_by_role("button", name="SVG").click()
    drawing = ElementTree.parse(started.value.path()).getroot()  # read as a browser would
    for part in drawing.iter():
        assert not part.tag.endswith("script")
        assert not [key for key in part.attrib if key.startswith("on")]
    assert "<script>" in "".join(drawing.itertext())


def test_a_scorecard_has_a_picture_too(page: Page, leads: None) -> None:
    definition = {"root": "lead", "measures": ["lead.count"], "chart": {"kind": "scorecard"}}
    page.goto("/reports/new/?" + urlencode({"type": "lead", "definition": json.dumps(definition)}))
    page.get_by_role("button", name="Download", exact=True).click()
    with page.expect_download() as started:
        page.get_by_role("button", name="SVG").click()
    assert ">4</text>" in started.value.path().read_text()


def test_the_designer_compares_and_keeps_the_largest_groups(page: Page, leads: None) -> None:
    open_report(page, "bar", [{"id": "d1", "field": "source"}])
    page.get_by_role("combobox", name="Compare with").select_option(label="The year before")
    expect(page.locator(".legend")).to_contain_text("Before: Created: 1 Jan – 31 Dec 2024")
    expect(page.locator(".headline")).to_contain_text("+4")
    page.get_by_role("combobox", name="How many groups").select_option(label="Largest 5")
    expect(page.get_by_role("combobox", name="How many groups")).to_have_value("5")
    drawn = page.locator("hw-chart[data-drawn]")
    expect(drawn).to_be_visible()
    assert_accessible(page)
    drawn.focus()
    page.keyboard.press("ArrowDown")
    expect(page.locator("hw-chart [aria-live]")).to_have_text("Fair, 4, Before: 0")
    page.locator("#pick-measure").click()
    page.locator("#measure-menu").get_by_role(
        "button", name="Lead conversion rate", exact=False
    ).first.click()
    page.get_by_role("combobox", name="What the rate is counted on").select_option("windowed")
    expect(page.get_by_label("Within so many days")).to_have_value("30")
    expect(page.get_by_role("heading", level=1)).to_contain_text("30 days")
    assert_accessible(page)

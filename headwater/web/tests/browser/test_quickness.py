"""From a key or a click to the next paint: under 200 ms on the demonstration, in the browser's trace.

What counts is the processor's time of the page's main thread, from the dispatch of the event to the end of
the commit of the next frame, as "interaction to next paint" does it: an answer of the server comes after that
paint. Time on a clock would be that of everything else that the machine does meanwhile; the processor's time
of one thread is not. Each interaction is done three times and judged by the cheapest, because now and then a
browser collects garbage or compiles in between. What the compositor does after the commit is not in it.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any
from urllib.parse import urlencode

from playwright.sync_api import Browser, Page, expect

from headwater.config.demo.services import claim_with_demo
from headwater.users.models import Organization
from headwater.web.tests.browser.conftest import OpenPage

LEADS, TIMES = 100, 3
MOST = 200
"""Milliseconds up to which people feel that what they did was answered."""

PATIENCE = 120_000
"""Milliseconds after which something is broken: what is judged here holds on a busy machine, too."""

TRACED = ["devtools.timeline", "blink.user_timing"]
INPUTS = frozenset(
    {
        "keydown",
        "keyup",
        "keypress",
        "input",
        "pointerdown",
        "mousedown",
        "pointerup",
        "mouseup",
        "click",
        "change",
    }
)
BEGUN, ENDED = "interaction begins", "interaction ends"
MARK = """async word => {
  performance.mark(word);
  for (const ask of [requestAnimationFrame, requestAnimationFrame, setTimeout]) await new Promise(ask);
}"""

Do = Callable[[Page], object]
Event = dict[str, Any]


@dataclass(frozen=True)
class Interaction:
    """What people do on a page, done when ``shows`` is there; ``undo`` brings the page back.

    ``address`` is empty for the page of a lead; ``first`` prepares.
    """

    address: str
    do: Do
    shows: str
    undo: Do
    first: Do = lambda page: None


def _keys(*keys: str) -> Do:
    def press(page: Page) -> None:
        for key in keys:
            page.keyboard.press(key)

    return press


def _click(selector: str) -> Do:
    return lambda page: page.locator(selector).first.click()


def _is_sorted(direction: str) -> str:
    return f"th[data-column=value][aria-sort={direction}]"


def _lane(number: int) -> str:
    return f"#board:has(.lane:nth-of-type({number}) .card-link:focus)"


def _chart(kind: str) -> Do:
    return _click(f".segments label:has(input[name=chart][value={kind}])")


SLOW = """document.addEventListener("keydown", () => {
  // Additions that wait for each other take 3 cycles or more each: 0.4 s and more, by any processor's time.
  let sum = 0.1;
  for (let i = 0; i < 6e8; i++) sum += 1.000001;
  window.sum = sum;
})"""
"""A handler that keeps the page busy, not for a time but with work."""

MONTHS = {
    "v": 1,
    "root": "lead",
    "measures": [{"id": "m1", "ref": "lead.count"}],
    "rows": [{"id": "d1", "field": "created_at", "grain": "month"}],
    "chart": {"kind": "column"},
}
DRAWN = 'hw-chart[data-drawn][data-chart*=\'"kind": "line"\']'
INTERACTIONS = {
    "open the palette": Interaction("/leads/", _keys("Control+k"), "#palette[open]", _keys("Escape")),
    "type into the palette": Interaction(
        "/leads/", _keys("Control+k", "a", "n"), "#palette[open] [role=option]", _keys("Escape")
    ),
    "open the filter builder": Interaction(
        "/leads/", _keys("f"), "#dialog[open] .ts-wrapper", _click("#dialog [data-close]")
    ),
    "sort": Interaction(
        "/leads/",
        _click("th[data-column=value] a"),
        _is_sorted("descending"),
        _click("th[data-column=created_at] a"),
    ),
    "open a group": Interaction(
        "/leads/?group=status",
        _click("#group-1 .group-toggle"),
        "#group-1 [aria-expanded=true]",
        _click("#group-1 .group-toggle"),
    ),
    "move a card": Interaction(
        "/opportunities/?display=board",
        _keys("Shift+ArrowRight"),
        _lane(2),
        _keys("Shift+ArrowLeft"),
        lambda page: page.locator(".lane .card-link").first.focus(),
    ),
    "edit in place": Interaction(
        "", _click(".record-summary [aria-label^='Edit Job title']"), "#f-job_title:focus", _keys("Escape")
    ),
    "open Make": Interaction(
        "", _click(".btn[data-kind=primary][popovertarget]"), ".menu:popover-open", _keys("Escape")
    ),
    "draw as a line": Interaction(
        "/reports/new/?" + urlencode({"type": "lead", "definition": json.dumps(MONTHS)}),
        _chart("line"),
        DRAWN,
        _chart("column"),
    ),
}


def costs(browser: Browser, page: Page, one: Interaction, times: int = TIMES) -> list[float]:
    """Do it some times; return the milliseconds of processor's time to the next paint, of each."""
    browser.start_tracing(page=page, categories=TRACED)
    for _time in range(times):
        one.first(page)
        page.evaluate(MARK, BEGUN)
        one.do(page)
        expect(page.locator(one.shows).first).to_be_visible(timeout=PATIENCE)
        page.evaluate(MARK, ENDED)
        expect(page.locator("body[data-busy]")).to_have_count(0, timeout=PATIENCE)
        one.undo(page)
        expect(page.locator(one.shows)).to_have_count(0, timeout=PATIENCE)
        expect(page.locator("body[data-busy]")).to_have_count(0, timeout=PATIENCE)
    events = json.loads(browser.stop_tracing())["traceEvents"]
    return list(read(events))


def read(events: list[Event]) -> list[float]:
    """Return the cost of the dearest event of each interaction that lies between two marks."""
    marks = sorted((e for e in events if e["name"] in (BEGUN, ENDED)), key=lambda e: e["ts"])
    thread = {(e["pid"], e["tid"]) for e in marks}
    assert len(thread) == 1, "the page went elsewhere"
    own = sorted((e for e in events if (e["pid"], e["tid"]) in thread and "tts" in e), key=lambda e: e["ts"])
    return [
        dearest([e for e in own if begun["ts"] <= e["ts"] <= ended["ts"]])
        for begun, ended in pairwise(marks)
        if begun["name"] == BEGUN
    ]


def dearest(events: list[Event]) -> float:
    """Return the most milliseconds from the dispatch of an input to the end of the next commit."""
    inputs = [e for e in events if e["name"] == "EventDispatch" and e["args"]["data"]["type"] in INPUTS]
    commits = [e for e in events if e["name"] == "Commit"]
    assert inputs, "no input was seen"
    found = []
    for one in inputs:
        over = one["ts"] + one["dur"]
        frame = next((commit for commit in commits if commit["ts"] >= over), one)
        found.append((frame["tts"] + frame["tdur"] - one["tts"]) / 1000)
    return max(found)


def test_what_people_do_is_answered_at_once(
    browser: Browser, open_page: OpenPage, organization: Organization
) -> None:
    organization.delete()  # the demonstration claims a new installation
    page = open_page(claim_with_demo(LEADS)[0][0])
    page.set_default_timeout(PATIENCE)
    page.goto("/leads/")
    lead = page.locator(".row-link").first.get_attribute("href")
    measured = {}
    for name, one in INTERACTIONS.items():
        page.goto(one.address or str(lead))
        found = costs(browser, page, one)
        assert len(found) == TIMES
        measured[name] = min(found)
    slow = {name: found for name, found in measured.items() if found >= MOST}
    assert not slow, f"milliseconds of the processor to the next paint: {slow}"
    assert min(measured.values()) > 0.1, f"too little to be true: {measured}"


def test_a_slow_answer_would_be_noticed(browser: Browser, page: Page) -> None:
    page.set_default_timeout(PATIENCE)
    page.goto("/leads/")
    page.evaluate(SLOW)
    assert costs(browser, page, INTERACTIONS["open the palette"], times=1)[0] >= MOST

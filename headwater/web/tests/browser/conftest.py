"""A real Chromium against the live server.

``page`` is signed in as an administrator; ``open_page(user, phone=…)`` opens another one. A page
that logs an error, or that breaks the content security policy, fails its test.
"""

import os
from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connections
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect, sync_playwright

from headwater.jobs.services import run_until_idle
from headwater.users.models import User

# Playwright keeps an event loop in this thread, where Django would refuse the database.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

CHROMIUM = os.environ.get("HEADWATER_CHROMIUM", "/usr/bin/chromium")
SWITCHES = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-sync",
    "--no-first-run",
]
AXE = Path(settings.BASE_DIR) / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
DESKTOP, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
SETTLED = """() => Promise.allSettled(document.getAnimations()
    .filter(animation => Number.isFinite(animation.effect.getComputedTiming().endTime))
    .map(animation => animation.finished))"""
PATIENCE = 10_000
"""Milliseconds after which an expectation fails; nothing waits for them when all is well."""
expect.set_options(timeout=PATIENCE)

OpenPage = Callable[..., Page]


@pytest.fixture(scope="session")
def browser() -> Generator[Browser]:
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=SWITCHES)
        yield started
        started.close()


class Watch:
    """Collects what a page complains about."""

    def __init__(self) -> None:
        self.complaints: list[str] = []
        self.expected: list[str] = []

    def console(self, message: ConsoleMessage) -> None:
        # Chromium logs every answer with an error status; tests look at those themselves.
        if message.type == "error" and "the server responded with a status" not in message.text:
            self.complaints.append(message.text)

    def error(self, error: Any) -> None:
        self.complaints.append(str(error))


@pytest.fixture
def open_page(browser: Browser, live_server: Any, organization: Any) -> Generator[OpenPage]:
    """Open a page: ``open_page(user, phone=True, dark=True)``; without a user nobody is signed in."""
    opened: list[tuple[BrowserContext, Watch]] = []

    def start(user: User | None = None, *, phone: bool = False, dark: bool = False) -> Page:
        context = browser.new_context(
            base_url=live_server.url,
            viewport=PHONE if phone else DESKTOP,  # type: ignore[arg-type]
            color_scheme="dark" if dark else "light",
            has_touch=phone,
        )
        context.set_default_timeout(PATIENCE)
        if user is not None:
            client = Client()
            client.force_login(user)
            value = client.cookies[settings.SESSION_COOKIE_NAME].value
            context.add_cookies(
                [{"name": settings.SESSION_COOKIE_NAME, "value": value, "url": live_server.url}]
            )
        page, watch = context.new_page(), Watch()
        page.on("console", watch.console)
        page.on("pageerror", watch.error)
        opened.append((context, watch))
        return page

    yield start
    for context, _watch in opened:
        context.close()
    complaints = [complaint for _context, watch in opened for complaint in watch.complaints]
    assert not complaints, "\n".join(complaints)


@pytest.fixture
def page(open_page: OpenPage, administrator: User) -> Page:
    """A desktop page in which the administrator is signed in."""
    return open_page(administrator)


def work_aside() -> None:
    """Do what a worker would do, in a thread of its own: Playwright's event loop occupies this one."""

    def work() -> None:
        try:
            run_until_idle()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(max_workers=1) as worker:
        worker.submit(work).result()


def assert_accessible(page: Page) -> None:
    """Run axe-core on the page as it is; any finding fails."""
    page.evaluate(AXE.read_text())
    page.evaluate(SETTLED)  # half faded in, nothing has the contrast it is going to have
    answered = page.evaluate("rules => axe.run(document, {runOnly: rules})", RULES)["violations"]
    found = [
        f"{v['id']}: {v['help']}\n    " + "\n    ".join(node["html"][:200] for node in v["nodes"][:5])
        for v in answered
    ]
    assert not found, f"{page.url}\n" + "\n".join(found)

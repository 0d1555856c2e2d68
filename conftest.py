"""What holds for every test: no network, no stray output, repeatable examples, the same rows at first."""

import os
import socket
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any

import pytest
from django.core.management.commands import createcachetable
from django.db import connections
from django.utils import translation
from hypothesis import HealthCheck, settings

from headwater.lib import calendars

settings.register_profile(
    "repeatable",
    derandomize=True,
    deadline=None,
    max_examples=50,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
settings.register_profile(
    "explore", parent=settings.get_profile("repeatable"), derandomize=False, max_examples=1000
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "repeatable"))

pytest_plugins = ["headwater.testing.fixtures", "headwater.testing.emptying", "headwater.testing.two_writers"]


class NetworkUsed(AssertionError):
    """A test tried to leave this machine."""


def _is_local(address: Any) -> bool:
    if not isinstance(address, tuple):
        return True  # the path of a unix socket
    host = str(address[0])
    return host in {"", "localhost", "::1", "0.0.0.0"} or host.startswith("127.")


def _local_only(real: Callable[..., Any]) -> Callable[..., Any]:
    def connect(self: socket.socket, address: Any) -> Any:
        if not _is_local(address):
            raise NetworkUsed(f"A test may not reach {address!r}.")
        return real(self, address)

    return connect


@pytest.fixture(autouse=True, scope="session")
def _no_network() -> Generator[None]:
    """Let sockets reach this machine only."""
    patch = pytest.MonkeyPatch()
    for name in ("connect", "connect_ex"):
        patch.setattr(socket.socket, name, _local_only(getattr(socket.socket, name)))
    yield
    patch.undo()


@pytest.fixture(autouse=True, scope="session")
def _no_second_cache_table() -> Generator[None]:
    """Django would offer to make the cache's table, which a migration makes, and say so."""
    patch = pytest.MonkeyPatch()
    patch.setattr(createcachetable.Command, "handle", lambda *_args, **_options: None)
    yield
    patch.undo()


@pytest.fixture(autouse=True)
def _no_language_left() -> Generator[None]:
    """Forget the language and the calendar of the last request, which would stay for the tests after it."""
    yield
    translation.deactivate()
    calendars.use(calendars.GREGORIAN)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    """Let every connection know the rows that the migrations wrote.

    Django keeps them on one connection object; in Playwright's event loop it uses another.
    """
    with django_db_blocker.unblock():
        first = connections["default"]
    if hasattr(first, "_test_serialized_contents"):
        type(first)._test_serialized_contents = first._test_serialized_contents


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Fail a test that passed but left text on the console: expected output is read with capsys."""
    report = yield
    stray = report.capstdout + report.capstderr
    if report.when == "call" and report.passed and stray:
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} wrote to the console:\n{stray}"
    return report


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "browser" in Path(item.path).parts:
            item.add_marker(pytest.mark.browser)
        if _empties_the_tables(item):
            # what the migrations wrote (the ready roles) must be there again for the next test
            restored = pytest.mark.django_db(transaction=True, serialized_rollback=True)
            item.add_marker(restored, append=False)


def _empties_the_tables(item: pytest.Item) -> bool:
    marker = item.get_closest_marker("django_db")
    fixtures = getattr(item, "fixturenames", ())
    asked = bool(marker and marker.kwargs.get("transaction"))
    return asked or "transactional_db" in fixtures or "live_server" in fixtures

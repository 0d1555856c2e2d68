"""What the pages for people say is what the program does."""

import re

import pytest

from headwater.config.tests import sources

VARIABLE = re.compile(r"\bHEADWATER_[A-Z_]+\b")
CHECK = re.compile(r"\bheadwater\.(?:[a-z]+\.)?[EW]\d{3}\b")
NOT_FOR_OPERATORS = {
    "HEADWATER_TEST_DATA",  # set by one of our programs for another
    "HEADWATER_BENCH_POSTGRES",
    "HEADWATER_CHROMIUM",  # CONTRIBUTING.md
    "HEADWATER_LOWER",  # a function of SQL
    "HEADWATER_OIDC",  # what the names of others begin with
}

ADMINISTRATORS = (sources.ROOT / "docs" / "administrators.md").read_text()


def said_in_code(pattern: re.Pattern[str]) -> set[str]:
    """Return what the program's files say, tests left out."""
    return {
        word
        for path in sources.written(".py")
        if sources.shown(path).startswith(("headwater/", "launch/")) and not sources.is_test(path)
        for word in pattern.findall(path.read_text())
    }


def test_every_environment_variable_is_explained_and_none_is_invented():
    said = ADMINISTRATORS.replace("HEADWATER_OIDC_PARTNER_", "HEADWATER_OIDC_")  # a provider with a name
    assert set(VARIABLE.findall(said)) == said_in_code(VARIABLE) - NOT_FOR_OPERATORS


def test_every_system_check_is_explained_and_none_is_invented():
    assert set(CHECK.findall(ADMINISTRATORS)) == said_in_code(CHECK)


@pytest.mark.parametrize("command", sorted(path.name for path in (sources.ROOT / "bin").iterdir()))
def test_every_command_is_explained_to_contributors(command):
    assert f"`bin/{command}" in (sources.ROOT / "CONTRIBUTING.md").read_text()

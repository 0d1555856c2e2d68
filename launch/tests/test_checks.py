import subprocess
import sys

import pytest

from launch import checks, debian
from launch.checks import Outcome

CLOSING = "======================== 812 passed, 3 skipped in 61.24s (0:01:01) ========================"
GOOD = Outcome("tests on SQLite", True, 61.0, CLOSING)
BAD = Outcome("mypy", False, 9.0)


def test_what_pytest_prints_is_passed_on_and_its_closing_line_kept(capfdbinary):
    colours = "\\x1b[32m====== \\x1b[1m2 passed\\x1b[0m in 0.10s ======\\x1b[0m\\n"
    code = f"print('== test session starts =='); print('..'); print('{CLOSING}'); print('{colours}', end='')"
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) as process:
        closing = checks.pass_on(process.stdout)
    assert closing == "====== 2 passed in 0.10s ======"
    assert CLOSING.encode() in capfdbinary.readouterr().out


@pytest.mark.parametrize(
    ("outcomes", "missing", "ci", "status"),
    [
        ([GOOD], [], "true", 0),
        ([BAD, GOOD], [], "", 1),
        ([GOOD], [debian.POSTGRES], "", 0),
        ([GOOD], [debian.POSTGRES], "true", 1),
    ],
)
def test_nothing_that_fails_is_masked(outcomes, missing, ci, status, monkeypatch, capsys):
    monkeypatch.setenv("CI", ci)
    assert checks.conclude(outcomes, missing) == status
    printed = capsys.readouterr().out
    assert printed.splitlines()[-1] == CLOSING
    assert all(need.package in printed and "NOT RUN" in printed for need in missing)


def test_a_failing_check_shows_its_output(capsys):
    command = [sys.executable, "-c", "import sys; print('one error'); sys.exit(1)"]
    outcome = checks.check("mypy", command, {})
    assert not outcome.is_good
    assert "FAILED mypy" in (printed := capsys.readouterr().out)
    assert "one error" in printed


def test_a_good_check_is_quiet(capsys):
    assert checks.check("ruff", [sys.executable, "-c", "print('fine')"], {}).is_good
    assert "fine" not in capsys.readouterr().out

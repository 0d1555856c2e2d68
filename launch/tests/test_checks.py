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


BESIDE_OTHERS = "import os\n\ndef test_{name}():\n    assert {condition}\n"


@pytest.mark.parametrize(
    ("conditions", "is_good", "unsteady"),
    [
        (["True"], True, 0),
        (["'PYTEST_XDIST_WORKER' not in os.environ", "True"], True, 1),
        (["'PYTEST_XDIST_WORKER' not in os.environ", "False"], False, 0),
        (["'PYTEST_XDIST_WORKER' not in os.environ"] * (checks.FEW + 1), False, 0),
    ],
)
def test_what_passes_only_alone_is_named(conditions, is_good, unsteady, tmp_path, monkeypatch, capfd):
    for number, condition in enumerate(conditions):
        code = BESIDE_OTHERS.format(name=number, condition=condition)
        (tmp_path / f"test_of_{number}.py").write_text(code)
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    monkeypatch.setattr(checks, "ROOT", tmp_path)
    monkeypatch.delenv("PYTEST_XDIST_WORKER", raising=False)
    outcome = checks.run_tests("SQLite", ["-p", "no:django"], "", look_again=True)
    assert (outcome.is_good, len(outcome.unsteady)) == (is_good, unsteady)
    checks.conclude([outcome], [])
    assert capfd.readouterr().out.count("UNSTEADY") == unsteady


def test_a_failing_check_shows_its_output(capsys):
    command = [sys.executable, "-c", "import sys; print('one error'); sys.exit(1)"]
    outcome = checks.check("mypy", command, {})
    assert not outcome.is_good
    assert "FAILED mypy" in (printed := capsys.readouterr().out)
    assert "one error" in printed


def test_a_good_check_is_quiet(capsys):
    assert checks.check("ruff", [sys.executable, "-c", "print('fine')"], {}).is_good
    assert "fine" not in capsys.readouterr().out

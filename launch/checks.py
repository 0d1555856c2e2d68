"""bin/test: everything that must hold before a change is kept."""

import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from launch import debian, frontend, programs, python_packages
from launch.console import Trouble, say
from launch.paths import PYTHON, ROOT, VENV, environment
from launch.postgres import cluster

CORES = os.cpu_count() or 1
CLOSING_LINE = re.compile(r"=+ .*\b(passed|failed|errors?|skipped|no tests ran)\b.* in [\d.]+s.* =+")
MARKUP = re.compile(r"\x1b\[[\d;]*m")
# more failures than this are no accident of a crowded machine
FEW = 3


@dataclass(frozen=True)
class Outcome:
    """How one part ended; pytest's closing line where it was pytest."""

    part: str
    is_good: bool
    seconds: float
    closing_line: str = ""
    unsteady: tuple[str, ...] = ()
    """Tests that failed beside the others and passed when they ran once more, alone."""


def main(arguments: list[str]) -> int:
    """Check the sources, then run the tests on SQLite and PostgreSQL; arguments go to pytest."""
    missing = prepare()
    with tempfile.TemporaryDirectory(prefix="headwater-checks-") as scratch:
        outcomes = [] if arguments else check_sources(Path(scratch))
    unmarked = ["-m", "not browser"] if debian.BROWSER in missing else []
    look_again = not arguments
    outcomes.append(run_tests("SQLite", [*unmarked, *arguments], "", look_again=look_again))
    if debian.POSTGRES not in missing:
        with cluster() as address:
            outcomes.append(run_tests("PostgreSQL", [*unmarked, *arguments], address, look_again=look_again))
    return conclude(outcomes, missing)


def prepare() -> list[debian.Need]:
    """Put everything in place, side by side; return what this machine cannot have."""
    with ThreadPoolExecutor() as beside:
        bundle = beside.submit(frontend.build)
        system = beside.submit(debian.provide, [debian.BROWSER, debian.POSTGRES, debian.FONTS])
        python_packages.install("dev")
        bundle.result()
        return system.result()


def source_checks(scratch: Path) -> dict[str, list[str | Path]]:
    """Return the command of every check that reads the sources, the longest first."""
    tools = VENV / "bin"
    return {
        "mypy": [tools / "mypy"],
        "migrations": [PYTHON, "-m", "django", "makemigrations", "--check", "--dry-run"],
        "system checks": [PYTHON, "-m", "django", "check", "--fail-level", "WARNING"],
        "import contracts": [tools / "lint-imports", "--cache-dir", scratch / "imports"],
        "djlint": [tools / "djlint", "--lint", "--quiet", "headwater"],
        "ruff": [tools / "ruff", "check", "--output-format", "concise"],
        "ruff format": [tools / "ruff", "format", "--check", "--output-format", "concise"],
    }


def check_sources(scratch: Path) -> list[Outcome]:
    """Run the checks of the sources, as many at a time as there are cores."""
    say("\nChecking the sources")
    env = environment(HEADWATER_DATA=str(scratch), DATABASE_URL="")
    with ThreadPoolExecutor(max_workers=CORES) as beside:
        running = [
            beside.submit(check, part, command, env) for part, command in source_checks(scratch).items()
        ]
        return [_finished(future) for future in running]


def check(part: str, command: Sequence[str | Path], env: dict[str, str]) -> Outcome:
    """Run one check; its output is shown only when it fails."""
    begun = time.monotonic()
    both = subprocess.STDOUT
    done = subprocess.run(
        command, cwd=ROOT, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=both, check=False
    )
    outcome = Outcome(part, done.returncode == 0, time.monotonic() - begun)
    shown = "" if outcome.is_good else "\n" + done.stdout.decode(errors="replace").rstrip()
    say(f"  {'ok    ' if outcome.is_good else 'FAILED'} {part} ({outcome.seconds:.1f} s){shown}")
    return outcome


def run_tests(database: str, arguments: list[str], address: str, *, look_again: bool) -> Outcome:
    """Run pytest on one database, on all cores; its output goes straight to the console.

    To ``look_again`` is to run a few failed tests once more, alone: what then passes is named as unsteady.
    """
    say(f"\nTests on {database}")
    begun = time.monotonic()
    unsteady: tuple[str, ...] = ()
    with tempfile.TemporaryDirectory(prefix="headwater-failed-") as cache:
        arguments = ["-o", f"cache_dir={cache}", *arguments]
        is_good, closing = run_pytest(["-n", str(CORES), *arguments], address)
        failed = failed_tests(Path(cache))
        if look_again and not is_good and 0 < len(failed) <= FEW:
            say(f"\nOnce more, alone, on {database}")
            is_good, closing = run_pytest([*failed, *arguments], address)
            unsteady = failed if is_good else ()
    return Outcome(f"tests on {database}", is_good, time.monotonic() - begun, closing, unsteady)


def run_pytest(arguments: list[str], address: str) -> tuple[bool, str]:
    """Run pytest on the database at an address; return whether all passed, and its closing line."""
    # the settings for tests are named in pyproject.toml
    env = environment(DATABASE_URL=address, DJANGO_SETTINGS_MODULE="", PYTHONUNBUFFERED="1")
    colour = "yes" if sys.stdout.isatty() else "no"
    command = [PYTHON, "-m", "pytest", f"--color={colour}", *arguments]
    both = subprocess.STDOUT
    process = subprocess.Popen(
        command, cwd=ROOT, env=env, stdout=subprocess.PIPE, stderr=both, start_new_session=True
    )
    with process, programs.ended_with_us(process, signal.SIGTERM):
        closing = pass_on(process.stdout)
    return process.returncode == 0, closing


def failed_tests(cache: Path) -> tuple[str, ...]:
    """Return the tests that pytest noted as failed in its cache."""
    noted = cache / "v" / "cache" / "lastfailed"
    return tuple(json.loads(noted.read_text())) if noted.exists() else ()


def pass_on(stream: IO[bytes] | None) -> str:
    """Copy a program's output to the console as it comes; return pytest's closing line in it."""
    assert stream is not None
    closing, pending = "", b""
    while chunk := os.read(stream.fileno(), 65536):
        sys.stdout.buffer.write(chunk)
        sys.stdout.buffer.flush()
        *lines, pending = (pending + chunk).split(b"\n")
        for line in lines:
            text = MARKUP.sub("", line.decode(errors="replace")).strip()
            closing = text if CLOSING_LINE.fullmatch(text) else closing
    return closing


def conclude(outcomes: list[Outcome], missing: list[debian.Need]) -> int:
    """Name the failed and the left-out parts; pytest's closing lines come last."""
    say("\nSummary")
    for outcome in outcomes:
        say(f"  {'ok    ' if outcome.is_good else 'FAILED'} {outcome.part} ({outcome.seconds:.0f} s)")
        for test in outcome.unsteady:
            say(f"  UNSTEADY {test} failed beside the others and passed alone")
    for need in missing:
        say(f"  NOT RUN {need.why}: the package {need.package} is missing (bin/test as root installs it)")
    say("")
    for outcome in outcomes:
        if outcome.closing_line:
            say(outcome.closing_line)
    must_be_whole = os.environ.get("CI") == "true"
    is_good = all(outcome.is_good for outcome in outcomes) and not (missing and must_be_whole)
    return 0 if is_good else 1


def _finished(future: Future[Outcome]) -> Outcome:
    try:
        return future.result()
    except OSError as error:
        raise Trouble(f"A check could not be started: {error}.") from error

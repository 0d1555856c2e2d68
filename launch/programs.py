"""Run our commands and other programs, and report their failure in words."""

import contextlib
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any, NoReturn

from launch.console import Trouble, say
from launch.paths import PYTHON, environment

LAST_LINES = 25

_running: dict[subprocess.Popen[Any], signal.Signals] = {}
_interrupted = threading.Event()


def command(main: Callable[[list[str]], int]) -> int:
    """Run a command's main function; trouble, Ctrl-C or SIGTERM becomes its exit status."""
    signal.signal(signal.SIGINT, _interrupt)
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        return main(sys.argv[1:])
    except Trouble as trouble:
        print(f"\n{trouble}", file=sys.stderr, flush=True)
        return 1
    except PermissionError as error:
        print(f"\nNo permission to write {error.filename}.", file=sys.stderr, flush=True)
        return 1
    except KeyboardInterrupt:
        say("\nStopped.")
        return 130


def run(
    command: Sequence[str | Path], what: str, *, env: dict[str, str] | None = None, cwd: Path | None = None
) -> str:
    """Run to the end and return what it printed; raise Trouble with its last lines when it fails."""
    if _interrupted.is_set():
        raise Trouble("Stopped.")
    try:
        process = subprocess.Popen(
            command,
            env=env or environment(),
            cwd=cwd,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            start_new_session=True,
        )
    except OSError as error:
        raise Trouble(f"{what} failed: {error}.") from error
    with ended_with_us(process):
        printed, _ = process.communicate()
    if process.returncode:
        tail = "\n".join(printed.strip().splitlines()[-LAST_LINES:])
        raise Trouble(f"{tail}\n\n{what} failed (status {process.returncode}); its last lines are above.")
    return printed


def manage(arguments: list[str], what: str, *, env: dict[str, str] | None = None) -> str:
    """Run one of Django's or our management commands."""
    return run([PYTHON, "-m", "django", *arguments], what, env=env or environment())


@contextmanager
def ended_with_us(process: subprocess.Popen[Any], number: signal.Signals = signal.SIGKILL) -> Generator[None]:
    """Have a program that leads its own session ended when we are interrupted, in whichever thread."""
    _running[process] = number
    try:
        yield
    finally:
        del _running[process]


def _interrupt(_signal: int, _frame: FrameType | None) -> NoReturn:
    _interrupted.set()
    for process, number in list(_running.items()):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, number)
    raise KeyboardInterrupt

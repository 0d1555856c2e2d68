"""Keep the programs of one installation running, and end them all together."""

import contextlib
import os
import select
import shutil
import signal
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from launch.console import say

PATIENCE = 15
"""Seconds the programs have to end by themselves before they are killed."""

LONGEST_PAUSE = 30
"""Seconds between two starts of a program that keeps ending."""


@dataclass
class Program:
    """One program to keep running; when a vital one ends, all end."""

    name: str
    command: Sequence[str | Path]
    vital: bool
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    pause: float = 1.0

    def start(self, env: dict[str, str]) -> None:
        """Start in a session of its own, so that Ctrl-C reaches us only; it ends when we are killed."""
        leash = ["setpriv", "--pdeathsig", "TERM"] if shutil.which("setpriv") else []
        self.process = subprocess.Popen(
            [*leash, *self.command], env=env, stdin=subprocess.DEVNULL, start_new_session=True
        )
        self.started = time.monotonic()

    def status(self) -> int | None:
        """Return the exit status, None while it runs."""
        return self.process.poll() if self.process else None

    def may_start_again(self) -> bool:
        """Say whether the pause since the last start is over; the next pause is longer."""
        lived = time.monotonic() - self.started
        if lived < self.pause:
            return False
        self.pause = 1.0 if lived > LONGEST_PAUSE else min(self.pause * 2, LONGEST_PAUSE)
        return True

    def send(self, number: signal.Signals) -> None:
        """Send a signal to the program and to what it started."""
        if self.process:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, number)

    def wait(self, deadline: float) -> None:
        """Wait for its end until the deadline (monotonic seconds)."""
        if self.process:
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(max(0.0, deadline - time.monotonic()))


class Supervisor:
    """Starts programs, starts those again that may be, and ends all on SIGINT, SIGTERM or SIGHUP."""

    def __init__(self, programs: list[Program], env: dict[str, str]) -> None:
        self.programs = programs
        self.env = env
        self.is_stopping = False
        self._woken, self._waker = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)

    def start(self) -> None:
        """Take over the signals and start every program."""
        signal.set_wakeup_fd(self._waker, warn_on_full_buffer=False)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._stop)
        signal.signal(signal.SIGCHLD, lambda _signal, _frame: None)  # so that an end wakes us
        for program in self.programs:
            program.start(self.env)

    def watch(self) -> int:
        """Stay until asked to end or until a vital program ends; return the exit status."""
        status = 0
        while not self.is_stopping and not status:
            self.pause(1.0)
            status = self._look_after()
        self._end()
        return status

    def pause(self, seconds: float) -> None:
        """Wait, but not beyond the next signal."""
        if select.select([self._woken], [], [], seconds)[0]:
            os.read(self._woken, 64)

    def has_lost_a_vital_program(self) -> bool:
        """Say whether a program that must not end has ended."""
        return any(program.vital and program.status() is not None for program in self.programs)

    def _stop(self, _signal: int, _frame: FrameType | None) -> None:
        if self.is_stopping:  # asked twice
            for program in self.programs:
                program.send(signal.SIGKILL)
        self.is_stopping = True

    def _look_after(self) -> int:
        for program in self.programs:
            status = program.status()
            if status is None or self.is_stopping:
                continue
            if program.vital:
                say(f"The {program.name} ended by itself (status {status}); stopping the rest.")
                return 1
            if program.may_start_again():
                say(f"The {program.name} ended by itself (status {status}); starting it again.")
                program.start(self.env)
        return 0

    def _end(self) -> None:
        self.is_stopping = True
        for program in self.programs:
            program.send(signal.SIGTERM)
        deadline = time.monotonic() + PATIENCE
        for program in self.programs:
            program.wait(deadline)
        for program in self.programs:
            program.send(signal.SIGKILL)
            program.wait(time.monotonic() + 1)

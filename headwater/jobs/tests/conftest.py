"""Workers as real processes on the test database, and jobs that a test leads by the hand."""

import os
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from django.db import connection

ROOT = Path(__file__).resolve().parents[3]
# how long a test waits for what must happen; far above what it takes
PATIENCE = 60.0


def database_url() -> str:
    """Return the address of the database this test runs on."""
    at = connection.settings_dict
    if connection.vendor == "sqlite":
        assert "memory" not in str(at["NAME"]), "worker processes need a test database in a file"
        return f"sqlite:///{at['NAME']}"
    login = quote(at["USER"], safe="") + (f":{quote(at['PASSWORD'], safe='')}" if at["PASSWORD"] else "")
    return f"postgres://{login}@{at['HOST']}:{at['PORT']}/{at['NAME']}"


class Process:
    """A child process whose output can be waited for."""

    def __init__(self, arguments: list[str], log: Path) -> None:
        paths = [str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
        environment = {**os.environ, "DATABASE_URL": database_url(), "PYTHONPATH": os.pathsep.join(paths)}
        self.log = log
        self._heard = ""
        with log.open("w") as errors:
            self.child = subprocess.Popen(
                [sys.executable, *arguments],
                env=environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
            )

    def read_line(self) -> str:
        assert self.child.stdout is not None
        # not its readline(): what that has read ahead, select() does not know of
        while "\n" not in self._heard:
            ready, _, _ = select.select([self.child.stdout], [], [], PATIENCE)
            words = os.read(self.child.stdout.fileno(), 4096).decode() if ready else ""
            assert words, f"the process said nothing: {self.log.read_text()}"
            self._heard += words
        line, _, self._heard = self._heard.partition("\n")
        return line.strip()

    def read_until(self, line: str) -> None:
        while self.read_line() != line:
            pass

    def write_line(self) -> None:
        assert self.child.stdin is not None
        self.child.stdin.write("\n")
        self.child.stdin.flush()

    def kill(self) -> None:
        self.child.kill()
        self.child.wait(PATIENCE)

    def terminate(self, sign: signal.Signals = signal.SIGTERM) -> None:
        self.child.send_signal(sign)
        self.wait()

    def wait(self) -> None:
        """Wait for a clean end."""
        assert self.child.wait(PATIENCE) == 0, self.log.read_text()

    def close(self) -> None:
        self.kill()
        for pipe in (self.child.stdin, self.child.stdout):
            if pipe is not None:
                pipe.close()


@pytest.fixture
def start_process(transactional_db: None, tmp_path: Path) -> Iterator[Callable[..., Process]]:
    started: list[Process] = []

    def start(*arguments: str) -> Process:
        process = Process(list(arguments), tmp_path / f"process-{len(started)}.log")
        started.append(process)
        return process

    yield start
    for process in started:
        process.close()


@pytest.fixture
def start_worker(start_process: Callable[..., Process]) -> Callable[..., Process]:
    """Start ``run_worker`` with the given options."""

    def start(*options: str) -> Process:
        return start_process("-m", "django", "run_worker", *options)

    return start


class Puppet:
    """The test's end of a running ``puppet`` job."""

    def __init__(self, line: socket.socket) -> None:
        line.settimeout(PATIENCE)
        self._line = line
        self._file = line.makefile("rw")
        self.pid = int(self._file.readline())

    def tell(self, order: str) -> None:
        self._file.write(f"{order}\n")
        self._file.flush()

    def ask(self, order: str = "look") -> str:
        """Give an order and return what ``cancel_requested`` says after it; "" when the job is gone."""
        self.tell(order)
        return self._file.readline().strip()

    def wait_for_end(self) -> None:
        """Return when the job has let go of the line."""
        assert self._file.read() == ""

    def close(self) -> None:
        self._file.close()
        self._line.close()


class Stage:
    """Where puppet jobs connect to."""

    def __init__(self) -> None:
        self._door = socket.create_server(("127.0.0.1", 0))
        self._door.settimeout(PATIENCE)
        self.port: int = self._door.getsockname()[1]
        self._puppets: list[Puppet] = []

    def next_puppet(self) -> Puppet:
        """Wait until a job starts."""
        puppet = Puppet(self._door.accept()[0])
        self._puppets.append(puppet)
        return puppet

    def close(self) -> None:
        for puppet in self._puppets:
            puppet.close()
        self._door.close()


@pytest.fixture
def stage() -> Iterator[Stage]:
    stage = Stage()
    yield stage
    stage.close()


def wait_until(true: Callable[[], Any]) -> None:
    """Return as soon as the condition holds; fail when it does not in time."""
    deadline = time.monotonic() + PATIENCE
    # a pipe nobody writes to: the pause between two looks
    read_end, write_end = os.pipe()
    try:
        while not true():
            assert time.monotonic() < deadline, "it did not happen in time"
            select.select([read_end], [], [], 0.05)
    finally:
        os.close(read_end)
        os.close(write_end)

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator

import pytest

from launch.paths import ROOT

# one write each: both share the pipe that the test reads
KEEPER = "import os, signal; os.write(1, b'keeper %d\\n' % os.getpid()); signal.pause()"
WORKER = "import os, signal; os.write(1, b'worker %d\\n' % os.getpid()); signal.pause()"
DEAF = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN);" + WORKER
SUPERVISE = """
import os, sys
from launch import supervisor
from launch.supervisor import Program, Supervisor
supervisor.PATIENCE = 0.2
programs = [
    Program("keeper", [sys.executable, "-c", sys.argv[1]], vital=True),
    Program("worker", [sys.executable, "-c", sys.argv[2]], vital=False),
]
watched = Supervisor(programs, dict(os.environ))
watched.start()
sys.exit(watched.watch())
"""


class Installation:
    """A supervisor in a process of its own, with two programs that tell their process ids."""

    def __init__(self, worker: str) -> None:
        command = [sys.executable, "-c", SUPERVISE, KEEPER, worker]
        self.process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        self.output = self.process.stdout
        self.pids: dict[str, int] = {}
        while len(self.pids) < 2:
            self.read_pid()

    def read_pid(self) -> tuple[str, int]:
        """Read until a program tells its id."""
        for line in self.output:
            name, _, pid = line.strip().partition(" ")
            if pid.isdigit():
                self.pids[name] = int(pid)
                return name, int(pid)
        raise AssertionError("the supervisor ended before its programs started")

    def end(self, number: signal.Signals) -> int:
        """Send a signal and wait until nobody holds the output any more."""
        self.process.send_signal(number)
        self.output.read()
        return self.process.wait()


@pytest.fixture
def installation(request) -> Iterator[Installation]:
    started = Installation(getattr(request, "param", WORKER))
    yield started
    started.process.kill()
    started.process.wait()
    started.output.close()


def is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_all_end_together_and_cleanly(installation, number):
    assert installation.end(number) == 0
    assert not [name for name, pid in installation.pids.items() if is_running(pid)]


def test_a_worker_that_crashes_is_started_again(installation):
    crashed = installation.pids["worker"]
    os.kill(crashed, signal.SIGKILL)
    name, started = installation.read_pid()
    assert name == "worker"
    assert started != crashed
    assert installation.end(signal.SIGTERM) == 0
    assert not is_running(started)


def test_without_its_vital_program_nothing_goes_on(installation):
    os.kill(installation.pids["keeper"], signal.SIGKILL)
    assert "The keeper ended by itself (status -9)" in installation.output.read()
    assert installation.process.wait() == 1
    assert not is_running(installation.pids["worker"])


@pytest.mark.parametrize("installation", [DEAF], indirect=True)
def test_a_program_that_ignores_the_request_is_killed(installation):
    assert installation.end(signal.SIGTERM) == 0
    assert not is_running(installation.pids["worker"])


@pytest.mark.skipif(not shutil.which("setpriv"), reason="needs setpriv of util-linux")
def test_even_a_killed_supervisor_leaves_no_orphans(installation):
    # the output ends only when every program that inherited it is gone
    assert installation.end(signal.SIGKILL) == -signal.SIGKILL

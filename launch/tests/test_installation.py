"""From bin/run to an answered page, and back to nothing running."""

import json
import os
import signal
import socket
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest

from launch import python_packages, run
from launch.paths import ROOT

pytestmark = pytest.mark.skipif(
    not python_packages.is_installed("dev"), reason="bin/test makes the environment that bin/run takes over"
)
RUN = [str(ROOT / "bin" / "run")]
PASSWORD = "a-Long-and-unusual-1"
OWNER = ["--empty", "--owner", "ada@example.com"]


@pytest.fixture
def environment(tmp_path) -> Iterator[dict[str, str]]:
    """The environment of an operator: a new data folder, a new database where PostgreSQL is tested."""
    names = ("PATH", "HOME", "LANG")
    plain = {name: os.environ[name] for name in names if name in os.environ}
    plain |= {"HEADWATER_DATA": str(tmp_path / "data"), "HEADWATER_OWNER_PASSWORD": PASSWORD}
    server = os.environ.get("DATABASE_URL", "")
    if not server.startswith("postgres"):
        yield plain
        return
    name = f"installation_{os.getpid()}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        yield plain | {"DATABASE_URL": urlunsplit(urlsplit(server)._replace(path=f"/{name}"))}
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(port: int, environment: dict[str, str], *options: str) -> Iterator[list[str]]:
    """Start, yield what was said until the address was, and stop; the end must be clean."""
    command = [*RUN, "--port", str(port), *options]
    process = subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    assert process.stdout is not None
    with process, process.stdout:
        said = []
        for line in process.stdout:
            said.append(line.rstrip())
            if f"http://127.0.0.1:{port}" in line:
                break
        assert process.poll() is None, "\n".join(said)
        yield said
        process.send_signal(signal.SIGTERM)
        rest = process.stdout.read()
        assert process.wait() == 0, rest
    assert "Headwater has stopped." in rest


def health(port: int) -> dict[str, str]:
    """Return what the running installation finds wrong with itself."""
    try:
        answer = urllib.request.urlopen(f"http://127.0.0.1:{port}/health")
    except urllib.error.HTTPError as failing:
        answer = failing
    with answer:
        problems: dict[str, str] = json.load(answer)["problems"]
    return problems


def test_one_command_sets_up_and_the_next_start_repeats_nothing(environment, port):
    with running(port, environment, *OWNER) as said:
        assert "Owner ada@example.com created." in said
        assert set(health(port)) <= {"worker"}  # it may still be starting
    with running(port, environment, *OWNER) as said:
        assert "created" not in "\n".join(said)
    run.check_port("127.0.0.1", port)  # nobody is left who listens


def test_a_weak_password_ends_the_set_up_with_the_reason(environment, port):
    command = [*RUN, "--port", str(port), *OWNER]
    weak = environment | {"HEADWATER_OWNER_PASSWORD": "12345"}
    ended = subprocess.run(command, env=weak, capture_output=True, text=True, check=False)
    assert ended.returncode == 1
    assert "too short" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_management_commands_work_on_the_chosen_data_folder(environment, tmp_path):
    chosen = environment | {"HEADWATER_DATA": str(tmp_path / "other")}
    command = [str(ROOT / "bin" / "manage"), "diffsettings"]
    printed = subprocess.run(command, env=chosen, capture_output=True, text=True, check=True).stdout
    assert f"DATA_DIR = PosixPath('{tmp_path}/other')" in printed

"""A private PostgreSQL server for tests and measurements, gone when they end."""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from launch.console import Trouble

CARELESS = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "shared_buffers=128MB")
"""Settings for tests, whose data nobody misses."""

NEW_CLUSTER = ("--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync", "-U", "postgres")

PATIENCE = 30
"""Seconds the server has to accept connections."""


def find_server() -> Path | None:
    """Return the folder of PostgreSQL's server programs, the newest version first."""
    if found := shutil.which("initdb"):
        return Path(found).resolve().parent
    folders = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    return max(folders, key=lambda folder: float(folder.parent.name), default=None)


@contextmanager
def cluster(settings: tuple[str, ...] = CARELESS) -> Generator[str]:
    """Run a new server on a free local port; yield the address of its database `postgres`."""
    programs = find_server()
    if programs is None:
        raise Trouble("PostgreSQL's server is missing: install the package postgresql.")
    folder = Path(tempfile.mkdtemp(prefix="headwater-postgres-"))
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres", "postgres")
    try:
        made = subprocess.run(
            [programs / "initdb", "-D", folder / "data", *NEW_CLUSTER],
            capture_output=True,
            text=True,
            check=False,
            cwd="/",
            **unprivileged(),
        )
        if made.returncode:
            raise Trouble(f"{made.stderr}\nPostgreSQL could not make a cluster; its words are above.")
        with _server(programs, folder, settings) as port:
            yield f"postgres://postgres@127.0.0.1:{port}/postgres"
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def unprivileged() -> dict[str, Any]:
    """Return how to start a program that refuses to run as root: as the user of Debian's package."""
    if os.geteuid() != 0:
        return {}
    return {"user": "postgres", "group": "postgres", "extra_groups": []}


@contextmanager
def _server(programs: Path, folder: Path, settings: tuple[str, ...]) -> Generator[int]:
    port = _free_port()
    chosen = (*settings, "listen_addresses=127.0.0.1", f"port={port}", f"unix_socket_directories={folder}")
    options = [word for setting in chosen for word in ("-c", setting)]
    leash = ["setpriv", "--pdeathsig", "INT"] if shutil.which("setpriv") else []
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(
            [*leash, programs / "postgres", "-D", folder / "data", *options],
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            **unprivileged(),
        )
        try:
            _await(server, programs, port, folder / "log")
            yield port
        finally:
            server.send_signal(signal.SIGQUIT)  # at once: nobody needs what it holds
            server.wait()


def _await(server: subprocess.Popen[bytes], programs: Path, port: int, log: Path) -> None:
    deadline = time.monotonic() + PATIENCE
    probe: list[str | Path] = [programs / "pg_isready", "-q", "-h", "127.0.0.1", "-p", str(port)]
    while subprocess.run(probe, check=False).returncode:
        if server.poll() is not None or time.monotonic() > deadline:
            raise Trouble(f"{log.read_text(errors='replace')}\nPostgreSQL did not start; its log is above.")
        time.sleep(0.1)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])

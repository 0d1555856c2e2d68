"""What a freshly started installation takes while nobody uses it."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from bench.databases import new_database
from bench.servers import Client, free_port

ROOT = Path(__file__).resolve().parent.parent
SECONDS_TO_START = 120


def measure() -> list[dict[str, Any]]:
    """Return the proportional memory (PSS) of launcher, web server and worker together, in MB.

    They run on an empty database of their own, of the kind that is measured; PostgreSQL's processes are
    not counted.
    """
    if not Path("/proc/self/smaps_rollup").exists():
        return []
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="headwater-idle-") as folder:
        command = [sys.executable, str(ROOT / "bin" / "run"), "--port", str(port), "--data", folder]
        command += ["--empty", "--owner", "owner@bench.test"]
        env = os.environ | {"HEADWATER_OWNER_PASSWORD": "Bench-headwater-1"}
        if address := env.get("DATABASE_URL"):
            env["DATABASE_URL"] = new_database(address, "headwater_bench_idle")
        process = subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL, start_new_session=True)
        try:
            _await_health(process, port)
            parts = {name: _pss(pid) for pid, name in _family(process.pid)}
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait()
    return [{"what": "idle", "megabytes": round(sum(parts.values())), "processes": len(parts)}]


def _await_health(process: subprocess.Popen[bytes], port: int) -> None:
    deadline = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < deadline:
        try:
            Client(port).get("/health")
        except (OSError, RuntimeError):
            if process.poll() is not None:
                break
            time.sleep(0.2)
        else:
            return
    raise RuntimeError("bin/run did not become healthy")


def _family(root: int) -> list[tuple[int, str]]:
    """Return the process and its descendants."""
    parents: dict[int, int] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parents[int(entry.name)] = int(
                    entry.joinpath("stat").read_text().rpartition(")")[2].split()[1]
                )
            except OSError:
                continue
    family = {root}
    while grown := {pid for pid, parent in parents.items() if parent in family} - family:
        family |= grown
    return [(pid, str(pid)) for pid in sorted(family)]


def _pss(pid: int) -> float:
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) / 1024
    return 0.0

"""bin/bench: measure against references taken in the same run."""

import subprocess
from concurrent.futures import ThreadPoolExecutor

from launch import debian, frontend, python_packages
from launch.paths import PYTHON, ROOT, environment
from launch.postgres import cluster

SETTINGS = ("shared_buffers=1GB", "effective_cache_size=4GB", "work_mem=32MB", "max_wal_size=4GB")
"""Those of a small, well-kept server; durable, unlike the tests' one."""


def main(arguments: list[str]) -> int:
    """Run the bench package; HEADWATER_BENCH_POSTGRES names a PostgreSQL server where there is one."""
    with ThreadPoolExecutor() as beside:
        bundle = beside.submit(frontend.build)
        system = beside.submit(debian.provide, [debian.POSTGRES])
        python_packages.install("bench")
        bundle.result()
        missing = system.result()
    command = [PYTHON, "-m", "bench", *arguments]
    if missing:
        return subprocess.run(command, cwd=ROOT, env=environment(), check=False).returncode
    with cluster(SETTINGS) as address:
        env = environment(HEADWATER_BENCH_POSTGRES=address)
        return subprocess.run(command, cwd=ROOT, env=env, check=False).returncode

"""A child of bin/dev: after an edit, start the worker anew or build the bundle anew."""

import subprocess
import time
from pathlib import Path

from launch import frontend
from launch.console import Trouble, say
from launch.paths import PYTHON, ROOT

SECONDS_BETWEEN_LOOKS = 0.5
WORKER = [PYTHON, "-m", "django", "run_worker", "--verbosity", "0"]


def main() -> None:
    """Look until ended; a bundle that cannot be built is told and tried again after the next edit."""
    worker = subprocess.Popen(WORKER)
    code, assets = newest(program_files()), newest(asset_files())
    while True:
        time.sleep(SECONDS_BETWEEN_LOOKS)
        if (now := newest(program_files())) != code:
            code = now
            worker.terminate()
            worker.wait()
            worker = subprocess.Popen(WORKER)
        if (now := newest(asset_files())) != assets:
            assets = now
            try:
                frontend.build()
            except Trouble as trouble:
                say(str(trouble))


def program_files() -> list[Path]:
    """Return what the worker is made of."""
    return list((ROOT / "headwater").rglob("*.py"))


def asset_files() -> list[Path]:
    """Return what the bundle is made of."""
    return [file for path in frontend.SOURCES for file in (path.rglob("*") if path.is_dir() else [path])]


def newest(files: list[Path]) -> tuple[int, float]:
    """Return the number of files and the time of the last edit: either changes with every change."""
    times = [file.stat().st_mtime for file in files if file.exists()]
    return len(times), max(times, default=0.0)


if __name__ == "__main__":
    main()

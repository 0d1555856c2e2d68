"""The virtual environment and the pinned packages in it."""

import ensurepip
import fcntl
import json
import sys
import sysconfig
import threading
from collections.abc import Generator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from launch.console import Trouble, say, step
from launch.paths import PYTHON, REQUIREMENTS, TOOLS, VENV, download_environment
from launch.programs import run
from launch.stamps import fingerprint

SETS = ("runtime", "dev", "bench")
"""The sets of packages; each holds the one before."""

STAMP = VENV / "headwater.json"
_bootstrap = threading.Lock()


def install(wanted: str) -> None:
    """Make the virtual environment hold this set of packages, or a larger one it had before."""
    if is_installed(wanted):
        return
    with _only_one_at_a_time():
        if is_installed(wanted):
            return
        chosen = max(wanted, _installed().get("set", wanted), key=SETS.index)
        with step("Python packages"):
            make_venv()
            _install_locked(chosen)
        STAMP.write_text(json.dumps({"set": chosen, "home": _home(), "locks": _locks()}))


def make_venv() -> None:
    """Make the bare virtual environment, anew when Python itself was replaced."""
    if not Path(PYTHON).exists() or not _site_packages().is_dir() or _was_moved():
        run(
            [_real_python(), "-m", "venv", "--without-pip", "--clear", VENV], "Making the virtual environment"
        )


@cache
def uv() -> Path | None:
    """Return the fast installer, fetched with pip at first; None where it cannot be had."""
    with _bootstrap:
        program = TOOLS / "bin" / "uv"
        stamp = fingerprint([REQUIREMENTS / "bootstrap.lock"])
        if program.exists() and (TOOLS / stamp).exists():
            return program
        try:
            _pip_install(REQUIREMENTS / "bootstrap.lock", "--target", str(TOOLS), "--upgrade")
        except Trouble:
            say("  (the fast installer cannot be had; pip takes its place, which lasts longer)")
            return None
        (TOOLS / stamp).touch()
        return program


def install_aside(lock: Path, folder: Path) -> None:
    """Install a lock into a folder of its own, outside what our programs import."""
    if fast := uv():
        command: list[str | Path] = [fast, "pip", "install", "--python", PYTHON, "--target", folder]
        run([*command, "--require-hashes", "-r", lock], f"Installing {lock.stem}", env=download_environment())
    else:
        _pip_install(lock, "--target", str(folder), "--upgrade")


def _install_locked(chosen: str) -> None:
    lock = REQUIREMENTS / f"{chosen}.lock"
    if fast := uv():
        command: list[str | Path] = [fast, "pip", "sync", "--python", PYTHON, "--require-hashes", lock]
        try:
            run(command, "Installing Python packages", env=download_environment())
        except Trouble as trouble:
            say(f"{trouble}\n  (trying again with pip, which takes longer)")
        else:
            return
    _pip_install(lock)


def _pip_install(lock: Path, *options: str) -> None:
    command: list[str | Path] = [PYTHON, *_pip(), "install", "--require-hashes", "--no-deps", "--no-compile"]
    env = download_environment() | {"PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_ROOT_USER_ACTION": "ignore"}
    run([*command, *options, "-r", lock], f"Installing {lock.stem} packages with pip", env=env)


def _pip() -> list[str | Path]:
    """Return how to start pip: straight from Python's own wheel, which spares unpacking it."""
    folders = [Path(ensurepip.__file__).parent / "_bundled", Path("/usr/share/python-wheels")]
    if kept := sysconfig.get_config_var("WHEEL_PKG_DIR"):
        folders.append(Path(kept))
    for folder in folders:
        for wheel in sorted(folder.glob("pip-*.whl")):
            return [wheel / "pip"]
    run([PYTHON, "-m", "ensurepip"], "Unpacking pip")
    return ["-m", "pip"]


def is_installed(wanted: str) -> bool:
    """Say whether this set, or a larger one, is in place as locked."""
    known = _installed()
    return (
        known.get("home") == _home()
        and Path(PYTHON).exists()
        and SETS.index(known["set"]) >= SETS.index(wanted)
        and known["locks"] == _locks()
    )


def _was_moved() -> bool:
    return STAMP.exists() and _installed().get("home") != _home()


def _installed() -> dict[str, str]:
    try:
        found: dict[str, str] = json.loads(STAMP.read_text())
    except (FileNotFoundError, ValueError):
        return {}
    return found


def _locks() -> str:
    return fingerprint(REQUIREMENTS / f"{name}.lock" for name in SETS)


def _version() -> str:
    return f"{sys.version_info.major}.{sys.version_info.minor}"


def _home() -> str:
    """Return where the environment lies and for which Python: it can be used nowhere else."""
    return f"{VENV} {_version()}"


def _site_packages() -> Path:
    return VENV / "lib" / f"python{_version()}" / "site-packages"


def _real_python() -> str:
    """Return the interpreter itself: a virtual environment made from another one would die with it."""
    return getattr(sys, "_base_executable", sys.executable)


@contextmanager
def _only_one_at_a_time() -> Generator[None]:
    VENV.mkdir(exist_ok=True)
    with (VENV.parent / ".venv.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield

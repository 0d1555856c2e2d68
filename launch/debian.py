"""Programs and fonts from the operating system, installed where that is allowed."""

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from launch.console import Trouble, say, step
from launch.postgres import find_server
from launch.programs import run


@dataclass(frozen=True)
class Need:
    """Something a part of the checks needs beyond Python packages."""

    package: str
    why: str
    is_there: Callable[[], bool]


BROWSER = Need(
    "chromium",
    "browser tests",
    lambda: bool(shutil.which(os.environ.get("HEADWATER_CHROMIUM", "chromium"))),
)
POSTGRES = Need("postgresql", "tests on PostgreSQL", lambda: find_server() is not None)
FONTS = Need(
    "fonts-noto-core",
    "Thai and Khmer letters in pictures",
    lambda: any(Path("/usr/share/fonts").rglob("NotoSansKhmer*")),
)


def provide(needs: list[Need]) -> list[Need]:
    """Install what is missing as root on Debian; return what is still missing."""
    missing = [need for need in needs if not need.is_there()]
    if not missing or os.geteuid() != 0 or not shutil.which("apt-get"):
        return missing
    packages = [need.package for need in missing]
    env = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    with step(f"Debian packages {', '.join(packages)}"):
        try:
            run(["apt-get", "update", "-q"], "apt-get update", env=env)
            options = ["--yes", "--no-install-recommends", "-q", "-o", "Acquire::Retries=3"]
            run(["apt-get", "install", *options, *packages], "apt-get install", env=env)
        except Trouble as trouble:
            say(str(trouble))
    return [need for need in missing if not need.is_there()]

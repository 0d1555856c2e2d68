"""Whether the database is up to date, asked without starting Django, which takes a second or two."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from launch.console import step
from launch.paths import REQUIREMENTS, ROOT
from launch.programs import manage
from launch.stamps import fingerprint, is_current, record

FILE_NAME = "headwater.sqlite3"


def migrate(data: Path, env: dict[str, str]) -> None:
    """Bring the tables up to date; on the embedded database only when something is missing."""
    stamp, packages = data / "packages.stamp", fingerprint([REQUIREMENTS / "runtime.lock"])
    if is_embedded() and is_current(stamp, packages) and our_migrations() <= _applied(data / FILE_NAME):
        return
    with step("Database"):
        manage(["migrate", "--verbosity", "0"], "Migrating the database", env=env)
    record(stamp, packages)


def is_embedded() -> bool:
    """Say whether the data folder's own SQLite file is used."""
    return not os.environ.get("DATABASE_URL")


def is_claimed(data: Path, env: dict[str, str]) -> bool:
    """Say whether the installation has been set up."""
    if is_embedded():
        return bool(_rows(data / FILE_NAME, "SELECT 1 FROM users_user LIMIT 1"))
    return manage(["is_claimed"], "Asking the database", env=env).strip() == "yes"


def our_migrations() -> set[tuple[str, str]]:
    """Return (room, name) of every migration in the source; those of packages follow the lock file."""
    return {
        (path.parent.parent.name, path.stem)
        for path in ROOT.glob("headwater/*/migrations/*.py")
        if path.stem != "__init__"
    }


def _applied(file: Path) -> set[tuple[str, str]]:
    return {(str(app), str(name)) for app, name in _rows(file, "SELECT app, name FROM django_migrations")}


def _rows(file: Path, query: str) -> list[Iterator[object]]:
    if not file.exists():
        return []
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True, timeout=5)) as connection:
        try:
            return connection.execute(query).fetchall()
        except sqlite3.OperationalError:
            return []  # no such table yet

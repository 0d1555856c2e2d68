"""Where uploads lie: in the data folder, under names that nobody can guess, and under no public address."""

import secrets
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.core.files.storage import FileSystemStorage

from headwater.lib import clock

FOLDER = "files"
"""Of the folder of uploads: what is stored for records. ``imports`` beside it has the files of imports."""
SETTLED = timedelta(days=1)
"""What is older lies there for good or was left over: an upload and its row are never so far apart."""


def storage() -> FileSystemStorage:
    """Return the folder of uploads. Only this process's user reads it."""
    return FileSystemStorage(
        location=settings.DATA_DIR / "media", file_permissions_mode=0o600, directory_permissions_mode=0o700
    )


def new_place() -> str:
    """Return a free place, relative to the folder of uploads; few files share a folder."""
    name = secrets.token_hex(20)
    return f"{FOLDER}/{name[:2]}/{name}"


def path_of(place: str) -> Path:
    """Return where a place of the folder of uploads is on the disk."""
    return Path(storage().path(place))


def old_places(folder: str) -> Iterator[str]:
    """Yield the places in a folder of uploads that are no longer being written."""
    root = storage().base_location
    base, end = Path(root) / folder, clock.now() - SETTLED
    for path in sorted(base.rglob("*")) if base.is_dir() else ():
        try:
            stat = path.lstat()
        except FileNotFoundError:  # somebody else was quicker
            continue
        if not path.is_dir() and datetime.fromtimestamp(stat.st_mtime, UTC) < end:
            yield path.relative_to(root).as_posix()

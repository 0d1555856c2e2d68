"""Remember what a step was made from, so that it is repeated only when that changed."""

import hashlib
from collections.abc import Iterable
from pathlib import Path


def fingerprint(paths: Iterable[Path], *words: str) -> str:
    """Return a hash of files (folders are walked) and words; missing paths count as missing."""
    digest = hashlib.sha256()
    for word in words:
        digest.update(word.encode() + b"\0")
    for path in sorted(_files(paths)):
        digest.update(str(path).encode() + b"\0")
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _files(paths: Iterable[Path]) -> Iterable[Path]:
    for path in paths:
        if path.is_dir():
            yield from (file for file in path.rglob("*") if file.is_file())
        elif path.exists():
            yield path


def is_current(stamp: Path, value: str) -> bool:
    """Say whether the step that wrote this stamp was made from the same things."""
    return stamp.exists() and stamp.read_text() == value


def record(stamp: Path, value: str) -> None:
    """Note that the step is done, after everything it makes is in place."""
    stamp.parent.mkdir(parents=True, exist_ok=True)
    stamp.write_text(value)

"""The project's own files, for the tests that guard the house rules."""

import ast
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
PACKAGE = ROOT / "headwater"
ENGINES = ("reports", "transfer", "records", "access", "metadata", "history")
MADE = {"node_modules", "dist", "__pycache__", "var"}
"""Folders whose content is built or fetched, never written by hand."""


@cache
def tracked_files() -> tuple[Path, ...]:
    """Return every file that is or would be committed."""
    listing = subprocess.run(
        ["git", "-c", "safe.directory=*", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    return tuple(path for name in listing.split("\0") if name and (path := ROOT / name).exists())


def written(*suffixes: str) -> list[Path]:
    """Return the hand-written files with these suffixes, migrations left out."""
    return [
        path
        for path in tracked_files()
        if path.suffix in suffixes and "migrations" not in path.parts and not MADE & set(path.parts)
    ]


def rooms() -> list[Path]:
    """Return the folder of every room."""
    return sorted(path.parent for path in PACKAGE.glob("*/__init__.py"))


def room_of(path: Path) -> str:
    """Return the room a file lies in, "" outside the package."""
    parts = path.relative_to(ROOT).parts
    return parts[1] if parts[0] == "headwater" and len(parts) > 2 else ""


def is_test(path: Path) -> bool:
    """Say whether the file exists for tests only."""
    return bool({"tests", "testing"} & set(path.parts)) or path.name == "conftest.py"


def tree(path: Path) -> ast.Module:
    """Parse one Python file."""
    return ast.parse(path.read_text(), filename=str(path))


def functions(path: Path) -> Iterator[tuple[str, int]]:
    """Yield the name and the number of lines of every function."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name, (node.end_lineno or node.lineno) - node.lineno + 1


def line_count(path: Path) -> int:
    """Return the number of lines of a text file."""
    return len(path.read_text().splitlines())


def shown(path: Path) -> str:
    """Return the path as people write it."""
    return str(path.relative_to(ROOT))

"""What is committed is ours, and can be installed from wherever an operator gets packages."""

import ast
import json
import re

import pytest

from headwater.config.tests import sources

LOCKS = sorted((sources.ROOT / "requirements").glob("*.lock"))
PIN = re.compile(r"^([a-z0-9._-]+)(?:\[[^\]]*\])?==(\S+)", re.MULTILINE)
FOREIGN_FOLDERS = {"node_modules", "dist", "vendor", "site-packages", ".venv"}
FOREIGN_FILES = re.compile(r"\.(min\.(js|css)|whl|so|pyc|map)$")
LARGEST_FILE = 1_000_000


def pins(name: str) -> dict[str, str]:
    """Return package → version of one lock file."""
    return dict(PIN.findall((sources.ROOT / "requirements" / f"{name}.lock").read_text()))


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.name)
def test_python_locks_pin_with_hashes_and_name_no_registry(lock):
    text = lock.read_text()
    assert "://" not in text
    assert not re.search(r"^\s*(-i|--(extra-)?index-url|--find-links|-f)\b", text, re.MULTILINE)
    pinned = [block for block in re.split(r"\n(?=\S)", text) if block.strip()]
    assert pinned
    assert [block.split()[0] for block in pinned if "==" not in block or "--hash=sha256:" not in block] == []


def test_each_set_of_packages_holds_the_one_before():
    runtime, dev, bench = pins("runtime"), pins("dev"), pins("bench")
    assert runtime
    assert runtime.items() <= dev.items() <= bench.items()


@pytest.mark.parametrize("name", ["runtime", "dev", "bench", "bootstrap", "node"])
def test_every_chosen_package_is_locked_as_chosen(name):
    chosen = PIN.findall((sources.ROOT / "requirements" / f"{name}.in").read_text())
    assert chosen
    assert dict(chosen).items() <= pins(name).items()


def test_the_npm_lock_pins_with_hashes_and_names_no_registry():
    packages = json.loads((sources.ROOT / "package-lock.json").read_text())["packages"]
    fetched = {name: entry for name, entry in packages.items() if name}
    assert fetched
    assert [name for name, entry in fetched.items() if "resolved" in entry] == []
    assert [name for name, entry in fetched.items() if not entry.get("integrity")] == []


def test_no_third_party_or_built_code_is_committed():
    offenders = [
        sources.shown(path)
        for path in sources.tracked_files()
        if FOREIGN_FOLDERS & set(path.relative_to(sources.ROOT).parts)
        or FOREIGN_FILES.search(path.name)
        or path.stat().st_size > LARGEST_FILE
    ]
    assert not offenders


@pytest.mark.parametrize("room", sources.rooms(), ids=lambda path: path.name)
def test_every_room_says_in_one_line_what_it_holds(room):
    said = ast.get_docstring(ast.parse((room / "__init__.py").read_text()))
    assert said
    assert "\n" not in said

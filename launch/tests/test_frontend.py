import subprocess
from collections.abc import Iterator
from types import SimpleNamespace

import pytest

from launch import frontend


@pytest.fixture
def fetched(monkeypatch, tmp_path) -> Iterator[list[str]]:
    """Record what would be fetched; nothing has been fetched before."""
    names: list[str] = []
    monkeypatch.setattr(frontend, "FETCHED_NODE", tmp_path)
    monkeypatch.setattr(frontend, "make_venv", lambda: None)
    monkeypatch.setattr(frontend, "install_aside", lambda lock, folder: names.append(lock.name))
    frontend.find_node.cache_clear()
    yield names
    frontend.find_node.cache_clear()


def pretend(monkeypatch, programs: dict[str, str], version: str) -> None:
    """Have these programs on the path, Node.js in this version."""
    monkeypatch.setattr("shutil.which", programs.get)
    monkeypatch.setattr(subprocess, "run", lambda *args, **options: SimpleNamespace(stdout=version))


def test_a_recent_node_is_used(fetched, monkeypatch):
    pretend(monkeypatch, {"node": "/usr/bin/node", "npm": "/usr/bin/npm"}, "v20.20.2\n")
    node = frontend.find_node()
    assert (str(node.program), node.npm) == ("/usr/bin/node", ("/usr/bin/npm",))
    assert fetched == []


@pytest.mark.parametrize(
    ("programs", "version"),
    [
        ({}, ""),
        ({"node": "/usr/bin/node"}, "v20.20.2\n"),
        ({"node": "/usr/bin/node", "npm": "/usr/bin/npm"}, "v16.20.0\n"),
        ({"node": "/usr/bin/node", "npm": "/usr/bin/npm"}, "not a version"),
    ],
)
def test_without_a_recent_node_and_npm_one_is_fetched(fetched, monkeypatch, programs, version):
    pretend(monkeypatch, programs, version)
    node = frontend.find_node()
    assert fetched == ["node.lock"]
    assert node.npm[0] == node.program
    assert str(node.npm[1]).endswith("npm-cli.js")

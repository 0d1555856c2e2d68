import pytest

from launch import debian
from launch.console import Trouble


@pytest.fixture
def commands(monkeypatch) -> list[list[str]]:
    """Be root on Debian, and record what would be run."""
    ran: list[list[str]] = []
    monkeypatch.setattr("os.geteuid", lambda: 0)
    monkeypatch.setattr("shutil.which", lambda name: f"/usr/bin/{name}")
    monkeypatch.setattr(debian, "run", lambda command, what, env: ran.append(command))
    return ran


def need(*, is_there: bool) -> debian.Need:
    return debian.Need("some-package", "some tests", lambda: is_there)


def test_what_is_there_is_left_alone(commands):
    assert debian.provide([need(is_there=True)]) == []
    assert commands == []


def test_what_is_missing_is_installed(commands, capsys):
    there = iter([False, True])
    wanted = debian.Need("some-package", "some tests", lambda: next(there))
    assert debian.provide([wanted]) == []
    assert [command[1] for command in commands] == ["update", "install"]
    assert "some-package" in commands[1]
    assert "some-package" in capsys.readouterr().out


def test_what_cannot_be_installed_is_returned(commands, monkeypatch, capsys):
    def fail(command, what, env):
        raise Trouble("no such package")

    monkeypatch.setattr(debian, "run", fail)
    missing = need(is_there=False)
    assert debian.provide([missing]) == [missing]
    assert "no such package" in capsys.readouterr().out


def test_nothing_is_installed_by_an_ordinary_user(commands, monkeypatch):
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    missing = need(is_there=False)
    assert debian.provide([missing]) == [missing]
    assert commands == []

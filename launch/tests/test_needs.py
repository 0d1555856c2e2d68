import importlib.util

import pytest

from launch import needs


def test_this_python_is_accepted():
    needs.check_python()


def test_an_old_python_is_told_what_to_install(monkeypatch):
    monkeypatch.setattr(needs, "OLDEST", (99, 0))
    monkeypatch.setattr("shutil.which", lambda name: None)
    with pytest.raises(SystemExit, match=r"needs Python 3\.11 .*apt-get install python3 python3-venv"):
        needs.check_python()


def test_an_old_python_hands_over_to_a_newer_one(monkeypatch):
    became = []
    monkeypatch.setattr(needs, "OLDEST", (99, 0))
    monkeypatch.setattr("shutil.which", lambda name: f"/opt/{name}" if name == "python3.12" else None)
    monkeypatch.setattr("os.execv", lambda program, words: became.append(program))
    with pytest.raises(SystemExit):
        needs.check_python()
    assert became == ["/opt/python3.12"]


def test_a_python_without_venv_is_told_what_to_install(monkeypatch):
    find_spec = importlib.util.find_spec
    monkeypatch.setattr(
        "importlib.util.find_spec", lambda name: None if name == "ensurepip" else find_spec(name)
    )
    with pytest.raises(SystemExit, match=r"venv module, which is missing: .*apt-get install python3-venv"):
        needs.check_python()

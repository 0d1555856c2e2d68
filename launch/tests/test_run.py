import socket

import pytest

from launch import run
from launch.console import Trouble

EMAIL = "ada@example.com"


def test_defaults_are_this_machine_on_port_8000():
    options = run.read_options([])
    assert (options.host, options.port, options.demo, options.empty) == ("127.0.0.1", 8000, False, False)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--demo", "--empty"], "not allowed with"),
        (["--owner", EMAIL], "belong together"),
        (["--empty"], "belong together"),
        (["--empty", "--owner", EMAIL], "HEADWATER_OWNER_PASSWORD"),
        (["--port", "web"], "invalid int value"),
    ],
)
def test_contradictions_are_refused_before_anything_is_installed(arguments, said, monkeypatch, capsys):
    monkeypatch.delenv("HEADWATER_OWNER_PASSWORD", raising=False)
    with pytest.raises(SystemExit) as ended:
        run.read_options(arguments)
    assert ended.value.code == 2
    assert said in capsys.readouterr().err


def test_a_port_in_use_is_told_in_one_sentence():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(Trouble, match=rf"port {port} .*choose another with --port\.$"):
            run.check_port("127.0.0.1", port)


@pytest.mark.parametrize("port", [-1, 70000])
def test_an_impossible_port_is_told_in_one_sentence(port):
    with pytest.raises(Trouble, match="choose another with --port"):
        run.check_port("127.0.0.1", port)


def test_a_free_port_is_accepted():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    run.check_port("127.0.0.1", port)


@pytest.mark.parametrize("name", ["HEADWATER_URL", "HEADWATER_ORIGINS"])
def test_links_in_mails_lead_to_this_port_until_the_operator_names_an_address(monkeypatch, name):
    for variable in ("HEADWATER_URL", "HEADWATER_ORIGINS"):
        monkeypatch.delenv(variable, raising=False)
    assert run.own_address(8123) == {"HEADWATER_URL": "http://localhost:8123"}
    monkeypatch.setenv(name, "https://crm.example.com")
    assert run.own_address(8123) == {}


def test_the_first_start_says_where_the_key_is(tmp_path, capsys):
    run.tell_of_key(tmp_path)
    assert capsys.readouterr().out == ""  # the operator brought a key of her own
    run.key_file(tmp_path).write_text("secret")
    run.tell_of_key(tmp_path)
    said = capsys.readouterr().out
    assert str(tmp_path / "secret.key") in said
    assert "Keep a copy" in said
    assert "secret\n" not in said

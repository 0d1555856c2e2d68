"""bin/run: one command from a fresh clone to a running installation."""

import argparse
import os
import socket
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NoReturn

from launch import database, frontend, python_packages
from launch.console import Trouble, say, step
from launch.paths import data_folder, environment
from launch.programs import manage

PASSWORD_VARIABLE = "HEADWATER_OWNER_PASSWORD"  # noqa: S105


def main(arguments: list[str]) -> NoReturn:
    """Install what is missing, prepare the data folder, run web and worker until asked to stop."""
    options = read_options(arguments)
    check_port(options.host, options.port)
    data = data_folder(options.data)
    env = environment(HEADWATER_DATA=str(data), **own_address(options.port))
    say("Headwater")
    with ThreadPoolExecutor(max_workers=1) as beside:
        bundle = beside.submit(frontend.build)
        python_packages.install("runtime")
        data.mkdir(parents=True, exist_ok=True)
        is_first = not key_file(data).exists()
        database.migrate(data, env)
        fill(options, data, env)
        if is_first:
            tell_of_key(data)
        bundle.result()
    # becoming a small program gives back the memory that the installation took
    small = [sys.executable, "-S", "-m", "launch.serve", options.host, str(options.port)]
    os.execve(sys.executable, small, env)


def key_file(data: Path) -> Path:
    """Return where the secret key is while the environment holds none."""
    return data / "secret.key"


def tell_of_key(data: Path) -> None:
    """Say once, at the first start, where the secret key is, unless the operator brought one."""
    if key_file(data).exists():
        say(f"  The secret key of this installation is {key_file(data)}")
        say("  Keep a copy of it away from the backups: they cannot be used fully without it.")


def own_address(port: int) -> dict[str, str]:
    """Return where links in mails lead while the operator has named no public address."""
    if os.environ.get("HEADWATER_URL") or os.environ.get("HEADWATER_ORIGINS"):
        return {}
    return {"HEADWATER_URL": f"http://localhost:{port}"}


def read_options(arguments: list[str]) -> argparse.Namespace:
    """Read the command line; contradictions are refused before anything is installed."""
    parser = argparse.ArgumentParser(
        prog="bin/run",
        description="Start Headwater; the first start installs what it needs.",
        epilog="DATABASE_URL selects a PostgreSQL database; docs/administrators.md lists every variable.",
    )
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    parser.add_argument("--port", type=int, default=8000, help="port to listen on (default: %(default)s)")
    parser.add_argument("--data", metavar="DIR", help="folder of the database and files (default: var)")
    content = parser.add_mutually_exclusive_group()
    content.add_argument(
        "--demo", action="store_true", help="fill a new installation with demonstration data"
    )
    content.add_argument("--empty", action="store_true", help="set up a new, empty installation for --owner")
    parser.add_argument(
        "--owner", metavar="EMAIL", help=f"with --empty; the password is in {PASSWORD_VARIABLE}"
    )
    options = parser.parse_args(arguments)
    if bool(options.owner) != options.empty:
        parser.error("--empty and --owner EMAIL belong together")
    if options.owner and not os.environ.get(PASSWORD_VARIABLE):
        parser.error(
            f"--owner needs the new owner's password in the environment variable {PASSWORD_VARIABLE}"
        )
    return options


def check_port(host: str, port: int) -> None:
    """Refuse in one sentence when nobody could listen there."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except (OSError, OverflowError) as error:
            raise Trouble(
                f"Cannot listen on {host} port {port} ({error.args[-1]}): choose another with --port."
            ) from error


def fill(options: argparse.Namespace, data: Path, env: dict[str, str]) -> None:
    """Make the owner or the demonstration data asked for, unless somebody is there already."""
    if not (options.demo or options.owner):
        return
    if database.is_claimed(data, env):
        say("  This data folder is set up already: --demo and --empty change nothing.")
        return
    if options.demo:
        with step("Demonstration data"):
            told = manage(["load_demo"], "Loading the demonstration data", env=env)
    else:
        told = manage(["create_owner", options.owner], "Creating the owner", env=env)
    say(told.rstrip())

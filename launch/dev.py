"""bin/dev: Django's reloading server, a reloading worker and a bundle that follows its sources."""

import argparse

from launch import database, frontend, python_packages
from launch.console import say
from launch.paths import PYTHON, data_folder, environment
from launch.run import check_port, own_address
from launch.supervisor import Program, Supervisor

HOST = "127.0.0.1"


def main(arguments: list[str]) -> int:
    """Run until Ctrl-C."""
    parser = argparse.ArgumentParser(prog="bin/dev", description=__doc__)
    parser.add_argument("port", nargs="?", type=int, default=8000, help="port to listen on (8000)")
    port = parser.parse_args(arguments).port
    check_port(HOST, port)
    python_packages.install("dev")
    frontend.build()
    data = data_folder()
    data.mkdir(parents=True, exist_ok=True)
    env = environment(HEADWATER_DATA=str(data), HEADWATER_DEBUG="yes", **own_address(port))
    database.migrate(data, env)
    programs = [
        Program("web server", [PYTHON, "-m", "django", "runserver", f"{HOST}:{port}"], vital=True),
        Program("worker and bundler", [PYTHON, "-m", "launch.follow"], vital=False),
    ]
    say(f"\nHeadwater for development: http://{HOST}:{port}   (Ctrl-C stops it)")
    supervisor = Supervisor(programs, env)
    supervisor.start()
    return supervisor.watch()

"""What bin/run becomes once everything is in place: web and worker, until asked to stop."""

import os
import socket
import sys

from launch.console import say
from launch.paths import PYTHON
from launch.supervisor import Program, Supervisor

SECONDS_FOR_AN_ANSWER = 10
EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104
"""Addresses to listen on that cannot be opened, and what to open instead."""


def main() -> int:
    """Run web and worker; print the address once pages are answered."""
    host, port = sys.argv[1], int(sys.argv[2])
    web = [PYTHON, "-m", "headwater.config.server", "--host", host, "--port", str(port)]
    worker = [PYTHON, "-m", "django", "run_worker", "--verbosity", "0"]
    programs = [Program("web server", web, vital=True), Program("worker", worker, vital=False)]
    supervisor = Supervisor(programs, dict(os.environ))
    supervisor.start()
    while not supervisor.is_stopping and not supervisor.has_lost_a_vital_program():
        if answers(EVERYWHERE.get(host, host), port):
            shown = f"[{host}]" if ":" in host else host
            say(f"\nHeadwater is ready: http://{shown}:{port}   (Ctrl-C stops it)")
            break
        supervisor.pause(0.1)
    status = supervisor.watch()
    say("Headwater has stopped.")
    return status


def answers(host: str, port: int) -> bool:
    """Say whether a web server answers there, whatever it says."""
    try:
        with socket.create_connection((host, port), SECONDS_FOR_AN_ANSWER) as connection:
            connection.sendall(b"GET / HTTP/1.0\r\nHost: localhost\r\n\r\n")
            return connection.recv(5) == b"HTTP/"
    except OSError:
        return False


if __name__ == "__main__":
    sys.exit(main())

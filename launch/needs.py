"""What a machine must have before anything else; any Python 3 can read this file."""

import importlib
import importlib.util
import os
import shutil
import sys

OLDEST = (3, 11)


def start(command):  # type: (str) -> None
    """Run launch/<command>.py under a suitable Python, or end with one sentence on what is missing."""
    check_python()
    programs = importlib.import_module("launch.programs")
    module = importlib.import_module("launch." + command)
    sys.exit(programs.command(module.main))


def check_python():  # type: () -> None
    """Continue under Python 3.11 or newer with its venv module."""
    if sys.version_info < OLDEST:
        for minor in range(14, 10, -1):
            newer = shutil.which("python3.%d" % minor)
            if newer:
                os.execv(newer, [newer] + sys.argv)
        sys.exit(
            "Headwater needs Python 3.11 or newer and found only %d.%d: "
            "on Debian or Ubuntu install it with 'apt-get install python3 python3-venv'."
            % sys.version_info[:2]
        )
    if not importlib.util.find_spec("venv") or not importlib.util.find_spec("ensurepip"):
        sys.exit(
            "Headwater needs Python's venv module, which is missing: "
            "on Debian or Ubuntu install it with 'apt-get install python3-venv'."
        )

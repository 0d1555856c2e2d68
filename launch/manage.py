"""bin/manage: run a management command in this installation."""

import os

from launch import python_packages
from launch.console import Trouble
from launch.paths import PYTHON, data_folder, environment


def main(arguments: list[str]) -> int:
    """Become the management command, with the packages it needs in place."""
    python_packages.install("runtime")
    env = environment(HEADWATER_DATA=str(data_folder()))
    try:
        os.execve(PYTHON, [PYTHON, "-m", "django", *arguments], env)
    except OSError as error:
        raise Trouble(f"Cannot start {PYTHON}: {error}.") from error

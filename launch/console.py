"""What the commands say on the console."""

import time
from collections.abc import Generator
from contextlib import contextmanager


class Trouble(Exception):
    """A command cannot go on; the message is one sentence for the person at the console."""


def say(text: str) -> None:
    """Print a line at once, also into a file or pipe."""
    print(text, flush=True)


@contextmanager
def step(label: str) -> Generator[None]:
    """Announce what is being done and, at its end, how long it took."""
    say(f"  {label} …")
    begun = time.monotonic()
    yield
    say(f"  {label}: done in {time.monotonic() - begun:.1f} s")

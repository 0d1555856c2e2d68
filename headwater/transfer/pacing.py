"""Chunks that keep write transactions short."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

FIRST, SMALLEST, LARGEST = 200, 40, 2_000
SECONDS = 0.16
"""How long one chunk's transaction should take: SQLite lets nobody else write meanwhile."""


class Pace:
    """The size of the next chunk, by how long the last one took."""

    def __init__(self) -> None:
        self.size = FIRST

    @contextmanager
    def measure(self, rows: int) -> Iterator[None]:
        """Time the transaction of a chunk; the next one is at most twice as large."""
        started = time.monotonic()
        yield
        fitting = int(rows * SECONDS / max(time.monotonic() - started, 0.001))
        self.size = max(SMALLEST, min(fitting, self.size * 2, LARGEST))

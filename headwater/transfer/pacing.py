"""Chunks that keep write transactions short."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

FIRST, SMALLEST, LARGEST = 200, 40, 5_000
SECONDS = {"sqlite": 0.16, "postgresql": 0.5}
"""How long one chunk's transaction should take.

SQLite lets nobody else write meanwhile. PostgreSQL does; what waits there is who changes these very
records or the definitions of fields.
"""
CROWDED = 3
"""How many times longer a chunk may take when other processes have the processor most of the time.

Smaller chunks would then cost more than they save: each one is a transaction of its own.
"""


class Pace:
    """The size of the next chunk, by how long the last one took."""

    def __init__(self) -> None:
        self.size = FIRST

    @contextmanager
    def measure(self, rows: int) -> Iterator[None]:
        """Time the transaction of a chunk; the next one is at most twice as large."""
        started, worked = time.monotonic(), time.thread_time()
        yield
        waited, worked = time.monotonic() - started, time.thread_time() - worked
        fitting = int(rows * SECONDS[connection.vendor] / max(worked, waited / CROWDED, 0.001))
        self.size = max(SMALLEST, min(fitting, self.size * 2, LARGEST))

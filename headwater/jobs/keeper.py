"""The thread beside a worker's jobs: renews leases, stores progress, hears cancellations, beats."""

import logging
import os
import socket
import threading
import time
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from datetime import timedelta

from django.db import DatabaseError, InterfaceError, connection

from headwater.jobs import claims
from headwater.jobs.execution import Execution
from headwater.jobs.models import Job, WorkerBeat
from headwater.lib import clock

logger = logging.getLogger("headwater.jobs")

BEAT_SECONDS = 10.0
TICK_SECONDS = 0.5


class Keeper(threading.Thread):
    """Has a database connection of its own, so a job's open transaction holds up none of its work."""

    def __init__(self, worker_id: str, *, threads: int, queues: Sequence[str], lease: timedelta) -> None:
        super().__init__(name="keeper", daemon=True)
        self._lease = lease
        self._renew_every = lease.total_seconds() / 3
        self._beat = WorkerBeat(
            worker_id=worker_id,
            host=socket.gethostname(),
            pid=os.getpid(),
            queues=list(queues),
            threads=threads,
        )
        self._beat_due = 0.0
        self._kept: dict[Execution, tuple[float, tuple[int, int]]] = {}
        self._lock = threading.Lock()
        self._ending = threading.Event()

    @contextmanager
    def keeping(self, execution: Execution) -> Generator[None]:
        """Keep the job's claim alive inside the block."""
        with self._lock:
            self._kept[execution] = (time.monotonic(), execution.progress)
        try:
            yield
        finally:
            with self._lock:
                self._kept.pop(execution, None)

    def running(self) -> list[Execution]:
        with self._lock:
            return list(self._kept)

    def end(self) -> None:
        """End the thread and take the worker's row away."""
        self._ending.set()
        if self.is_alive():
            self.join()

    def run(self) -> None:
        while True:
            try:
                self._tick()
            except (DatabaseError, InterfaceError):
                logger.warning("leases could not be renewed, trying again", exc_info=True)
                connection.close()
            if self._ending.wait(min(TICK_SECONDS, self._renew_every)):
                break
        try:
            WorkerBeat.objects.filter(worker_id=self._beat.worker_id).delete()
        except (DatabaseError, InterfaceError):
            logger.warning("the worker's row could not be taken away", exc_info=True)
        connection.close()

    def _tick(self) -> None:
        running = self.running()
        for execution in running:
            self._renew(execution)
        self._hear_cancellations(running)
        if time.monotonic() >= self._beat_due:
            self._store_beat(len(running))

    def _renew(self, execution: Execution) -> None:
        renewed_at, stored = self._kept.get(execution, (0.0, execution.progress))
        now, progress = time.monotonic(), execution.progress
        if progress == stored and now - renewed_at < self._renew_every:
            return
        kept = claims.renew_claim(execution.job, self._lease, progress)
        with self._lock:
            if execution in self._kept:
                self._kept[execution] = (now, progress)
        # a run that is recording its end may have given the claim up by itself
        if not kept and not execution.ending:
            execution.abandoned = True
            logger.warning("job %s: the lease was lost", execution.job.pk)

    def _hear_cancellations(self, running: list[Execution]) -> None:
        asking = [execution for execution in running if not execution.cancelled]
        if not asking:
            return
        ids = [execution.job.pk for execution in asking]
        cancelled = set(Job.objects.filter(pk__in=ids, cancel_requested=True).values_list("pk", flat=True))
        for execution in asking:
            execution.cancelled = execution.job.pk in cancelled

    def _store_beat(self, running: int) -> None:
        now = clock.now()
        if not WorkerBeat.objects.filter(worker_id=self._beat.worker_id).update(beat_at=now, running=running):
            self._beat.beat_at, self._beat.running = now, running
            self._beat.pk = None
            self._beat.save(force_insert=True)
        self._beat_due = time.monotonic() + min(BEAT_SECONDS, self._renew_every)

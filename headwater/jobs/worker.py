"""The worker process: threads that claim and run jobs, and one main loop that wakes and ends them."""

import logging
import os
import select
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta

from django.db import DatabaseError, InterfaceError, close_old_connections, connection
from django_tasks.utils import get_random_id

from headwater.jobs import claims, wakeup
from headwater.jobs.execution import Execution, run
from headwater.jobs.keeper import Keeper
from headwater.jobs.models import Job
from headwater.jobs.schedule import Schedule

logger = logging.getLogger("headwater.jobs")

POLL_SECONDS = 1.0
# between two looks at the schedule and at expired leases
CHORE_SECONDS = 5.0
# how long jobs that were told to let go may take to do so
LET_GO_SECONDS = 0.5


@dataclass(frozen=True, kw_only=True)
class Options:
    lease: timedelta
    threads: int = 2
    queues: tuple[str, ...] = ()
    """Empty = all queues."""
    grace: float = 5.0
    """Seconds that running jobs get to finish when the worker is stopped."""
    drain: bool = False
    """Run all that is due, then end."""


class Worker:
    """``run`` in the main thread; ``stop`` from a signal handler, a second time to end without grace.

    ``announce`` is told "ready" and "stopping"; after the latter no further job is begun.
    """

    def __init__(
        self, options: Options, schedule: Schedule, announce: Callable[[str], None] = lambda _state: None
    ) -> None:
        self.id = get_random_id()
        self.options = options
        self._announce = announce
        self._schedule = schedule
        self._keeper = Keeper(self.id, threads=options.threads, queues=options.queues, lease=options.lease)
        self._threads = [
            threading.Thread(target=self._serve, name=f"jobs-{number}", daemon=True)
            for number in range(options.threads)
        ]
        # a pipe, because a signal handler may write to one and may not touch a lock
        self._poked, self._poke_end = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        self._stops = 0
        self._work = threading.Condition()
        self._wakings = 0
        self._idle: set[int] = set()
        self._chores_due = 0.0

    def stop(self, *_signal: object) -> None:
        self._stops += 1
        self._poke()

    def run(self) -> bool:
        """Work until stopped, or until drained; False when a job's thread had to be left running."""
        watch = wakeup.open_watch()
        self._announce("ready")
        self._keeper.start()
        for thread in self._threads:
            thread.start()
        try:
            while not self._stops:
                try:
                    if self._look_for_work():
                        break
                    self._pause(watch)
                except (DatabaseError, InterfaceError):
                    logger.warning("the database does not answer, trying again", exc_info=True)
                    connection.close()
                    self._wait([], POLL_SECONDS)
        finally:
            clean = self._end()
        return clean

    # the main loop

    def _look_for_work(self) -> bool:
        """Fire, reap and wake as needed; True when the worker drains and everything is done."""
        with self._work:
            all_idle = len(self._idle) == len(self._threads)
        if time.monotonic() >= self._chores_due:
            self._schedule.fire_due()
            claims.reap_expired()
            self._chores_due = time.monotonic() + min(CHORE_SECONDS, self.options.lease.total_seconds() / 2)
        if claims.due_jobs(self.options.queues).exists():
            self._wake()
            return False
        return self.options.drain and all_idle

    def _wake(self) -> None:
        with self._work:
            self._wakings += 1
            self._idle.clear()
            self._work.notify_all()

    def _pause(self, watch: wakeup.Watch) -> None:
        """Wait for a change in the database, a poke, or the next poll."""
        deadline = time.monotonic() + POLL_SECONDS
        while not watch.changed() and (left := deadline - time.monotonic()) > 0:
            if self._wait(watch.files(), min(left, watch.tick)):
                return

    def _wait(self, files: list[int], seconds: float) -> bool:
        ready, _, _ = select.select([self._poked, *files], [], [], max(seconds, 0))
        if self._poked in ready:
            os.read(self._poked, 4096)
        return bool(ready)

    def _poke(self) -> None:
        with suppress(BlockingIOError):  # full: the main loop is about to look anyway
            os.write(self._poke_end, b"!")

    # the threads

    def _serve(self) -> None:
        while not self._stops:
            wakings = self._wakings
            try:
                job = claims.claim_job(self.id, self.options.lease, self.options.queues)
                if job is not None:
                    self._run(job)
                    continue
            except Exception:
                # whatever it was, the job's lease expires and the thread is needed
                logger.exception("a job could not be claimed or recorded")
                connection.close()
            self._rest(wakings)
        connection.close()
        self._poke()

    def _run(self, job: Job) -> None:
        if self._stops:
            claims.release_job(job)
            return
        execution = Execution(job)
        with self._keeper.keeping(execution):
            run(execution)
        close_old_connections()

    def _rest(self, wakings: int) -> None:
        with self._work:
            if self._wakings == wakings:
                self._idle.add(threading.get_ident())
                self._poke()
                self._work.wait_for(lambda: self._wakings != wakings or self._stops)

    # the end

    def _end(self) -> bool:
        self._stops = max(self._stops, 1)
        self._announce("stopping")
        with self._work:
            self._work.notify_all()
        self._join(self.options.grace, until_hurried=True)
        for execution in self._keeper.running():
            self._let_go(execution)
        self._join(LET_GO_SECONDS, until_hurried=False)
        self._keeper.end()
        connection.close()
        return not any(thread.is_alive() for thread in self._threads)

    def _join(self, seconds: float, *, until_hurried: bool) -> None:
        """Wait until all threads have ended; each of them pokes when it does, and so does a signal."""
        deadline = time.monotonic() + seconds
        while any(thread.is_alive() for thread in self._threads):
            left = deadline - time.monotonic()
            if left <= 0 or (until_hurried and self._stops > 1):
                return
            self._wait([], min(left, 0.1))

    def _let_go(self, execution: Execution) -> None:
        try:
            released = claims.release_job(execution.job)
        except (DatabaseError, InterfaceError):
            logger.exception("job %s could not be released; its lease will expire", execution.job.pk)
        else:
            logger.info("job %s %s", execution.job.pk, "released" if released else "already ended")
        execution.abandoned = True

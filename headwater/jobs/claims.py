"""Who owns a job: every change of a job's state, each one conditional UPDATE.

The same statements serve both databases. On PostgreSQL ``SKIP LOCKED`` keeps workers from queueing for
the same row; on SQLite the short IMMEDIATE transaction does.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, QuerySet

from headwater.jobs import wakeup
from headwater.jobs.models import Job
from headwater.lib import clock

LONGEST_BACKOFF = timedelta(hours=1)
ERROR_LENGTH = 20_000
# a released job waits this long, so that the process that held it is gone before another starts it
RELEASE_PAUSE = timedelta(seconds=2)
LOST = "headwater.jobs.errors.WorkerLost: the worker stopped answering, and no attempt is left."


def due_jobs(queues: Sequence[str] = ()) -> QuerySet[Job]:
    """Return the jobs that may start now, the next one first; no queue given = all queues."""
    due = Job.objects.filter(state=Job.State.QUEUED, run_after__lte=clock.now())
    if queues:
        due = due.filter(queue__in=queues)
    return due.order_by("-priority", "run_after", "id")


def claim_job(worker_id: str, lease: timedelta, queues: Sequence[str] = ()) -> Job | None:
    """Take the next due job for ``lease``; None when nothing is due."""
    due = due_jobs(queues)
    # looked up outside the transaction: an idle worker takes no write lock on SQLite
    while due.exists():
        with transaction.atomic():
            job = due.select_for_update(skip_locked=True).first()
            if job is None:
                return None
            if _take(job, worker_id, lease):
                return job
    return None


def _take(job: Job, worker_id: str, lease: timedelta) -> bool:
    now = clock.now()
    claim: dict[str, Any] = {
        "state": Job.State.RUNNING,
        "fence": job.fence + 1,
        "attempts": job.attempts + 1,
        "worker_ids": [*job.worker_ids, worker_id],
        "lease_until": now + lease,
        "heartbeat_at": now,
        "attempted_at": now,
        "started_at": job.started_at or now,
    }
    unclaimed = Job.objects.filter(pk=job.pk, state=Job.State.QUEUED, fence=job.fence)
    if not unclaimed.update(**claim):
        return False
    for name, value in claim.items():
        setattr(job, name, value)
    return True


def held(job: Job) -> QuerySet[Job]:
    """Return the row of a claimed job as long as this claim of it is the valid one."""
    return Job.objects.filter(pk=job.pk, state=Job.State.RUNNING, fence=job.fence)


def renew_claim(job: Job, lease: timedelta, progress: tuple[int, int]) -> bool:
    """Extend the lease from now and store (done, total); False when the claim is lost."""
    now = clock.now()
    done, total = progress
    return bool(
        held(job).update(heartbeat_at=now, lease_until=now + lease, progress_done=done, progress_total=total)
    )


def finish_job(job: Job, state: Job.State, progress: tuple[int, int], **values: Any) -> bool:
    """End a claimed job (``values``: result, error, error_class); False when the claim is lost."""
    done, total = progress
    return bool(
        held(job).update(
            state=state,
            finished_at=clock.now(),
            lease_until=None,
            progress_done=done,
            progress_total=total,
            **values,
        )
    )


def retry_job(job: Job, error: str, error_class: str) -> bool:
    """Queue a claimed job again after its backoff, keeping the error; False when the claim is lost."""
    pause = min(timedelta(seconds=job.backoff * 2 ** (job.attempts - 1)), LONGEST_BACKOFF)
    return _requeue(job, run_after=clock.now() + pause, error=error, error_class=error_class)


def release_job(job: Job) -> bool:
    """Give a claimed job back, the attempt does not count; False when the claim is lost."""
    return _requeue(job, run_after=clock.now() + RELEASE_PAUSE, attempts=F("attempts") - 1)


def _requeue(job: Job, **values: Any) -> bool:
    wanted = held(job).filter(cancel_requested=False)
    if wanted.update(state=Job.State.QUEUED, lease_until=None, **values):
        return True
    return bool(held(job).update(state=Job.State.CANCELLED, lease_until=None, finished_at=clock.now()))


def reap_expired() -> int:
    """Take jobs back from workers that let their lease expire; return how many.

    They run again at once, unless cancelled meanwhile or out of attempts: a job that kills its workers
    must not do so for ever.
    """
    now = clock.now()
    expired = Job.objects.filter(state=Job.State.RUNNING, lease_until__lt=now)
    if not expired.exists():
        return 0
    ended: dict[str, Any] = {"finished_at": now, "lease_until": None}
    cancelled = expired.filter(cancel_requested=True).update(state=Job.State.CANCELLED, **ended)
    failed = expired.filter(attempts__gte=F("max_attempts")).update(
        state=Job.State.FAILED, error=LOST, error_class=LOST.partition(":")[0], **ended
    )
    wanted = expired.filter(cancel_requested=False)
    queued = wanted.update(state=Job.State.QUEUED, run_after=now, lease_until=None)
    if queued:
        wakeup.notify()
    return cancelled + failed + queued


def cancel_job(job_id: int) -> bool:
    """Cancel a queued job at once, ask a running one to stop; False when it was finished or never was."""
    with transaction.atomic():
        asked = Job.objects.filter(pk=job_id, state__in=Job.UNFINISHED).update(cancel_requested=True)
        Job.objects.filter(pk=job_id, state=Job.State.QUEUED).update(
            state=Job.State.CANCELLED, finished_at=clock.now()
        )
    return bool(asked)

"""What the rest of the product may ask of background work."""

from datetime import timedelta

from django_tasks import task_backends
from django_tasks.utils import get_random_id

from headwater.jobs import claims, execution
from headwater.jobs.backend import DatabaseBackend
from headwater.jobs.models import Job, WorkerBeat
from headwater.lib import clock

ALIVE = timedelta(seconds=30)


def report_progress(done: int, total: int) -> None:
    """Say how far the running job is, as often as wanted; stored twice a second at most.

    Outside a job it does nothing, so a service may report whoever calls it.
    """
    if running := execution.current.get():
        running.report_progress(done, total)


def cancel_requested() -> bool:
    """Say whether the running job should stop; costs nothing, knows within half a second.

    A job that was told so and then returns, or raises ``JobCancelled``, ends as cancelled. Outside a
    job the answer is no.
    """
    running = execution.current.get()
    return running is not None and running.cancel_requested()


def current_job_id() -> int | None:
    """Return the id of the job this code runs in, None outside one."""
    running = execution.current.get()
    return running.job.pk if running else None


def get_job(job_id: int) -> Job:
    """Return the job; raises ``Job.DoesNotExist``. Who may see it is for the caller to decide."""
    return Job.objects.get(pk=job_id)


def request_cancel(job_id: int) -> bool:
    """Cancel a queued job at once, ask a running one to stop; False when it is finished or unknown."""
    return claims.cancel_job(job_id)


def worker_alive(max_age: timedelta = ALIVE) -> bool:
    """Say whether any worker gave a sign of life within ``max_age``."""
    return WorkerBeat.objects.filter(beat_at__gte=clock.now() - max_age).exists()


def database_backend() -> DatabaseBackend:
    backend = task_backends["default"]
    if not isinstance(backend, DatabaseBackend):
        raise TypeError("The default task backend is not the database backend.")
    return backend


def run_until_idle(limit: int = 1000) -> int:
    """Run, here and now, every job that is due, and what those enqueue; return how many runs it took.

    For tests and scripts: one after the other in this thread, in the caller's transaction if there is
    one. Retries that wait for their backoff stay queued. More runs than ``limit`` raise ``RuntimeError``.
    """
    worker_id, lease = get_random_id(), database_backend().lease
    claims.reap_expired()
    for count in range(limit + 1):
        job = claims.claim_job(worker_id, lease)
        if job is None:
            return count
        execution.run(execution.InlineExecution(job))
    raise RuntimeError(f"More than {limit} jobs ran, and there are more.")

"""The django-tasks backend that keeps jobs as rows of the product's own database."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.core import checks
from django.db import IntegrityError, transaction
from django.utils.module_loading import import_string
from django_tasks.backends.base import BaseTaskBackend
from django_tasks.base import Task, TaskError, TaskResult, TaskResultStatus
from django_tasks.exceptions import InvalidTaskError, TaskResultDoesNotExist

from headwater.jobs import wakeup
from headwater.jobs.models import Job
from headwater.jobs.schedule import Schedule
from headwater.jobs.tasks import JobTask
from headwater.jobs.values import clean_json
from headwater.lib import clock

STATUS = {
    Job.State.QUEUED: TaskResultStatus.READY,
    Job.State.RUNNING: TaskResultStatus.RUNNING,
    Job.State.DONE: TaskResultStatus.SUCCESSFUL,
    Job.State.FAILED: TaskResultStatus.FAILED,
    Job.State.CANCELLED: TaskResultStatus.FAILED,
}

TRIES = 10


class DatabaseBackend(BaseTaskBackend):
    """Enqueueing writes one row in the caller's transaction: no commit, no job.

    ``OPTIONS``: ``lease_seconds`` (60) — how long a silent worker keeps its job; ``schedule`` — dotted
    path of the tuple of ``Scheduled``.
    """

    task_class = JobTask
    supports_defer = True
    supports_async_task = True
    supports_get_result = True
    supports_priority = True

    def __init__(self, alias: str, params: dict[str, Any]) -> None:
        super().__init__(alias, params)
        self.lease = timedelta(seconds=self.options.get("lease_seconds", 60))

    def load_schedule(self) -> Schedule:
        path = self.options.get("schedule")
        return Schedule(import_string(path) if path else ())

    def enqueue(self, task: Task[Any, Any], args: Any, kwargs: Any) -> TaskResult[Any]:
        self.validate_task(task)
        if not isinstance(task, JobTask):
            raise InvalidTaskError(f"{task.module_path} was made for another backend.")
        now = clock.now()
        job = _insert(
            Job(
                task=task.module_path,
                args=clean_json(list(args)),
                kwargs=clean_json(dict(kwargs)),
                queue=task.queue_name,
                priority=task.priority,
                run_after=task.run_after or now,
                max_attempts=task.max_attempts,
                backoff=task.backoff,
                unique_key=task.unique_key,
                actor_id=task.actor_id,
                created_at=now,
            )
        )
        wakeup.notify()
        return self._result(job, task)

    def get_result(self, result_id: str) -> TaskResult[Any]:
        job = Job.objects.filter(pk=int(result_id)).first() if result_id.isdecimal() else None
        if job is None:
            raise TaskResultDoesNotExist(result_id)
        return self._result(job, import_string(job.task))

    def check(self, **kwargs: Any) -> Iterable[checks.CheckMessage]:
        try:
            self.load_schedule()
        except (ImportError, ValueError) as error:
            yield checks.Error(f"The schedule cannot be loaded: {error}", id="jobs.E001")
        if self.lease < timedelta(seconds=1):
            yield checks.Error("lease_seconds must be 1 or more.", id="jobs.E002")

    def _result(self, job: Job, task: Task[Any, Any]) -> TaskResult[Any]:
        result: TaskResult[Any] = TaskResult(
            task=task,
            id=str(job.pk),
            status=STATUS[Job.State(job.state)],
            enqueued_at=job.created_at,
            started_at=job.started_at,
            last_attempted_at=job.attempted_at,
            finished_at=job.finished_at,
            args=job.args,
            kwargs=job.kwargs,
            backend=self.alias,
            errors=_errors(job),
            worker_ids=list(job.worker_ids),
        )
        object.__setattr__(result, "_return_value", job.result)  # the dataclass is frozen
        return result


def _errors(job: Job) -> list[TaskError]:
    if job.state == Job.State.CANCELLED:
        return [TaskError(exception_class_path="headwater.jobs.errors.JobCancelled", traceback=job.error)]
    if job.error:
        return [TaskError(exception_class_path=job.error_class, traceback=job.error)]
    return []


def _insert(job: Job) -> Job:
    """Save the job, or return the unfinished one that has its unique key."""
    if not job.unique_key:
        job.save(force_insert=True)
        return job
    # the second condition is that of the partial index
    twins = Job.objects.filter(unique_key=job.unique_key, unique_key__gt="", state__in=Job.UNFINISHED)
    for _ in range(TRIES):
        if twin := twins.first():
            return twin
        try:
            with transaction.atomic():
                job.save(force_insert=True)
        except IntegrityError:
            continue  # another transaction was faster; its job is visible now, or finished already
        return job
    raise RuntimeError(f"The unique key {job.unique_key!r} is taken again and again.")

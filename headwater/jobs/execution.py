"""One run of a claimed job: calling its function and recording how it ended."""

import contextvars
import logging
import time
from collections.abc import Callable
from functools import partial
from traceback import format_exception
from typing import Any, TypeVar

from django.db import InterfaceError, OperationalError, connection
from django.utils.module_loading import import_string
from django_tasks.base import Task, TaskContext
from django_tasks.utils import get_module_path

from headwater.jobs import claims
from headwater.jobs.errors import Abandoned, JobCancelled, PermanentError
from headwater.jobs.models import Job
from headwater.jobs.values import clean_json, clean_text
from headwater.lib import memo

logger = logging.getLogger("headwater.jobs")

T = TypeVar("T")

# seconds between attempts to record an ending while the database does not answer
RECORD_PAUSES = (0.2, 1.0, 5.0, 15.0)

current: contextvars.ContextVar["Execution | None"] = contextvars.ContextVar("current_job", default=None)


class Execution:
    """What a running job and its worker tell each other; all in memory, the keeper talks to the database."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.progress = (job.progress_done, job.progress_total)
        self.cancelled = False
        self.abandoned = False
        self.told_cancelled = False
        self.ending = False

    def report_progress(self, done: int, total: int) -> None:
        self._check_ownership()
        self.progress = (done, total)

    def cancel_requested(self) -> bool:
        self._check_ownership()
        self.told_cancelled = self.told_cancelled or self.cancelled
        return self.cancelled

    def _check_ownership(self) -> None:
        if self.abandoned:
            raise Abandoned(f"job {self.job.pk} belongs to another run now")


class InlineExecution(Execution):
    """A run without a keeper beside it: every report and every question goes to the database at once."""

    def report_progress(self, done: int, total: int) -> None:
        super().report_progress(done, total)
        claims.held(self.job).update(progress_done=done, progress_total=total)

    def cancel_requested(self) -> bool:
        self.cancelled = claims.held(self.job).filter(cancel_requested=True).exists()
        return super().cancel_requested()


def run(execution: Execution) -> None:
    """Run the job once, in a context of its own; nothing it raises gets out but ``KeyboardInterrupt``."""
    job = execution.job
    started = time.monotonic()
    try:
        # its own context: no language, zone or actor reaches it from its caller or from the last job
        result = contextvars.Context().run(_call, execution)
    except Abandoned:
        logger.warning("job %s %s stopped: another run owns it now", job.pk, job.task)
        return
    except KeyboardInterrupt:
        claims.release_job(job)
        raise
    except BaseException as error:  # a SystemExit raised by a job must not end its worker
        outcome = _record(execution, partial(_record_failure, execution, error))
    else:
        outcome = _record(execution, partial(_record_success, execution, result))
    took = time.monotonic() - started
    logger.info("job %s %s %s, attempt %s, %.2f s", job.pk, job.task, outcome or "lost", job.attempts, took)


def _call(execution: Execution) -> Any:
    current.set(execution)
    task = import_string(execution.job.task)
    if not isinstance(task, Task):
        raise TypeError(f"{execution.job.task} is not a task.")
    args = execution.job.args
    if task.takes_context:
        args = [TaskContext(task_result=task.get_backend().get_result(str(execution.job.pk))), *args]
    with memo.unit_of_work():
        return clean_json(task.call(*args, **execution.job.kwargs))


def _record_success(execution: Execution, result: Any) -> str | None:
    """Return what became of the job, None when the claim was lost."""
    state = Job.State.CANCELLED if execution.told_cancelled else Job.State.DONE
    values = {"result": result, "error": "", "error_class": ""}
    return state.value if claims.finish_job(execution.job, state, execution.progress, **values) else None


def _record_failure(execution: Execution, error: BaseException) -> str | None:
    """Return what became of the job, None when the claim was lost."""
    job = execution.job
    # it may quote anything a user sent
    text = clean_text("".join(format_exception(error))[-claims.ERROR_LENGTH :])
    kind = get_module_path(type(error))
    if isinstance(error, JobCancelled) or execution.told_cancelled:
        kept = "" if isinstance(error, JobCancelled) else text
        ended = claims.finish_job(job, Job.State.CANCELLED, execution.progress, error=kept)
        return Job.State.CANCELLED.value if ended else None
    logger.error("job %s %s raised", job.pk, job.task, exc_info=error)
    if isinstance(error, PermanentError) or job.attempts >= job.max_attempts:
        ended = claims.finish_job(job, Job.State.FAILED, execution.progress, error=text, error_class=kind)
        return Job.State.FAILED.value if ended else None
    return "queued again" if claims.retry_job(job, text, kind) else None


def _record(execution: Execution, write: Callable[[], T]) -> T:
    """Write to the database, patiently: work that is done should not be done again."""
    execution.ending = True
    for pause in RECORD_PAUSES:
        try:
            return write()
        except (OperationalError, InterfaceError):
            if connection.in_atomic_block:
                raise
            logger.warning("the end of a job could not be recorded, next try in %s s", pause, exc_info=True)
            connection.close()
            time.sleep(pause)
    return write()

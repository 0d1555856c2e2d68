"""The task of the django-tasks interface, with what our backend can do beyond it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, ParamSpec, Self, TypeVar

from django_tasks.base import DEFAULT_TASK_PRIORITY, DEFAULT_TASK_QUEUE_NAME, Task
from django_tasks.exceptions import InvalidTaskError

MAX_ATTEMPTS = 3
BACKOFF_SECONDS = 10
KEY_LENGTH = 200

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class JobTask(Task[P, T]):
    """A background function and how it is to be run.

    ``max_attempts`` counts every start, those a dead worker left unfinished included; after a failure
    the n-th new attempt waits ``backoff * 2 ** (n - 1)`` seconds, an hour at most. While an unfinished
    job has the same ``unique_key``, enqueueing returns that job and makes no other.
    """

    max_attempts: int = MAX_ATTEMPTS
    backoff: int = BACKOFF_SECONDS
    unique_key: str = ""
    actor_id: int | None = None

    def __post_init__(self) -> None:
        # not super(): a dataclass with slots is a second class, which the empty super() does not know
        Task.__post_init__(self)
        if self.max_attempts < 1 or self.backoff < 0:
            raise InvalidTaskError("max_attempts must be 1 or more and backoff not negative.")
        if len(self.unique_key) > KEY_LENGTH:
            raise InvalidTaskError(f"unique_key is longer than {KEY_LENGTH} characters.")

    def using(
        self,
        *,
        priority: int | None = None,
        queue_name: str | None = None,
        run_after: datetime | None = None,
        backend: str | None = None,
        unique_key: str | None = None,
        actor_id: int | None = None,
        max_attempts: int | None = None,
        backoff: int | None = None,
    ) -> Self:
        """Return the task with other settings for the next enqueue."""
        given: dict[str, Any] = {
            "priority": priority,
            "queue_name": queue_name,
            "run_after": run_after,
            "backend": backend,
            "unique_key": unique_key,
            "actor_id": actor_id,
            "max_attempts": max_attempts,
            "backoff": backoff,
        }
        return replace(self, **{name: value for name, value in given.items() if value is not None})


def job(
    *,
    priority: int = DEFAULT_TASK_PRIORITY,
    queue_name: str = DEFAULT_TASK_QUEUE_NAME,
    max_attempts: int = MAX_ATTEMPTS,
    backoff: int = BACKOFF_SECONDS,
) -> Callable[[Callable[P, T]], JobTask[P, T]]:
    """Make a task of a module-level function: ``django_tasks.task`` with our settings and their types."""

    def decorate(function: Callable[P, T]) -> JobTask[P, T]:
        return JobTask(
            func=function,
            priority=priority,
            queue_name=queue_name,
            max_attempts=max_attempts,
            backoff=backoff,
        )

    return decorate

"""The jobs the tests run. ``puppet`` does over a socket what its test tells it to."""

import os
import socket
from pathlib import Path
from typing import Any

from django.utils import translation
from django_tasks import TaskContext, task

from headwater.jobs.errors import JobCancelled, PermanentError
from headwater.jobs.models import Job
from headwater.jobs.services import cancel_requested, current_job_id, report_progress, request_cancel
from headwater.jobs.tasks import job


@job()
def add(first: int, second: int = 0) -> int:
    return first + second


@job(queue_name="bulk")
def add_in_bulk(first: int, second: int = 0) -> int:
    return first + second


@task()
async def add_async(first: int, second: int) -> int:
    return first + second


@task(takes_context=True)
def tell_attempt(context: TaskContext) -> int:
    return context.attempt


@job(max_attempts=1)
def write_line(path: str, line: str) -> None:
    """Append a line in one write, so that lines of several processes do not mix."""
    with Path(path).open("a") as file:
        file.write(f"{line}\n")


@job(max_attempts=3, backoff=10)
def fail(message: str) -> None:
    raise ValueError(message)


@job(max_attempts=3)
def fail_for_good() -> None:
    raise PermanentError("never")


@job(max_attempts=3)
def leave() -> None:
    raise SystemExit("out")


@job(max_attempts=1)
def fail_strangely() -> None:
    raise ValueError("\x00 ทดสอบ")


@job(max_attempts=1)
def give_unstorable(what: str) -> object:
    return {"object": object(), "nan": float("nan"), "nul": ["a\x00"], "half": {"\ud800": 1}}[what]


@job()
def report_half() -> tuple[int, int, float]:
    report_progress(5, 10)
    row = Job.objects.get(pk=current_job_id() or 0)
    return row.progress_done, row.progress_total, row.progress


@job()
def cancel_itself(way: str) -> str:
    request_cancel(current_job_id() or 0)
    if way == "not asking":
        return "all"
    assert cancel_requested()
    if way == "raising":
        raise JobCancelled
    if way == "failing":
        raise ValueError("half way")
    return "half"


@job()
def tell_language() -> str:
    before = translation.get_language()
    translation.activate("km")
    return before


@job()
def enqueue_more(count: int) -> None:
    if count:
        enqueue_more.enqueue(count - 1)


@job(max_attempts=3, backoff=0)
def puppet(port: int) -> Any:
    """Connect, say the attempt's worker, then obey line by line until told to return or to raise."""
    with socket.create_connection(("127.0.0.1", port)) as line, line.makefile("rw") as file:

        def say(text: object) -> None:
            file.write(f"{text}\n")
            file.flush()

        say(os.getpid())
        for order in file:
            word, *rest = order.split()
            if word == "return":
                return rest[0]
            if word == "raise":
                raise ValueError(rest[0])
            if word == "progress":
                report_progress(int(rest[0]), int(rest[1]))
            say(cancel_requested())
    return "let go"

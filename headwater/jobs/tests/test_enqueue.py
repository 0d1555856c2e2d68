"""What enqueueing writes, and what can be asked afterwards."""

import threading
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django_tasks import TaskResultStatus, default_task_backend
from django_tasks.exceptions import InvalidTaskError, TaskResultDoesNotExist, TaskResultMismatch

from headwater.jobs.models import Job
from headwater.jobs.services import get_job, run_until_idle
from headwater.jobs.tests.tasks import add, add_in_bulk, fail, tell_language
from headwater.lib import clock


class Rollback(Exception):
    pass


@pytest.mark.django_db
def test_a_job_is_a_row_with_everything_it_needs() -> None:
    later = clock.now() + timedelta(hours=1)
    task = add_in_bulk.using(priority=7, run_after=later, actor_id=41, max_attempts=9, backoff=2)
    job = get_job(int(task.enqueue(1, second=2).id))
    assert (job.task, job.args, job.kwargs) == ("headwater.jobs.tests.tasks.add_in_bulk", [1], {"second": 2})
    assert (job.queue, job.priority, job.run_after, job.actor_id) == ("bulk", 7, later, 41)
    assert (job.state, job.attempts, job.max_attempts, job.backoff) == ("queued", 0, 9, 2)


@pytest.mark.django_db(transaction=True)
def test_a_rolled_back_transaction_leaves_no_job() -> None:
    with suppress(Rollback), transaction.atomic():
        add.enqueue(1)
        assert Job.objects.count() == 1
        raise Rollback
    assert Job.objects.count() == 0
    with transaction.atomic():
        add.enqueue(1)
    assert run_until_idle() == 1


@pytest.mark.django_db
def test_results_are_found_by_id() -> None:
    result = add.enqueue(1, second=2)
    assert (result.status, result.attempts, result.is_finished) == (TaskResultStatus.READY, 0, False)
    run_until_idle()
    result.refresh()
    assert (result.status, result.return_value, result.attempts) == (TaskResultStatus.SUCCESSFUL, 3, 1)
    assert default_task_backend.get_result(result.id).return_value == 3
    assert add.get_result(result.id).task == add
    with pytest.raises(TaskResultMismatch):
        fail.get_result(result.id)


@pytest.mark.django_db
@pytest.mark.parametrize("result_id", ["0", "", "x", "-1", "²"])
def test_an_unknown_result_is_said_to_be_unknown(result_id: str) -> None:
    with pytest.raises(TaskResultDoesNotExist):
        default_task_backend.get_result(result_id)


@pytest.mark.django_db
def test_a_failed_result_names_its_error() -> None:
    result = fail.using(max_attempts=1).enqueue("broken")
    run_until_idle()
    result.refresh()
    assert result.status == TaskResultStatus.FAILED
    assert result.errors[0].exception_class is ValueError
    assert "broken" in result.errors[0].traceback


def test_settings_that_cannot_work_are_refused() -> None:
    with pytest.raises(InvalidTaskError, match="max_attempts"):
        add.using(max_attempts=0)
    with pytest.raises(InvalidTaskError, match="backoff"):
        add.using(backoff=-1)
    with pytest.raises(InvalidTaskError, match="unique_key"):
        add.using(unique_key="k" * 201)
    with pytest.raises(InvalidTaskError, match="Queue"):
        add.using(queue_name="nowhere")


@pytest.mark.django_db
@pytest.mark.parametrize("value", [object(), float("inf"), "a\x00b", "\\\x00", "\ud800"])
def test_arguments_that_cannot_be_stored_are_refused(value: Any) -> None:
    with pytest.raises((TypeError, ValueError)):
        add.enqueue(value)
    assert Job.objects.count() == 0


@pytest.mark.django_db
def test_arguments_that_only_look_odd_are_kept() -> None:
    odd = ["\\u0000", "\\\\u0000", "กข", "", None, 2**60]
    job = get_job(int(fail.enqueue(odd).id))  # type: ignore[arg-type]
    assert job.args == [odd]


@pytest.mark.django_db
def test_an_unfinished_unique_key_is_not_queued_twice() -> None:
    unique = tell_language.using(unique_key="only one")
    first = unique.enqueue()
    assert unique.enqueue().id == first.id
    assert tell_language.using(unique_key="another").enqueue().id != first.id
    assert tell_language.enqueue().id != tell_language.enqueue().id
    run_until_idle()
    assert unique.enqueue().id != first.id


@pytest.mark.django_db(transaction=True)
def test_racing_transactions_queue_a_unique_key_once() -> None:
    start, ids = threading.Barrier(4), []

    def enqueue() -> None:
        start.wait(30)
        try:
            ids.append(add.using(unique_key="race").enqueue(1).id)
        finally:
            connection.close()

    threads = [threading.Thread(target=enqueue) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(ids) == 4
    assert len(set(ids)) == Job.objects.count() == 1


@pytest.mark.django_db
def test_the_checks_accept_the_settings_of_the_product() -> None:
    assert list(default_task_backend.check()) == []

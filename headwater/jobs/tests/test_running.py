"""How a job's states follow one another; in process, with a clock that stands still."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from django.utils import translation
from django_tasks import TaskResultStatus

from headwater.jobs import claims, services
from headwater.jobs.models import Job, WorkerBeat
from headwater.jobs.tests import tasks
from headwater.jobs.values import clean_text
from headwater.lib import clock

LEASE = timedelta(seconds=60)
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock_at() -> Iterator[time_machine.Traveller]:
    with time_machine.travel("2026-03-02T09:00:00Z", tick=False) as traveller:
        yield traveller


def run_and_get(job_id: str) -> Job:
    services.run_until_idle()
    return services.get_job(int(job_id))


def test_a_job_runs_and_keeps_its_result() -> None:
    job = run_and_get(tasks.add.enqueue(1, second=2).id)
    assert (job.state, job.result, job.attempts, job.progress) == ("done", 3, 1, 1.0)
    assert job.started_at == job.finished_at == clock.now()
    assert job.lease_until is None


def test_a_coroutine_and_a_context_are_served() -> None:
    awaited = tasks.add_async.enqueue(1, second=2)
    counted = tasks.tell_attempt.enqueue()
    services.run_until_idle()
    assert services.get_job(int(awaited.id)).result == 3
    assert services.get_job(int(counted.id)).result == 1


def test_higher_priority_first_then_first_come(tmp_path) -> None:
    log = tmp_path / "order"
    for name, priority in [("a", 0), ("b", 0), ("c", 10), ("d", -10)]:
        tasks.write_line.using(priority=priority).enqueue(str(log), name)
    services.run_until_idle()
    assert log.read_text().split() == ["c", "a", "b", "d"]


def test_a_deferred_job_waits(clock_at: time_machine.Traveller) -> None:
    tasks.add.using(run_after=clock.now() + timedelta(hours=1)).enqueue(1)
    assert services.run_until_idle() == 0
    clock_at.shift(timedelta(hours=1))
    assert services.run_until_idle() == 1


def test_a_worker_takes_only_its_queues() -> None:
    tasks.add.enqueue(1)
    in_bulk = tasks.add_in_bulk.enqueue(1)
    job = claims.claim_job("w", LEASE, ["bulk"])
    assert job is not None
    assert str(job.pk) == in_bulk.id
    assert claims.claim_job("w", LEASE, ["bulk"]) is None


def test_jobs_that_enqueue_jobs_run_to_the_last() -> None:
    tasks.enqueue_more.enqueue(4)
    assert services.run_until_idle() == 5
    tasks.enqueue_more.enqueue(4)
    with pytest.raises(RuntimeError, match="More than 3"):
        services.run_until_idle(limit=3)


def test_a_failing_job_is_tried_again_later_and_later_then_fails(clock_at: time_machine.Traveller) -> None:
    job_id = tasks.fail.enqueue("no luck").id
    job = run_and_get(job_id)
    assert (job.state, job.attempts, job.run_after) == ("queued", 1, clock.now() + timedelta(seconds=10))
    assert services.run_until_idle() == 0
    clock_at.shift(timedelta(seconds=10))
    job = run_and_get(job_id)
    assert (job.state, job.attempts, job.run_after) == ("queued", 2, clock.now() + timedelta(seconds=20))
    clock_at.shift(timedelta(seconds=20))
    job = run_and_get(job_id)
    assert (job.state, job.attempts, job.finished_at) == ("failed", 3, clock.now())
    assert job.error.startswith("Traceback")
    assert (job.error_class, job.error_summary) == ("builtins.ValueError", "ValueError: no luck")
    clock_at.shift(timedelta(days=1))
    assert services.run_until_idle() == 0


def test_the_backoff_ends_at_an_hour() -> None:
    job_id = tasks.fail.using(backoff=4000).enqueue("late").id
    assert run_and_get(job_id).run_after == clock.now() + timedelta(hours=1)


def test_a_permanent_error_is_not_tried_again() -> None:
    job = run_and_get(tasks.fail_for_good.enqueue().id)
    assert (job.state, job.attempts) == ("failed", 1)


def test_leaving_the_program_is_only_a_failure() -> None:
    job = run_and_get(tasks.leave.using(max_attempts=1).enqueue().id)
    assert (job.state, job.error_summary) == ("failed", "SystemExit: out")


@pytest.mark.parametrize(
    ("what", "error"),
    [("object", "TypeError"), ("nan", "ValueError"), ("nul", "ValueError"), ("half", "UnicodeEncodeError")],
)
def test_a_result_that_cannot_be_stored_is_a_failure(what: str, error: str) -> None:
    job = run_and_get(tasks.give_unstorable.enqueue(what).id)
    assert (job.state, job.error_class) == ("failed", f"builtins.{error}")


def test_an_error_text_may_quote_anything() -> None:
    job = run_and_get(tasks.fail_strangely.enqueue().id)
    assert job.error_summary == "ValueError:  ทดสอบ"
    assert clean_text("a\ud800\x00b") == "a?b"


@pytest.mark.parametrize("path", ["headwater.jobs.tests.tasks.gone", "headwater.lib.clock.now"])
def test_a_path_that_leads_to_no_task_is_a_failure(path: str) -> None:
    job_id = tasks.add.using(max_attempts=1).enqueue(1).id
    Job.objects.update(task=path)
    job = run_and_get(job_id)
    assert job.state == "failed"
    assert path.rpartition(".")[2] in job.error_summary


def test_a_job_sees_neither_its_callers_context_nor_changes_it() -> None:
    with translation.override("th"):
        first, second = tasks.tell_language.enqueue(), tasks.tell_language.enqueue()
        services.run_until_idle()
        assert translation.get_language() == "th"
    assert {services.get_job(int(result.id)).result for result in (first, second)} == {"en"}


def test_progress_is_seen_while_the_job_runs() -> None:
    assert run_and_get(tasks.report_half.enqueue().id).result == [5, 10, 0.5]


def test_outside_a_job_there_is_nothing_to_report_or_cancel() -> None:
    services.report_progress(1, 2)
    assert services.cancel_requested() is False
    assert services.current_job_id() is None
    assert Job.objects.count() == 0


def test_a_queued_job_is_cancelled_at_once() -> None:
    result = tasks.add.enqueue(1)
    assert services.request_cancel(int(result.id))
    job = services.get_job(int(result.id))
    assert (job.state, job.finished_at, job.attempts) == ("cancelled", clock.now(), 0)
    assert services.run_until_idle() == 0
    assert not services.request_cancel(job.pk)
    assert not services.request_cancel(0)
    result.refresh()
    assert result.status == TaskResultStatus.FAILED
    assert result.errors[0].exception_class_path == "headwater.jobs.errors.JobCancelled"


@pytest.mark.parametrize(
    ("way", "state", "result", "summary"),
    [
        ("returning", "cancelled", "half", ""),
        ("raising", "cancelled", None, ""),
        ("failing", "cancelled", None, "ValueError: half way"),
        ("not asking", "done", "all", ""),
    ],
)
def test_a_running_job_is_cancelled_when_it_asks(
    way: str, state: str, result: str | None, summary: str
) -> None:
    job = run_and_get(tasks.cancel_itself.enqueue(way).id)
    assert (job.state, job.result, job.error_summary) == (state, result, summary)


def test_a_cancelled_job_is_not_tried_again() -> None:
    tasks.fail.enqueue("x")
    job = claims.claim_job("w", LEASE)
    assert job is not None
    services.request_cancel(job.pk)
    assert claims.retry_job(job, "text", "class")
    assert services.get_job(job.pk).state == "cancelled"


def test_an_expired_lease_makes_the_job_claimable_again(clock_at: time_machine.Traveller) -> None:
    tasks.add.enqueue(1)
    first = claims.claim_job("first", LEASE)
    assert first is not None
    clock_at.shift(LEASE)
    assert claims.reap_expired() == 0
    clock_at.shift(timedelta(seconds=1))
    assert claims.reap_expired() == 1
    second = claims.claim_job("second", LEASE)
    assert second is not None
    assert (second.pk, second.attempts, second.worker_ids) == (first.pk, 2, ["first", "second"])


def test_a_worker_that_lost_its_lease_writes_nothing(clock_at: time_machine.Traveller) -> None:
    tasks.add.enqueue(1)
    first = claims.claim_job("first", LEASE)
    clock_at.shift(LEASE * 2)
    claims.reap_expired()
    second = claims.claim_job("second", LEASE)
    assert first is not None
    assert second is not None
    before = Job.objects.values().get()
    assert not claims.renew_claim(first, LEASE, (9, 9))
    assert not claims.finish_job(first, Job.State.DONE, (9, 9), result=1)
    assert not claims.retry_job(first, "text", "class")
    assert not claims.release_job(first)
    assert Job.objects.values().get() == before
    assert claims.finish_job(second, Job.State.DONE, (0, 0), result=2)


def test_a_renewed_lease_is_not_reaped(clock_at: time_machine.Traveller) -> None:
    tasks.add.enqueue(1)
    job = claims.claim_job("w", LEASE)
    assert job is not None
    clock_at.shift(LEASE / 2)
    assert claims.renew_claim(job, LEASE, (1, 4))
    clock_at.shift(LEASE)
    assert claims.reap_expired() == 0
    assert services.get_job(job.pk).progress == 0.25


def test_a_job_that_kills_its_workers_fails_in_the_end(clock_at: time_machine.Traveller) -> None:
    job_id = int(tasks.add.using(max_attempts=2).enqueue(1).id)
    for _ in range(2):
        assert claims.claim_job("w", LEASE) is not None
        clock_at.shift(LEASE * 2)
        claims.reap_expired()
    job = services.get_job(job_id)
    assert (job.state, job.attempts, job.error_class) == ("failed", 2, "headwater.jobs.errors.WorkerLost")


def test_a_cancelled_job_whose_worker_died_is_cancelled(clock_at: time_machine.Traveller) -> None:
    job_id = int(tasks.add.enqueue(1).id)
    claims.claim_job("w", LEASE)
    services.request_cancel(job_id)
    clock_at.shift(LEASE * 2)
    claims.reap_expired()
    assert services.get_job(job_id).state == "cancelled"


def test_a_released_job_gets_its_attempt_back(clock_at: time_machine.Traveller) -> None:
    job_id = int(tasks.add.using(max_attempts=1).enqueue(1).id)
    job = claims.claim_job("w", LEASE)
    assert job is not None
    assert claims.release_job(job)
    assert services.run_until_idle() == 0
    clock_at.shift(claims.RELEASE_PAUSE)
    assert services.run_until_idle() == 1
    assert services.get_job(job_id).state == "done"


def test_a_worker_is_alive_while_it_beats(clock_at: time_machine.Traveller) -> None:
    assert not services.worker_alive()
    WorkerBeat.objects.create(worker_id="w", host="h", pid=1, threads=1)
    clock_at.shift(services.ALIVE)
    assert services.worker_alive()
    clock_at.shift(timedelta(seconds=1))
    assert not services.worker_alive()
    assert services.worker_alive(timedelta(minutes=1))

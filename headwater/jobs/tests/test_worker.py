"""Worker processes: what survives a killed one, and how a stopped one ends."""

import signal
from collections import Counter

import pytest
from django.db import connection

from headwater.jobs import services
from headwater.jobs.models import Job, WorkerBeat
from headwater.jobs.tests.conftest import wait_until
from headwater.jobs.tests.tasks import add, add_in_bulk, enqueue_more, fail, puppet, write_line
from headwater.lib import clock

pytestmark = pytest.mark.django_db(transaction=True)


def state_of(job_id: str) -> str:
    return Job.objects.values_list("state", flat=True).get(pk=job_id)


def test_a_killed_workers_job_runs_again(start_worker, stage) -> None:
    job_id = puppet.enqueue(stage.port).id
    killed = start_worker()
    assert stage.next_puppet().pid == killed.child.pid
    killed.kill()
    assert state_of(job_id) == "running"
    # what time would do
    Job.objects.filter(pk=job_id).update(lease_until=clock.now())
    successor = start_worker()
    again = stage.next_puppet()
    assert again.pid == successor.child.pid
    again.tell("return done")
    again.wait_for_end()
    successor.terminate()
    job = services.get_job(int(job_id))
    assert (job.state, job.result, job.attempts, len(set(job.worker_ids))) == ("done", "done", 2, 2)


def test_four_workers_run_every_job_once(start_worker, tmp_path) -> None:
    log = tmp_path / "runs"
    for number in range(200):
        write_line.enqueue(str(log), str(number))
    workers = [start_worker("--drain") for _ in range(4)]
    for worker in workers:
        worker.wait()
    runs = Counter(log.read_text().split())
    assert runs == Counter(str(number) for number in range(200))
    mine = Job.objects.filter(task=write_line.module_path)
    assert set(mine.values_list("state", "attempts")) == {("done", 1)}


def test_draining_runs_what_jobs_enqueue_and_leaves_the_rest(start_worker) -> None:
    enqueue_more.enqueue(3)
    retried, in_bulk = fail.enqueue("x"), add_in_bulk.enqueue(1)
    start_worker("--drain", "--queues", "default").wait()
    assert Job.objects.filter(task=enqueue_more.module_path, state="done").count() == 4
    assert (state_of(retried.id), services.get_job(int(retried.id)).attempts) == ("queued", 1)
    assert state_of(in_bulk.id) == "queued"


def test_a_lease_is_renewed_as_long_as_the_job_runs(start_worker, stage) -> None:
    job_id = puppet.enqueue(stage.port).id
    start_worker("--lease", "4")
    running = stage.next_puppet()
    start_worker("--lease", "4")  # would take the job, were its lease not renewed
    first_lease = Job.objects.values_list("lease_until", flat=True).get(pk=job_id)
    wait_until(lambda: Job.objects.filter(pk=job_id, heartbeat_at__gt=first_lease).exists())
    running.tell("return done")
    wait_until(lambda: state_of(job_id) == "done")
    assert services.get_job(int(job_id)).attempts == 1


def test_an_idle_worker_wakes_runs_and_goes(start_worker) -> None:
    worker = start_worker()
    assert "ready" in worker.read_line()
    wait_until(services.worker_alive)
    job_id = add.enqueue(1, second=2).id
    wait_until(lambda: state_of(job_id) == "done")
    worker.terminate()
    assert not services.worker_alive()
    assert not WorkerBeat.objects.exists()


def test_progress_and_cancellation_cross_the_processes(start_worker, stage) -> None:
    job_id = int(puppet.enqueue(stage.port).id)
    start_worker()
    running = stage.next_puppet()
    assert running.ask("progress 3 4") == "False"
    wait_until(lambda: services.get_job(job_id).progress == 0.75)
    assert services.request_cancel(job_id)
    wait_until(lambda: running.ask() == "True")
    running.tell("return partly")
    wait_until(lambda: services.get_job(job_id).is_finished)
    job = services.get_job(job_id)
    assert (job.state, job.result, job.progress) == ("cancelled", "partly", 0.75)


@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGINT])
def test_a_stopped_worker_finishes_its_job_and_starts_no_other(start_worker, stage, sign) -> None:
    job_id = puppet.enqueue(stage.port).id
    worker = start_worker("--threads", "1", "--grace", "50")
    running = stage.next_puppet()
    other = add.enqueue(1)
    worker.child.send_signal(sign)
    worker.read_until("worker stopping")
    running.tell("return done")
    worker.wait()
    assert (state_of(job_id), state_of(other.id)) == ("done", "queued")


def test_a_stopped_worker_releases_what_it_cannot_finish(start_worker, stage) -> None:
    job_id = int(puppet.enqueue(stage.port).id)
    worker = start_worker("--grace", "0.1")
    stage.next_puppet()
    worker.terminate()
    job = services.get_job(job_id)
    assert (job.state, job.attempts, job.lease_until) == ("queued", 0, None)
    start_worker("--threads", "1")
    stage.next_puppet().tell("return done")
    wait_until(lambda: state_of(str(job_id)) == "done")


def test_a_second_signal_cuts_the_grace_short(start_worker, stage) -> None:
    job_id = puppet.enqueue(stage.port).id
    worker = start_worker("--grace", "3600")
    stage.next_puppet()
    worker.child.send_signal(signal.SIGTERM)
    worker.child.send_signal(signal.SIGINT)
    worker.wait()
    assert state_of(job_id) == "queued"


def test_a_run_that_lost_its_claim_stops_and_writes_nothing(start_worker, stage) -> None:
    job_id = int(puppet.enqueue(stage.port).id)
    start_worker()
    running = stage.next_puppet()
    # what another worker's claim does to the row
    Job.objects.filter(pk=job_id).update(fence=99, worker_ids=["somebody else"])
    wait_until(lambda: running.ask() == "")
    job = services.get_job(job_id)
    assert (job.state, job.fence, job.worker_ids, job.result) == ("running", 99, ["somebody else"], None)


def test_a_worker_outlives_its_database_connections(start_worker, stage) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("an embedded database has no connections to lose")
    running_id = puppet.enqueue(stage.port).id
    start_worker()
    running = stage.next_puppet()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        assert cursor.fetchall()
    running.tell("return done")
    later_id = add.enqueue(1).id
    wait_until(lambda: (state_of(running_id), state_of(later_id)) == ("done", "done"))
    assert services.get_job(int(running_id)).attempts == 1

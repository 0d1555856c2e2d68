"""Crashes, cancellation and two workers at once: nothing is written twice and nothing is lost."""

from typing import Any

import pytest

from headwater.history.models import HistoryEntry
from headwater.jobs import services as jobs
from headwater.jobs.models import Job
from headwater.jobs.services import run_until_idle
from headwater.pipeline.models import Lead
from headwater.transfer import execution, pacing, running, services
from headwater.transfer.models import FailedRow, ImportRun
from headwater.transfer.running import Runner
from headwater.transfer.tests.helpers import codes, counts, csv_of, run, undo, upload
from headwater.users.actor import Actor
from headwater.users.models import User

pytestmark = pytest.mark.django_db

ROWS = 300
CONTENT = csv_of(
    "external_id,first_name,email",
    *(
        f"x{number},N{number},{'broken' if number % 50 == 7 else f'n{number}@example.com'}"
        for number in range(ROWS)
    ),
    "x1,Again,",
)


class Killed(BaseException):
    """Stands for kill -9: nobody catches it and nothing is tidied up."""


@pytest.fixture
def _small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("FIRST", "SMALLEST", "LARGEST"):
        monkeypatch.setattr(pacing, name, 40)


def kill_in(monkeypatch: pytest.MonkeyPatch, chunk: int, *, before_commit: bool) -> None:
    """Let the worker die in its n-th chunk: within its transaction, or just after it."""
    real = Runner._deal_with
    seen: list[int] = []

    def dying(self: Runner, rows: Any) -> None:
        seen.append(1)
        if len(seen) == chunk and before_commit:
            monkeypatch.setattr(FailedRow.objects, "bulk_create", _die)
        real(self, rows)
        if len(seen) == chunk:
            raise Killed

    monkeypatch.setattr(Runner, "_deal_with", dying)


def _die(*_arguments: Any) -> None:
    raise Killed


@pytest.mark.usefixtures("_small_chunks")
@pytest.mark.parametrize("before_commit", [True, False])
@pytest.mark.parametrize("dry_run", [True, False])
def test_a_killed_worker_s_successor_goes_on_without_doubles(
    administrator: User, monkeypatch: pytest.MonkeyPatch, before_commit: bool, dry_run: bool
) -> None:
    draft = upload(administrator, "lead", CONTENT, mode="upsert", match=["external_id"])
    started = services.start(Actor(administrator), draft.pk, dry_run=dry_run)
    with monkeypatch.context() as patch:
        patch.setattr(jobs, "current_job_id", lambda: started.job_id)
        kill_in(patch, 4, before_commit=before_commit)
        with pytest.raises(Killed):
            execution.carry_out(started.pk)
    stopped = ImportRun.objects.get(pk=started.pk)
    assert stopped.state == "running"
    assert stopped.done_rows == (120 if before_commit else 160)
    assert Lead.unscoped.count() == (0 if dry_run else stopped.counts["created"])
    run_until_idle()
    done = services.get_import(Actor(administrator), started.pk)
    assert (done.state, done.counts) == ("done", counts(created=ROWS - 6, failed=7))
    assert codes(done) == {"not_email": 6, "duplicate_in_file": 1}
    assert FailedRow.objects.filter(run=done).count() == 7
    assert Lead.unscoped.count() == (0 if dry_run else ROWS - 6)
    assert HistoryEntry.objects.filter(object="lead").count() == Lead.unscoped.count()


@pytest.mark.usefixtures("_small_chunks")
def test_of_two_workers_the_one_that_lost_its_place_stops(
    administrator: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft = upload(administrator, "lead", CONTENT, mode="upsert", match=["external_id"])
    started = services.start(Actor(administrator), draft.pk, dry_run=False)
    real = Runner._deal_with
    inside: list[int] = []

    def overtaken(self: Runner, rows: Any) -> None:
        if not inside:
            inside.append(1)
            execution.carry_out(started.pk)
        real(self, rows)

    monkeypatch.setattr(jobs, "current_job_id", lambda: started.job_id)
    monkeypatch.setattr(Runner, "_deal_with", overtaken)
    execution.carry_out(started.pk)
    done = ImportRun.objects.get(pk=started.pk)
    assert (done.state, done.counts) == ("done", counts(created=ROWS - 6, failed=7))
    assert Lead.unscoped.count() == ROWS - 6


@pytest.mark.usefixtures("_small_chunks")
def test_a_cancelled_import_keeps_what_it_wrote_and_can_be_undone(
    administrator: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft = upload(administrator, "lead", CONTENT)
    started = services.start(Actor(administrator), draft.pk, dry_run=False)
    real = Runner._deal_with
    seen: list[int] = []

    def then_cancelled(self: Runner, rows: Any) -> None:
        real(self, rows)
        seen.append(1)
        if len(seen) == 3:
            services.cancel(Actor(administrator), started.pk)

    monkeypatch.setattr(Runner, "_deal_with", then_cancelled)
    run_until_idle()
    done = services.get_import(Actor(administrator), started.pk)
    assert (done.state, done.done_rows) == ("cancelled", 120)
    assert 0 < done.progress < 1
    assert Lead.unscoped.count() == done.counts["created"] > 0
    undone = undo(administrator, done)
    assert undone.undo_counts["deleted"] == done.counts["created"]


def test_a_waiting_import_is_cancelled_at_once(administrator: User) -> None:
    draft = upload(administrator, "lead", CONTENT)
    started = services.start(Actor(administrator), draft.pk, dry_run=False)
    assert services.cancel(Actor(administrator), started.pk).state == "cancelled"
    run_until_idle()
    assert Lead.unscoped.count() == 0


def test_an_import_whose_job_was_lost_for_good_is_shown_as_failed(administrator: User) -> None:
    draft = upload(administrator, "lead", CONTENT)
    started = services.start(Actor(administrator), draft.pk, dry_run=False)
    Job.objects.filter(pk=started.job_id or 0).update(state=Job.State.FAILED)
    found = services.get_import(Actor(administrator), started.pk)
    assert (found.state, found.problem["code"]) == ("failed", "internal")
    assert found.change_set is not None
    assert found.change_set.state == "done"


def test_a_fault_of_ours_ends_the_import_after_the_last_attempt(
    administrator: User, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    draft = upload(administrator, "lead", CONTENT)
    started = services.start(Actor(administrator), draft.pk, dry_run=False)
    Job.objects.filter(pk=started.job_id or 0).update(max_attempts=1)

    def faulty(*_arguments: Any, **_options: Any) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(running, "write_records", faulty)
    run_until_idle()
    found = services.get_import(Actor(administrator), started.pk)
    assert (found.state, found.problem["code"]) == ("failed", "internal")
    assert "ZeroDivisionError" in caplog.text


def test_someone_who_lost_her_right_meanwhile_imports_nothing(manager: User) -> None:
    draft = upload(manager, "lead", CONTENT)
    services.start(Actor(manager), draft.pk, dry_run=False)
    manager.role.rights.filter(action="create").update(scope="none")
    run_until_idle()
    found = services.get_import(Actor(manager), draft.pk)
    assert (found.state, found.problem["code"]) == ("failed", "refused")
    assert Lead.unscoped.count() == 0


@pytest.mark.usefixtures("_small_chunks")
def test_options_asked_for_in_many_chunks_are_added_once(administrator: User) -> None:
    rows = [f"N{number},Fair {number % 3}" for number in range(120)]
    done = run(administrator, "lead", csv_of("first_name,source", *rows), create_choices=True)
    assert done.counts == counts(created=120)
    assert done.change_set is not None
    assert sorted(done.change_set.added_options) == [["source", f"fair_{number}"] for number in range(3)]

"""Periodic jobs: which slot an instant lies in, and that each slot fires once."""

from datetime import UTC, datetime, time, timedelta
from itertools import pairwise

import pytest
import time_machine

from headwater.jobs import cleanup
from headwater.jobs.models import Job, ScheduleSlot, WorkerBeat
from headwater.jobs.schedule import Schedule, Scheduled
from headwater.jobs.services import run_until_idle
from headwater.jobs.tests.tasks import add, fail, tell_language
from headwater.lib import clock

HOURLY = Scheduled(name="hourly", task=tell_language, every=timedelta(hours=1))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def test_an_interval_is_cut_at_round_instants() -> None:
    assert HOURLY.slot(at("2026-03-02T09:59:59Z")) == "2026-03-02T09:00:00+00:00"
    assert HOURLY.slot(at("2026-03-02T10:00:00Z")) == "2026-03-02T10:00:00+00:00"


@pytest.mark.parametrize(
    ("instant", "slot"),
    [
        ("2026-03-02T08:59:59+07:00", "2026-03-01"),
        ("2026-03-02T09:00:00+07:00", "2026-03-02"),
        ("2026-03-03T01:00:00+07:00", "2026-03-02"),
    ],
)
def test_a_day_begins_at_its_local_time(instant: str, slot: str) -> None:
    daily = Scheduled(name="d", task=tell_language, daily_at=time(9), zone=lambda: "Asia/Bangkok")
    assert daily.slot(at(instant)) == slot


def test_a_clock_change_neither_skips_nor_repeats_a_day() -> None:
    daily = Scheduled(name="d", task=tell_language, daily_at=time(2, 30), zone="Europe/Berlin")
    minutes = [at("2026-03-28T00:00Z") + timedelta(minutes=10 * n) for n in range(6 * 24 * 3)]
    minutes += [at("2026-10-24T00:00Z") + timedelta(minutes=10 * n) for n in range(6 * 24 * 3)]
    slots = [daily.slot(minute) for minute in minutes]
    changes = [after for before, after in pairwise(slots) if before != after]
    assert changes == sorted(set(changes))
    assert {"2026-03-28", "2026-03-29", "2026-03-30", "2026-10-24", "2026-10-25", "2026-10-26"} <= set(
        changes
    )


def test_entries_that_make_no_sense_are_refused() -> None:
    with pytest.raises(ValueError, match="either"):
        Scheduled(name="x", task=tell_language)
    with pytest.raises(ValueError, match="either"):
        Scheduled(name="x", task=tell_language, every=timedelta(hours=1), daily_at=time(1))
    with pytest.raises(ValueError, match="interval"):
        Scheduled(name="x", task=tell_language, every=timedelta(days=32))
    with pytest.raises(ValueError, match="same name"):
        Schedule([HOURLY, HOURLY])


@pytest.mark.django_db
def test_a_slot_fires_once_however_many_look() -> None:
    with time_machine.travel("2026-03-02T09:30:00Z", tick=False) as traveller:
        one, other = Schedule([HOURLY]), Schedule([HOURLY])
        assert [one.fire_due(), other.fire_due(), one.fire_due()] == [1, 0, 0]
        assert ScheduleSlot.objects.get().job_id == Job.objects.get().pk
        run_until_idle()
        # down for half a day: only the slot that is current now is made up for
        traveller.shift(timedelta(hours=12))
        assert [other.fire_due(), one.fire_due(), Schedule([HOURLY]).fire_due()] == [1, 0, 0]
        assert Job.objects.count() == 2


@pytest.mark.django_db
def test_a_slow_periodic_job_does_not_pile_up() -> None:
    with time_machine.travel("2026-03-02T09:30:00Z", tick=False) as traveller:
        schedule = Schedule([HOURLY])
        schedule.fire_due()
        traveller.shift(timedelta(hours=1))
        assert schedule.fire_due() == 1
        assert Job.objects.count() == 1


def test_racing_schedulers_fire_a_slot_once(start_process) -> None:
    processes = [start_process("-m", "headwater.jobs.tests.schedule") for _ in range(3)]
    assert [process.read_line() for process in processes] == ["ready"] * 3
    for process in processes:
        process.write_line()
    assert sorted(process.read_line() for process in processes) == ["0", "0", "1"]
    assert (Job.objects.count(), ScheduleSlot.objects.count()) == (1, 1)


@pytest.mark.django_db
def test_old_rows_go_and_young_rows_stay() -> None:
    with time_machine.travel("2026-03-02T09:30:00Z", tick=False) as traveller:
        # A schedule of its own: what the product does by the clock may grow.
        Schedule([Scheduled(name="d", task=cleanup.clean_up_jobs, every=timedelta(hours=6))]).fire_due()
        fail.using(max_attempts=1).enqueue("x")
        add.enqueue(1)
        run_until_idle()
        add.using(run_after=clock.now() + timedelta(days=365)).enqueue(2)
        WorkerBeat.objects.create(worker_id="w", host="h", pid=1, threads=1)
        traveller.shift(cleanup.DONE_KEPT + timedelta(minutes=1))
        assert cleanup.clean_up_jobs.call() == 3
        assert sorted(Job.objects.values_list("state", flat=True)) == ["failed", "queued"]
        assert ScheduleSlot.objects.count() == 1
        traveller.shift(cleanup.SLOT_KEPT)
        assert cleanup.clean_up_jobs.call() == 2
        assert list(Job.objects.values_list("args", flat=True)) == [[2]]

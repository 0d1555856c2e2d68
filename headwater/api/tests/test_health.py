import shutil
from types import SimpleNamespace

import pytest
from django.db import OperationalError, connection
from django.db.migrations.recorder import MigrationRecorder

from headwater.jobs.models import WorkerBeat
from headwater.lib import clock


@pytest.fixture
def worker(db):
    """A background worker that has just given a sign of life."""
    return WorkerBeat.objects.create(worker_id="w1", host="here", pid=1, threads=1)


def problems(client) -> dict[str, str]:
    """Ask and return what is wrong; the status code must agree."""
    response = client.get("/health")
    found: dict[str, str] = response.json()["problems"]
    assert response.status_code == (503 if found else 200)
    return found


def test_all_is_well(client, worker):
    assert problems(client) == {}


def test_a_missing_worker_is_told(client, db):
    assert list(problems(client)) == ["worker"]


def test_a_silent_worker_is_told(client, worker, time_machine):
    time_machine.move_to("2001-01-01T00:00:00Z", tick=False)
    WorkerBeat.objects.update(beat_at=clock.now())
    time_machine.move_to("2001-01-01T00:05:00Z", tick=False)
    assert list(problems(client)) == ["worker"]


def test_an_older_database_is_told(client, worker):
    MigrationRecorder(connection).record_unapplied("users", "0001_initial")
    found = problems(client)
    assert list(found) == ["migrations"]
    assert "1 migration" in found["migrations"]


def test_an_unreachable_database_is_told(client, worker, monkeypatch):
    def refuse():
        raise OperationalError("connection refused, password=hunter2")

    with monkeypatch.context() as broken:
        broken.setattr(connection, "ensure_connection", refuse)
        found = problems(client)
    assert list(found) == ["database"]
    assert "hunter2" not in str(found)


def test_a_full_disk_is_told(client, worker, monkeypatch):
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: SimpleNamespace(free=1024))
    assert list(problems(client)) == ["disk"]


def test_only_reading_is_answered(client, worker):
    assert client.post("/health").status_code == 405

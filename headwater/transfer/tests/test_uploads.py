"""Files that nobody needs any more: uploads on no record, old imports, what an erased person left."""

import os
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.files.base import ContentFile

from headwater.files.cleaning import clean_up
from headwater.files.models import StoredFile
from headwater.files.storage import new_place, path_of
from headwater.history.models import HistoryEntry
from headwater.jobs.services import run_until_idle
from headwater.lib import clock
from headwater.metadata.custom.definitions import Definition, add_field
from headwater.records import stored_files
from headwater.records.find import find_records
from headwater.records.write import update_record
from headwater.testing.factories import actor_of, make_lead
from headwater.transfer import bulk, services
from headwater.transfer.erasure import services as erasing
from headwater.transfer.erasure.plan import Options
from headwater.transfer.files.errors import FileProblem
from headwater.transfer.models import FailedRow, ImportRun
from headwater.transfer.purging import purge_imports
from headwater.transfer.tests.helpers import csv_of, living_leads, run, undo, upload
from headwater.users.actor import SYSTEM, Actor

pytestmark = pytest.mark.django_db


@pytest.fixture
def key(db: None, settings: Any, tmp_path: Any) -> str:
    settings.DATA_DIR = tmp_path
    return add_field("lead", Definition(label="Contract", kind="file")).key


def put(actor: Any, key: str, name: str = "a.txt", content: bytes = b"hello") -> StoredFile:
    return stored_files.upload(actor_of(actor), "lead", key, ContentFile(content), name)


def age(path: Path, days: int) -> None:
    stamp = (clock.now() - timedelta(days=days)).timestamp()
    os.utime(path, (stamp, stamp))


def later(days: float) -> Any:
    return time_machine.travel(clock.now() + timedelta(days=days), tick=False)


def commit(callbacks: Any) -> Any:
    """Run what waits for the transaction, which in a test is never written."""
    return callbacks(execute=True)


def test_uploads_on_no_record_are_thrown_away_after_a_day(
    key, seller_north, django_capture_on_commit_callbacks
):
    left, kept = put(seller_north, key), put(seller_north, key)
    lead = make_lead(seller_north, **{key: kept.pk})
    update_record(actor_of(seller_north), "lead", lead.pk, {key: put(seller_north, key).pk})
    with commit(django_capture_on_commit_callbacks):
        assert clean_up() == (0, 0)
    with later(1.1), commit(django_capture_on_commit_callbacks):
        assert clean_up()[0] == 1
    assert not StoredFile.objects.filter(pk=left.pk).exists()
    assert not path_of(left.place).exists()
    # What a record had, history names, and undo brings back, stays.
    assert path_of(kept.place).read_bytes() == b"hello"


def test_bytes_without_a_row_are_found_after_a_crash(key, seller_north):
    there = put(seller_north, key)
    orphan, fresh = path_of(new_place()), path_of(new_place())
    for path in (orphan, fresh):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x")
    age(orphan, 2)
    age(path_of(there.place), 2)
    assert clean_up() == (0, 1)
    assert [path.exists() for path in (orphan, fresh, path_of(there.place))] == [False, True, True]


def test_files_of_imports_go_after_a_month_and_undo_stays(
    key, administrator, django_capture_on_commit_callbacks
):
    done = run(administrator, "lead", csv_of("First name,Email", "Anna,a@example.com", "Bert,wrong"))
    draft = upload(administrator, "lead", csv_of("First name", "Cora"))
    path, of_draft = Path(done.file.path), Path(draft.file.path)
    assert "wrong" in "".join(services.failed_rows_csv(Actor(administrator), done.pk))
    with later(29), commit(django_capture_on_commit_callbacks):
        assert purge_imports() == 0
    with later(31), commit(django_capture_on_commit_callbacks):
        assert purge_imports() == 2
    assert not path.exists()
    assert not of_draft.exists()
    assert list(ImportRun.objects.values_list("pk", "file")) == [(done.pk, "")]
    assert not FailedRow.objects.exists()
    counts = services.get_import(Actor(administrator), done.pk).counts
    assert (counts["created"], counts["failed"]) == (1, 1)
    with pytest.raises(FileProblem):
        services.failed_rows_csv(Actor(administrator), done.pk)
    assert len(living_leads()) == 1
    undo(administrator, done)
    assert not living_leads()


@pytest.mark.attack(63)
def test_files_of_an_erased_person_are_erased(
    key, administrator, seller_north, django_capture_on_commit_callbacks
):
    actor = Actor(administrator)
    other = make_lead(
        seller_north, first_name="Bert", **{key: put(seller_north, key, "Zyx Quill offer.txt").pk}
    )
    first = put(seller_north, key, "Passport of Zyx.pdf", b"secret one")
    lead = make_lead(seller_north, first_name="Zyx", last_name="Quill", **{key: first.pk})
    update_record(actor_of(seller_north), "lead", lead.pk, {key: put(seller_north, key, "Second.pdf").pk})
    places = [
        path_of(place)
        for place in StoredFile.objects.filter(record_id=lead.pk).values_list("place", flat=True)
    ]
    with commit(django_capture_on_commit_callbacks):
        erasure = erasing.rehearse(actor, "lead", lead.pk, Options())
        run_until_idle()
    erasure.refresh_from_db()
    assert {"place": "files", "outcome": "erased", "count": 2} in erasure.lines
    assert all(path.exists() for path in places)
    with commit(django_capture_on_commit_callbacks):
        erasing.confirm(actor, erasure.pk, str(lead.pk))
        run_until_idle()
    assert not any(path.exists() for path in places)
    assert [file.record_id for file in StoredFile.objects.all()] == [other.pk]
    said = str([entry.changes for entry in HistoryEntry.objects.filter(object="lead", record_id=lead.pk)])
    assert "Passport" not in said
    assert "Second.pdf" not in said
    # Files of others stay; what they are called says nothing of her any more.
    assert StoredFile.objects.get().name == "Erased offer.txt"
    assert find_records(SYSTEM, "lead").get(pk=other.pk).custom[key]["name"] == "Erased offer.txt"


def test_a_file_that_is_to_stay_stays(key, administrator, seller_north, django_capture_on_commit_callbacks):
    lead = make_lead(seller_north, first_name="Zyx", **{key: put(seller_north, key).pk})
    with commit(django_capture_on_commit_callbacks):
        erasure = erasing.rehearse(Actor(administrator), "lead", lead.pk, Options(keep=(key,)))
        run_until_idle()
        erasing.confirm(Actor(administrator), erasure.pk, str(lead.pk))
        run_until_idle()
    assert path_of(StoredFile.objects.get().place).exists()


def test_undoing_a_change_brings_the_earlier_file_back(key, administrator, seller_north):
    lead = make_lead(seller_north, **{key: put(seller_north, key, "First.txt").pk})
    changed = bulk.change_many(Actor(administrator), "lead", {key: None}, ids=[lead.pk])
    assert not (find_records(SYSTEM, "lead").get(pk=lead.pk).custom or {}).get(key)
    services.undo(Actor(administrator), changed.pk)
    run_until_idle()
    assert find_records(SYSTEM, "lead").get(pk=lead.pk).custom[key]["name"] == "First.txt"

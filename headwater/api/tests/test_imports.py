"""Imports through the API, from the file to the undo."""

import io
import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from headwater.customers.models import Contact
from headwater.jobs.services import run_until_idle
from headwater.metadata.models import ChoiceOption
from headwater.testing.factories import make_contact
from headwater.transfer.files import limits
from headwater.transfer.models import ImportRun

pytestmark = pytest.mark.django_db

CSV = "First name,E-mail,External id\nAnna,anna@x.lv,e1\nBerta,not an address,e2\nCelia,celia@x.lv,e3\n"


@pytest.fixture
def api(api_of, administrator):
    return api_of(administrator)


def upload(api, content=CSV, name="people.csv", **form):
    words = {
        key: json.dumps(value) if isinstance(value, (dict, list)) else value for key, value in form.items()
    }
    return api.upload(
        "imports", {"object": "contact", "file": SimpleUploadedFile(name, content.encode())} | words
    )


def test_a_file_becomes_records_and_can_be_taken_back(api):
    started = upload(api)
    assert started.status_code == 202
    number = started.json()["id"]
    assert started.json()["state"] == "queued"
    assert {column["field"] for column in started.json()["columns"]} == {"first_name", "email", "external_id"}
    run_until_idle()
    done = api.client.get(started.headers["Location"]).json()
    assert (done["state"], done["progress"]) == ("done", 1)
    assert done["counts"] == {"created": 2, "updated": 0, "unchanged": 0, "failed": 1}
    assert {item["first_name"] for item in api.get("contacts").json()["items"]} == {"Anna", "Celia"}
    assert api.get("contacts", fields="origin,import_number").json()["items"][0]["import_number"] == number
    failed = b"".join(api.client.get(done["failed_rows_url"]).streaming_content).decode()
    assert "Berta" in failed
    assert "Anna" not in failed

    undone = api.post(f"imports/{number}/undo")
    assert undone.status_code == 202
    assert undone.json()["id"] == done["change_set"]
    run_until_idle()
    assert api.get(f"change-sets/{done['change_set']}").json()["state"] == "undone"
    assert api.get("contacts").json()["items"] == []
    assert api.post(f"change-sets/{done['change_set']}/undo").status_code == 409


def test_how_a_file_was_read_is_told_and_can_be_changed(api):
    """A guess is in the answer with the rows it leads to; a rehearsal can be read in another way."""
    file = SimpleUploadedFile("people.csv", "ชื่อ,Note\r\nสมชาย,ก\r\n".encode("cp874"))
    form = {"object": "contact", "dry_run": "true", "mapping": json.dumps({"ชื่อ": "first_name"}), "file": file}
    started = api.upload("imports", form)
    assert started.status_code == 202, started.content
    reading = started.json()["reading"]
    assert (reading["encoding"], reading["encoding_certain"]) == ("tis-620", False)
    assert (reading["kind"], reading["delimiter"], reading["header_row"]) == ("csv", ",", 1)
    assert reading["rows"] == [["สมชาย", "ก"]]
    run_until_idle()
    address = f"imports/{started.json()['id']}"
    changed = api.patch(address, {"encoding": "windows-1252", "mapping": {"ª×èÍ": "first_name"}})
    assert changed.status_code == 202, changed.content
    assert changed.json()["reading"]["encoding"] == "cp1252"
    assert changed.json()["reading"]["encoding_certain"] is True
    assert changed.json()["reading"]["rows"][0][0].startswith("Ê")
    run_until_idle()
    assert api.get(address).json()["counts"]["created"] == 1
    assert api.patch(address, {"encoding": "windows-874", "mapping": {"ชื่อ": "first_name"}}).status_code == 202
    run_until_idle()
    assert api.post(address + "/run").status_code == 202
    run_until_idle()
    assert [each["first_name"] for each in api.get("contacts").json()["items"]] == ["สมชาย"]
    assert api.patch(address, {"encoding": "utf-8"}).status_code == 409


@pytest.mark.parametrize(
    ("words", "field"),
    [
        ({"encoding": "klingon"}, "encoding"),
        ({"encoding": "utf-8"}, "encoding"),
        ({"delimiter": "ab"}, "delimiter"),
        ({"mapping": {"x": "nothing"}}, "mapping"),
        ({"colour": "red"}, "colour"),
        ({"header_row": 99}, "header_row"),
    ],
)
def test_a_rehearsal_refuses_words_it_does_not_know(api, words, field):
    file = SimpleUploadedFile("people.csv", "First name\r\nJānis\r\n".encode("cp1257"))
    started = api.upload("imports", {"object": "contact", "dry_run": "true", "file": file})
    run_until_idle()
    answer = api.patch(f"imports/{started.json()['id']}", words)
    assert answer.status_code == 422
    assert any(field in error["field"] for error in answer.json()["errors"]), answer.content


def test_an_update_finds_its_records(api, administrator):
    contact = make_contact(administrator, external_id="e1")
    number = upload(
        api,
        mode="update",
        match=["external_id"],
        mapping={"External id": "external_id", "E-mail": "email", "First name": ""},
    ).json()["id"]
    run_until_idle()
    assert api.get(f"imports/{number}").json()["counts"]["updated"] == 1
    assert api.get(f"contacts/{contact.pk}").json()["email"] == "anna@x.lv"


def test_a_rehearsal_writes_nothing_until_it_is_run(api):
    number = upload(api, dry_run="true").json()["id"]
    run_until_idle()
    rehearsed = api.get(f"imports/{number}").json()
    assert rehearsed["counts"]["created"] == 2
    assert rehearsed["change_set"] is None
    assert not Contact.unscoped.exists()
    assert api.post(f"imports/{number}/undo").status_code == 409
    assert api.post(f"imports/{number}/run").status_code == 202
    run_until_idle()
    assert Contact.unscoped.count() == 2


def test_a_waiting_import_can_be_cancelled(api):
    number = upload(api).json()["id"]
    assert api.post(f"imports/{number}/cancellation").status_code == 202
    run_until_idle()
    assert api.get(f"imports/{number}").json()["state"] == "cancelled"
    assert not Contact.unscoped.exists()
    assert api.post(f"imports/{number}/cancellation").status_code == 409


@pytest.mark.parametrize(
    ("form", "field"),
    [
        ({"object": "sauce"}, "object"),
        ({"object": "users"}, "object"),
        ({"object": ""}, "object"),
        ({"mode": "replace"}, "mode"),
        ({"mode": "update"}, "match"),
        ({"match": "{"}, "match"),
        ({"match": ["sauce"]}, "match"),
        ({"mapping": "[]"}, "mapping"),
        ({"mapping": {"E-mail": "sauce"}}, "mapping"),
        ({"mapping": '{"a": 1e999}'}, "mapping"),
        ({"dry_run": "perhaps"}, "dry_run"),
        ({"create_choices": "x"}, "create_choices"),
        ({"encoding": "klingon"}, "encoding"),
        ({"encoding": "\x00"}, "encoding"),
        ({"delimiter": "\x00\x00"}, "delimiter"),
        ({"header_row": "0"}, "header_row"),
        ({"header_row": str(10**30)}, "header_row"),
        ({"date_format": "x"}, "date_format"),
        ({"sauce": "1"}, "sauce"),
    ],
)
def test_a_wrong_word_is_named_and_nothing_is_kept(api, form, field):
    answer = upload(api, **form)
    assert answer.status_code == 422, answer.content
    assert field in [error["field"] for error in answer.json()["errors"]]
    assert not ImportRun.objects.exists()


@pytest.mark.parametrize(
    ("content", "name"),
    [
        ("", "a.csv"),
        ("\x00\x01", "a.csv"),
        ("PK\x03\x04 broken", "a.xlsx"),
        ("<html>", "a.xls"),
        ("%PDF-1.4", "a.pdf"),
    ],
)
def test_a_file_that_is_no_table_is_refused(api, content, name):
    answer = upload(api, content, name)
    if answer.status_code == 202:
        run_until_idle()
        assert api.get(f"imports/{answer.json()['id']}").json()["state"] in ("failed", "done")
    else:
        assert answer.status_code == 422
        assert not Contact.unscoped.exists()


def test_a_form_without_a_file_is_named(api):
    answer = api.client.post("/api/v1/imports", {"object": "contact"})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "file"
    assert api.post("imports", {"object": "contact"}).status_code == 415
    broken = api.client.generic(
        "POST", "/api/v1/imports", b"x", content_type="multipart/form-data; boundary="
    )
    assert broken.status_code in (400, 422)


def test_a_file_over_the_limit_is_413(api, monkeypatch):
    monkeypatch.setattr("headwater.transfer.files.limits.FILE_BYTES", 10)
    assert upload(api).status_code == 413
    assert not ImportRun.objects.exists()


def test_an_announced_flood_is_refused_before_it_is_read(api):
    class Unread(io.BytesIO):
        def read(self, *_size):
            raise AssertionError("the body was read")

    size = str(limits.FILE_BYTES * 2)
    extra = {
        "wsgi.input": Unread(),
        "CONTENT_LENGTH": size,
        "CONTENT_TYPE": "multipart/form-data; boundary=x",
    }
    assert api.client.post("/api/v1/imports", **extra).status_code == 413


def test_unknown_options_are_added_only_when_told(api):
    content = "First name,Labels\nAnna,VIP\n"
    for create, made in (("false", 0), ("true", 1)):
        upload(api, content, create_choices=create)
        run_until_idle()
        assert ChoiceOption.objects.filter(list="label", key="vip").count() == made


def test_imports_belong_to_whoever_started_them(api, api_of, manager, seller_north):
    number = upload(api).json()["id"]
    run_until_idle()
    change_set = api.get(f"imports/{number}").json()["change_set"]
    other = api_of(manager)
    assert other.get("imports").json()["items"] == []
    for answer in (
        other.get(f"imports/{number}"),
        other.get(f"imports/{number}/failed-rows"),
        other.post(f"imports/{number}/undo"),
        other.post(f"imports/{number}/run"),
        other.post(f"imports/{number}/cancellation"),
        other.get(f"change-sets/{change_set}"),
        other.post(f"change-sets/{change_set}/undo"),
    ):
        assert answer.status_code == 404
    assert upload(api_of(seller_north)).status_code == 403


def test_imports_are_listed_newest_first(api):
    numbers = [upload(api).json()["id"] for _time in range(3)]
    first = api.get("imports", limit=2).json()
    assert [run["id"] for run in first["items"]] == [numbers[2], numbers[1]]
    assert [run["id"] for run in api.get("imports", limit=2, after=first["next"]).json()["items"]] == [
        numbers[0]
    ]
    assert first["count"] == {"value": 3, "exact": True}
    assert api.get("imports", after="x").status_code == 422

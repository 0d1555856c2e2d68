"""Files on records over HTTP: forms without scripts, downloads, and what hostile files and names do."""

import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from headwater.access.models import RoleFieldRight
from headwater.files.models import StoredFile
from headwater.files.naming import clean_name
from headwater.files.storage import path_of
from headwater.metadata import registry
from headwater.metadata.custom.definitions import Definition, add_field
from headwater.records.find import find_records
from headwater.testing.api import Api
from headwater.testing.factories import make_lead
from headwater.users.actor import SYSTEM
from headwater.users.tokens import create_token

pytestmark = pytest.mark.django_db

PDF = b"%PDF-1.7 contract"


@pytest.fixture
def key(db: None, settings: Any, tmp_path: Any) -> str:
    settings.DATA_DIR = tmp_path
    return add_field("lead", Definition(label="Contract", kind="file", section="The flat")).key


@pytest.fixture
def api(api_of, seller_north):
    return api_of(seller_north)


def file_of(name: str = "Contract.pdf", content: bytes = PDF, media_type: str = "text/html") -> Any:
    return SimpleUploadedFile(name, content, media_type)


def sent(api, key, name="Contract.pdf", content=PDF) -> dict[str, Any]:
    answer = api.upload("leads/files", {"file": file_of(name, content), "field": key})
    assert answer.status_code == 201, answer.content
    found: dict[str, Any] = answer.json()
    return found


def stored_on(lead: Any, key: str) -> Any:
    return (find_records(SYSTEM, "lead").get(pk=lead.pk).custom or {}).get(key)


def body_of(response: Any) -> bytes:
    return b"".join(response.streaming_content)


def test_a_program_uploads_sets_reads_and_downloads(api, key):
    made = sent(api, key, "Līgums.pdf")
    assert (made["name"], made["size"], made["type"], made["record"]) == (
        "Līgums.pdf", len(PDF), "application/pdf", None,
    )  # fmt: skip
    lead = api.post("leads", {"first_name": "A", "custom": {key: made["id"]}}).json()
    value = lead["custom"][key]
    assert value == {name: made[name] for name in ("id", "name", "size", "type", "url")}
    assert api.get(f"files/{made['id']}").json()["record"] == lead["id"]
    content = api.client.get(value["url"])
    assert body_of(content) == PDF
    assert content.headers["Content-Disposition"] == "attachment; filename*=utf-8''L%C4%ABgums.pdf"
    # What was read can be written back.
    same = api.patch(f"leads/{lead['id']}", {"custom": {key: value}})
    assert (same.status_code, same.json()["version"]) == (200, lead["version"])
    assert api.patch(f"leads/{lead['id']}", {"custom": {key: None}}).json()["custom"][key] is None


def test_a_form_without_scripts_sends_the_file_along(client_of, seller_north, key):
    browser = client_of(seller_north)
    page = browser.post("/leads/new/", {"first_name": "A", f"{key}.file": file_of(), "email": "x"})
    assert page.status_code == 422  # the e-mail is wrong; the file need not be sent again
    number = StoredFile.objects.get().pk
    assert f'name="{key}" value="{number}"' in page.content.decode()
    assert browser.post("/leads/new/", {"first_name": "A", key: str(number)}).status_code == 302
    lead = find_records(SYSTEM, "lead").get()
    assert stored_on(lead, key)["id"] == number
    section = next(s for s in sections_of(lead) if key in s.fields)
    address = f"/leads/{lead.pk}/sections/{section.key}/"
    form = {f"was.{key}": str(number), key: str(number)}
    assert browser.post(address, form | {f"{key}.file": file_of("New.pdf")}).status_code == 302
    assert stored_on(lead, key)["name"] == "New.pdf"
    newest = str(stored_on(lead, key)["id"])
    page = browser.post(address, {f"was.{key}": newest, key: newest, f"{key}.file": file_of("a", b"")})
    assert page.status_code == 422
    assert "The file is empty." in page.content.decode()
    assert stored_on(lead, key)["name"] == "New.pdf"
    form = {f"was.{key}": newest, key: newest, f"{key}.remove": "true"}
    assert browser.post(address, form).status_code == 302
    assert stored_on(lead, key) is None


def sections_of(lead: Any) -> Any:
    return registry.of(lead).sections


def test_a_form_says_which_file_is_too_large(client_of, seller_north, key, settings):
    settings.FILE_BYTES = 4
    page = client_of(seller_north).post("/leads/new/", {"first_name": "A", f"{key}.file": file_of()})
    assert page.status_code == 422
    assert "The file is larger than" in page.content.decode()
    assert not find_records(SYSTEM, "lead").exists()


def test_the_number_of_a_foreign_file_in_a_form_names_nothing(
    api, client_of, seller_north, seller_south, api_of, key
):
    number = sent(api_of(seller_south), key, "Quuxly.pdf")["id"]
    for form in ({"email": "x"}, {}):
        page = client_of(seller_north).post("/leads/new/", {"first_name": "A", key: str(number), **form})
        assert page.status_code == 422
        assert "Quuxly" not in page.content.decode()


HOSTILE = {
    "logo.svg": b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
    "page.html": b"<script>alert(1)</script>",
    "page.HtMl": b"<script>alert(1)</script>",
    "x.xhtml": b'<?xml version="1.0"?><html/>',
    "image.png": b"<script>alert(1)</script>",
    "image.gif": b"<html>GIF89a",
    "invoice.pdf.exe": b"%PDF-1.7",
    "photo.jpg.php": b"\xff\xd8\xff<?php",
    "photo.jpg.PHAR": b"\xff\xd8\xff<?php",
    "macro.js": b"alert(1)",
    "notes.txt": b"\x00\x01binary",
    "none": b"%PDF-1.7",
}
POLYGLOTS = {
    "both.gif": (b"GIF89a/*<script>*/=1;alert(1)//</script>", "image/gif"),
    "both.PDF": (b"%PDF-1.7\n<script>alert(1)</script>", "application/pdf"),
    "page.txt": (b"<script>alert(1)</script>", "text/plain"),
}


@pytest.mark.attack(33)
def test_nothing_that_is_uploaded_is_ever_shown_by_a_browser(api, client_of, seller_north, key):
    files = {name: (content, "application/octet-stream") for name, content in HOSTILE.items()} | POLYGLOTS
    for name, (content, media_type) in files.items():
        made = sent(api, key, name, content)
        assert (made["name"], made["type"]) == (name, media_type)
        for response in (
            client_of(seller_north).get(f"/files/{made['id']}/"),
            api.client.get(f"/api/v1/files/{made['id']}/content"),
        ):
            assert body_of(response) == content
            assert response.headers["Content-Type"] == media_type
            assert response.headers["Content-Disposition"].startswith("attachment; filename")
            assert response.headers["X-Content-Type-Options"] == "nosniff"
            assert "sandbox" in response.headers["Content-Security-Policy"]
            assert "no-store" in response.headers["Cache-Control"]
        place = StoredFile.objects.get(pk=made["id"]).place
        assert "." not in place  # no server that finds the folder knows what to do with it
        assert path_of(place).stat().st_mode & 0o177 == 0


@pytest.mark.attack(24, 28)
@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\anna\\offer.pdf", "offer.pdf"),
        ("a\r\nSet-Cookie: x=1.pdf", "a Set-Cookie: x=1.pdf"),
        ("a\x00b\x07.pdf", "ab.pdf"),
        ("\u202egpj.exe", "gpj.exe"),
        (".htaccess", "htaccess"),
        ("...", "file"),
        ("a" * 500 + ".pdf", "a" * 236 + ".pdf"),
        ("ក" * 200 + ".pdf", "ក" * 78 + ".pdf"),
        ('"; filename="x.html', '"; filename="x.html'),
    ],
)
def test_names_are_harmless(api, key, given, kept):
    assert clean_name(given) == kept
    made = sent(api, key, "plain.pdf")
    StoredFile.objects.update(name=clean_name(given))
    response = api.client.get(made["url"])
    said = response.headers["Content-Disposition"]
    assert said.startswith("attachment; filename")
    assert not set(said) & set("\r\n\x00")
    assert body_of(response) == PDF
    assert all(len(part) > 0 for part in path_of(StoredFile.objects.get().place).parts)
    assert "passwd" not in StoredFile.objects.get().place


@pytest.mark.attack(31)
def test_a_name_is_text_wherever_it_is_shown(api, client_of, seller_north, key):
    name = "<img src=x onerror=alert(1)>.pdf"
    lead = api.post("leads", {"first_name": "A", "custom": {key: sent(api, key, name)["id"]}}).json()
    browser = client_of(seller_north)
    section = next(s.key for s in sections_of(find_records(SYSTEM, "lead").get()) if key in s.fields)
    own = f"/leads/{lead['id']}/"
    for address in (own, f"{own}sections/{section}/", f"/leads/?columns=name,{key}"):
        text = browser.get(address).content.decode()
        assert "&lt;img src=x onerror=alert(1)&gt;.pdf" in text, address
        assert "<img src=x" not in text


def test_a_file_that_is_missing_on_the_disk_is_not_found(api, client_of, seller_north, key):
    made = sent(api, key)
    path_of(StoredFile.objects.get().place).unlink()
    assert client_of(seller_north).get(f"/files/{made['id']}/").status_code == 404
    answer = api.client.get(made["url"])
    assert (answer.status_code, answer.json()["type"]) == (404, "urn:headwater:problem:content_missing")


def test_files_are_not_for_changing_many(client_of, administrator, key):
    leads = [make_lead(administrator).pk for _ in range(2)]
    page = client_of(administrator).post("/leads/bulk/", {"record": leads, "field": key})
    assert page.status_code == 422
    assert f"“{key}” is not a field that can be changed." in page.content.decode()


def test_imports_say_that_files_do_not_come_from_tables(api_of, client_of, administrator, key):
    def table():
        return SimpleUploadedFile("a.csv", b"First name,Contract\nAnna,a.pdf\n")

    api, browser = api_of(administrator), client_of(administrator)
    started = api.upload("imports", {"object": "lead", "file": table(), "dry_run": "true"})
    decided = [(column["field"], column["how"]) for column in started.json()["columns"]]
    assert decided == [("first_name", "label"), (None, "not_importable")]
    mapping = json.dumps({"Contract": key})
    refused = api.upload("imports", {"object": "lead", "file": table(), "mapping": mapping})
    assert [error["code"] for error in refused.json()["errors"]] == ["not_importable"]
    begun = browser.post("/imports/new/", {"object": "lead", "file": table()})
    page = browser.get(begun.headers["Location"]).content.decode()
    assert "Contract holds files, which are not imported from tables." in page
    assert f'<option value="{key}"' not in page


@pytest.mark.attack(12, 16)
def test_a_token_for_other_objects_opens_no_file(api, seller_north, key):
    made = sent(api, key)
    lead = api.post("leads", {"first_name": "A", "custom": {key: made["id"]}}).json()
    for only, status in (({"customer": "write"}, 404), ({"lead": "read"}, 200)):
        _token, secret = create_token(seller_north, name="narrow", objects_only=only)
        narrow = Api(secret)
        assert narrow.client.get(made["url"]).status_code == status
        assert narrow.get(f"files/{made['id']}").status_code == status
        assert narrow.upload("leads/files", {"file": file_of(), "field": key}).status_code == 403
    assert api.get(f"leads/{lead['id']}").json()["custom"][key]["id"] == made["id"]


@pytest.mark.attack(2, 16)
def test_a_hidden_field_gives_no_file(api, client_of, seller_north, key):
    made = sent(api, key)
    api.post("leads", {"first_name": "A", "custom": {key: made["id"]}})
    RoleFieldRight.objects.create(role=seller_north.role, object="lead", field=key, access="hidden")
    assert api.client.get(made["url"]).status_code == 404
    assert client_of(seller_north).get(f"/files/{made['id']}/").status_code == 404
    assert api.get(f"files/{made['id']}").status_code == 404
    assert api.upload("leads/files", {"file": file_of(), "field": key}).status_code == 422
    assert api.get("leads", q="Contract").json()["items"] == []
    assert "Contract" not in api.get("leads").content.decode()


def test_what_a_program_sends_wrongly_is_named(api, key):
    assert api.post("leads/files", {}).status_code == 415
    assert api.upload("leads/files", {"field": key}).status_code == 422
    for form in ({}, {"field": "cf_other"}, {"field": "first_name"}):
        answer = api.upload("leads/files", form | {"file": file_of()})
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "field")
    assert api.get("files/999").status_code == 404


def test_an_export_has_names_with_addresses_and_no_formula(api, client_of, administrator, key):
    number = sent(api, key, "=1+1.pdf")["id"]
    api.post("leads", {"first_name": "A", "custom": {key: number}})
    definition = {"v": 1, "root": "lead", "measures": [{"id": "m1", "ref": "lead.count"}]}
    words = {
        "type": "lead",
        "what": "records",
        "format": "csv",
        "definition": json.dumps(definition | {"rows": [], "table": {"columns": [key]}}),
    }
    text = body_of(client_of(administrator).get("/reports/export/", words)).decode()
    assert f"'=1+1.pdf http://localhost:8000/files/{number}/" in text

"""The steps of an import up to its rehearsal, over HTTP and without JavaScript."""

import io
import re
import zipfile
from html import unescape
from pathlib import Path

import pytest
from django.conf import settings
from django.urls import reverse

from headwater.jobs.services import run_until_idle
from headwater.metadata.choices import options_of
from headwater.records.find import find_records
from headwater.testing.factories import make_option
from headwater.transfer.models import ImportRun
from headwater.users.actor import Actor
from headwater.web.tests.imports_helpers import (
    columns_of,
    csv_of,
    first,
    go,
    imported,
    prepare,
    send,
    text_of,
)
from headwater.web.views.imports.reading import encodings

pytestmark = pytest.mark.django_db

DATA = Path(settings.BASE_DIR).parent / "shared" / "data"


@pytest.fixture
def client(client_of, administrator):
    return client_of(administrator)


# Who may


def test_without_the_right_there_is_no_import(client_of, seller_north):
    client = client_of(seller_north)
    assert client.get("/imports/").status_code == 403
    assert client.get("/imports/new/").status_code == 403
    assert send(client, csv_of("last_name", "Ozola")).status_code == 403
    assert not ImportRun.objects.exists()


STEPS = [
    "import",
    "import_columns",
    "import_values",
    "import_check",
    "import_progress",
    "import_failed_rows",
    "undo_import",
]
DEEDS = [
    "import_columns",
    "import_values",
    "import_check",
    "run_import",
    "cancel_import",
    "discard_import",
    "undo_import",
]


def test_an_import_belongs_to_its_creator_and_administrators(client_of, manager, make_user, client):
    run = imported(
        client_of(manager), "last_name,email", "Ozola,wrong", "Kalns,", fields=("last_name", "email")
    )
    other = client_of(make_user("other", role="manager"))
    for step in STEPS:
        assert go(other, step, run).status_code == 404, step
    for step in DEEDS:
        assert go(other, step, run, {}).status_code == 404, step
    assert run.file_name not in other.get("/imports/").content.decode()
    assert go(client, "import", run).status_code == 200
    assert run.file_name in client.get("/imports/").content.decode()


@pytest.mark.parametrize("step", ["run_import", "cancel_import", "discard_import"])
def test_nothing_is_done_by_looking(client, step):
    run = prepare(client, "last_name", "Ozola")
    assert go(client, step, run).status_code == 405
    assert go(client, "undo_import", run).url == reverse("import_columns", args=[run.pk])
    run.refresh_from_db()
    assert run.state == ImportRun.State.DRAFT


def test_a_manager_may_not_add_options(client_of, manager):
    client = client_of(manager)
    run = prepare(client, "last_name,source", "Ozola,Radio")
    go(client, "import_columns", run, columns_of(run, "last_name", "source"))
    page = go(client, "import_values", run)
    assert "Add it as a new option" not in page.content.decode()
    name = first(r'name="(v-source-\w+)"', page.content.decode())
    answer = go(client, "import_values", run, {name: "create"})
    assert answer.status_code == 422
    assert "Only administrators add options" in text_of(answer)


# Upload


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("notes.pdf", b"%PDF-1.4", "is no table"),
        ("program.exe", b"MZ\x90", "is no table"),
        ("letter.csv", b"%PDF-1.4", "neither an Excel workbook (.xlsx) nor a CSV file"),
        ("page.csv", b"<html><body>", "neither an Excel workbook (.xlsx) nor a CSV file"),
        ("old.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "old Excel file"),
        ("book.xlsx", b"PK\x03\x04 broken", "damaged"),
        ("empty.csv", b"", "empty"),
    ],
)
def test_a_file_that_is_no_table_is_refused_beside_the_control(client, name, content, said):
    answer = send(client, content, name=name)
    assert answer.status_code == 422
    assert said in text_of(answer)
    assert 'aria-describedby="e-file' in answer.content.decode()
    assert not ImportRun.objects.exists()


def workbook(**parts):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for part, content in parts.items():
            archive.writestr(f"xl/{part.replace('_', '.')}", content)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (workbook(workbook_xml="<workbook/>", vbaProject_bin="x"), "macros"),
        (workbook(workbook_xml="<workbook/>", sheet_xml=b"0" * 400_000_000), "too large"),
        (workbook(workbook_xml='<!DOCTYPE a [<!ENTITY b "c">]><workbook/>'), "XML entities"),
    ],
    ids=["macros", "zip bomb", "entities"],
)
def test_a_dangerous_workbook_is_refused_and_not_kept(client, content, said):
    answer = send(client, content, name="book.xlsx")
    assert answer.status_code == 422
    assert said in text_of(answer)
    assert not ImportRun.objects.exists()


def test_the_object_and_the_file_must_be_named(client):
    answer = client.post("/imports/new/", {})
    assert answer.status_code == 422
    assert "Say what the rows are." in text_of(answer)
    assert "Choose a file." in text_of(answer)


# Columns


def test_columns_are_proposed_with_the_reason_and_the_others_counted(client):
    run = prepare(client, "email,Family name,Shoe size", "anna@example.com,Ozola,38")
    page = text_of(go(client, "import_columns", run))
    assert "3 columns" in page
    assert "1 is not imported" in page
    assert "Same name as the field" in page
    assert "A usual name of this field" in page
    assert "anna@example.com" in page


def test_a_similar_name_is_offered_and_never_taken_by_itself(client):
    run = prepare(client, "last_name,Title", "Ozola,Chief")
    page = go(client, "import_columns", run).content.decode()
    offer = first(r'name="take" value="(\d:\w+)"', page)
    assert offer == "1:job_title"
    page = go(
        client,
        "import_columns",
        run,
        {"column": ["last_name", "Title"], "field": ["last_name", ""], "take": offer},
    )
    assert '<option value="job_title" selected>' in page.content.decode()


def test_two_columns_cannot_go_into_one_field(client):
    run = prepare(client, "a,b", "1,2")
    answer = go(client, "import_columns", run, columns_of(run, "last_name", "last_name"))
    assert answer.status_code == 422
    assert text_of(answer).count("Another column goes into this field too") == 2


def test_at_least_one_column_must_go_somewhere(client):
    run = prepare(client, "a,b", "1,2")
    answer = go(client, "import_columns", run, columns_of(run, "", ""))
    assert answer.status_code == 422
    assert "Choose at least one." in text_of(answer)


def test_updating_needs_a_column_to_find_records_by(client):
    run = prepare(client, "last_name", "Ozola")
    answer = go(
        client, "import_columns", run, columns_of(run, "last_name", mode="update", match="external_id")
    )
    assert answer.status_code == 422
    assert "No column goes into External id" in text_of(answer)


def test_words_that_mean_nothing_are_told_not_trusted(client):
    run = prepare(client, "last_name", "Ozola")
    for more in ({"mode": "destroy"}, {"take": "99:email"}, {"field": ["password"]}, {"header_row": "x"}):
        answer = go(client, "import_columns", run, columns_of(run, "last_name") | more)
        assert answer.status_code in (302, 422)
    assert not find_records(Actor(run.created_by), "lead").exists()


def test_how_the_file_is_read_can_be_changed(client):
    run = prepare(client, "first;last", "Anna;Ozola")
    assert "semicolon" in text_of(go(client, "import_columns", run))
    answer = go(client, "import_columns", run, {"delimiter": ","})
    assert "1 column" in text_of(answer)
    answer = go(client, "import_columns", run, {"delimiter": ";", "header_row": "2"})
    assert "There are no rows below the column names." in text_of(answer)


def test_a_guessed_encoding_is_said_with_lines_to_look_at_and_can_be_changed(client):
    send(client, "ชื่อ,อีเมล\r\nสมชาย,somchai@example.com\r\n".encode("tis-620"))
    run = ImportRun.objects.get()
    page = go(client, "import_columns", run)
    assert "likely but not certain" in text_of(page)
    assert '<details open id="reading"' in page.content.decode()
    lines = re.findall(
        r'<li( aria-current="true")?>\s*<button[^>]*>.*?</button>', page.content.decode(), re.DOTALL
    )
    assert [bool(mark) for mark in lines] == [True] + [False] * (len(lines) - 1)
    assert "Thai (TIS-620)" in text_of(page)
    assert "สมชาย,somchai@example.com" in text_of(page)
    changed = go(client, "import_columns", run, {"encoding": "cp1251"})
    assert "Cyrillic (Windows-1251)" in text_of(changed)
    assert "likely but not certain" not in text_of(changed)
    assert 'data-choose="f-encoding=cp874"' in changed.content.decode()
    assert "สมชาย" in text_of(go(client, "import_columns", run, {"encoding": "cp874"}))


def test_what_is_unicode_shows_no_choice_of_lines(client):
    send(client, "ชื่อ,อีเมล\r\nสมชาย,somchai@example.com\r\n".encode("utf-16-le"))
    page = go(client, "import_columns", ImportRun.objects.get())
    assert "UTF-16" in text_of(page)
    assert 'class="readings"' not in page.content.decode()


@pytest.mark.parametrize(
    "content",
    ["vārds\nJānis\n".encode(), b"\xff\xfe\x00", b"a,b\n\x81\x8d\n"],
    ids=["utf-8", "broken utf-16", "unassigned bytes"],
)
def test_no_encoding_breaks_the_page(client, content):
    send(client, content)
    for run in ImportRun.objects.all():
        for encoding in [*dict(encodings()), "nonsense", "rot13", "idna"]:
            answer = go(client, "import_columns", run, {"encoding": encoding})
            assert answer.status_code in (200, 422), encoding


def test_a_file_that_mixes_encodings_is_told_so(client):
    send(client, b"name\r\n" + "สมชาย\r\n".encode() + b"J\xe2nis\xff\xfc\x81\r\n" * 3)
    page = go(client, "import_columns", ImportRun.objects.get())
    assert "the file mixes several encodings" in text_of(page)


def test_a_preview_is_a_fragment_for_htmx_and_a_page_otherwise(client):
    run = prepare(client, "last_name", "Ozola")
    address = reverse("import_columns", args=[run.pk])
    fragment = client.post(address, {}, headers={"HX-Request": "true", "HX-Request-Type": "partial"})
    assert "<html" not in fragment.content.decode()
    assert 'id="step"' in fragment.content.decode()
    assert "<html" in client.get(address).content.decode()


def test_required_fields_without_a_column_are_told(client):
    run = prepare(client, "website", "https://example.com", object_name="customer")
    assert "No column goes into Name" in text_of(go(client, "import_columns", run))


# Values


def test_unknown_values_are_asked_for_one_by_one(client):
    make_option("source", "Website")
    run = prepare(client, "last_name,source", "A,Radio", "B,Web", "C,Poster", "D,Website", "E,Zeppelin")
    answer = go(client, "import_columns", run, columns_of(run, "last_name", "source"))
    assert answer.url == reverse("import_values", args=[run.pk])
    page = go(client, "import_values", run).content.decode()
    names = dict(re.findall(r'<b title="(\w+)">.*?name="(v-source-\w+)"', page, re.DOTALL))
    assert set(names) == {"Radio", "Web", "Poster", "Zeppelin"}
    answers = {names["Radio"]: "create", names["Web"]: "to:website", names["Poster"]: "leave"}
    answer = go(client, "import_values", run, answers)
    assert answer.url == reverse("import_check", args=[run.pk])
    run_until_idle()
    page = text_of(go(client, "import_check", run))
    assert "Options would be added:" in page
    assert "“Zeppelin” is not an option of Source." in page
    assert "Radio" not in {str(choice.label) for choice in options_of("source")}
    go(client, "run_import", run, {})
    run_until_idle()
    leads = {lead.last_name: lead.source or "" for lead in find_records(Actor(run.created_by), "lead")}
    assert leads == {"A": "radio", "B": "website", "C": "", "D": "website"}


def test_a_value_of_nobody_is_refused_beside_its_control(client):
    run = prepare(client, "last_name,owner", "A,Somebody")
    go(client, "import_columns", run, columns_of(run, "last_name", "owner"))
    page = go(client, "import_values", run).content.decode()
    name = first(r'name="(v-owner-\w+)"', page)
    answer = go(client, "import_values", run, {name: "to:nobody@example.com"})
    assert answer.status_code == 422
    assert f'id="e-{name}"' in answer.content.decode()


def test_day_or_month_must_be_told(client):
    run = prepare(client, "last_name,created_at", "A,03/04/2024", "B,05/06/2024")
    answer = go(client, "import_columns", run, columns_of(run, "last_name", "created_at"))
    assert answer.url == reverse("import_values", args=[run.pk])
    page = text_of(go(client, "import_values", run))
    assert "2 cells that can be read in two ways" in page
    assert "3 Apr 2024" in page
    assert "4 Mar 2024" in page
    refused = go(client, "import_values", run, {})
    assert refused.status_code == 422
    assert "it is not guessed" in text_of(refused)
    go(client, "import_values", run, {"date_format": "mdy"})
    run.refresh_from_db()
    assert run.options["date_format"] == "mdy"
    assert run.state == ImportRun.State.QUEUED


def test_a_decimal_mark_must_be_told(client):
    run = prepare(client, "last_name,value", 'A,"1,234"')
    go(client, "import_columns", run, columns_of(run, "last_name", "value"))
    assert "Which is the decimal mark?" in text_of(go(client, "import_values", run))
    go(client, "import_values", run, {"decimal_mark": ","})
    run.refresh_from_db()
    assert run.options["decimal_mark"] == ","


def test_many_unknown_values_beyond_those_shown_are_answered_together(client):
    lines = [f"L{number},Source {number}" for number in range(130)]
    run = prepare(client, "last_name,source", *lines)
    go(client, "import_columns", run, columns_of(run, "last_name", "source"))
    page = text_of(go(client, "import_values", run))
    assert "130 unknown values" in page
    assert "30 other values" in page
    go(client, "import_values", run, {"rest-source": "leave"})
    run.refresh_from_db()
    assert len(run.options["values"]["source"]) == 30


def test_a_long_list_is_answered_by_typing(client):
    for number in range(70):
        make_option("source", f"Known {number}")
    run = prepare(client, "last_name,source", "A,Radio")
    go(client, "import_columns", run, columns_of(run, "last_name", "source"))
    page = go(client, "import_values", run).content.decode()
    name = first(r'name="(v-source-\w+)"', page)
    refused = go(client, "import_values", run, {name: "type", f"{name}-typed": "Nothing like it"})
    assert refused.status_code == 422
    go(client, "import_values", run, {name: "type", f"{name}-typed": "known 42"})
    run.refresh_from_db()
    assert run.options["values"] == {"source": {"Radio": "known_42"}}


# What others wrote into files is text


def test_hostile_headers_values_and_file_names_are_shown_as_text(client):
    evil = "<script>alert(1)</script>"
    answer = send(client, csv_of(f"last_name,{evil}", f"A,{evil}"), name=f"{evil}.csv")
    assert answer.status_code == 302
    run = ImportRun.objects.get()
    data = {"column": ["last_name", evil], "field": ["last_name", "source"], "next": "true"}
    pages = [
        go(client, "import_columns", run),
        go(client, "import_columns", run, data),
        go(client, "import_values", run),
    ]
    go(client, "import_values", run, {})
    run_until_idle()
    pages += [go(client, "import_check", run), client.get("/imports/")]
    for page in pages:
        assert evil not in page.content.decode()
    assert "&lt;script&gt;" in pages[0].content.decode()
    assert "&lt;script&gt;" in pages[2].content.decode()


# Real files


@pytest.mark.skipif(not DATA.exists(), reason="the shared sample data is not on this machine")
@pytest.mark.parametrize(
    ("name", "encoding"),
    [
        ("thai_tis620.csv", ""),
        ("thai_windows874_semicolon.csv", ""),
        ("thai_utf8_bom_excel.csv", ""),
        ("khmer_utf16le_tab.csv", ""),
        ("latvian_windows1257_semicolon.csv", ""),
        ("contacts_messy.xlsx", ""),
        ("google_contacts_2024.csv", ""),
        ("hubspot_contacts.csv", ""),
        ("malformed.csv", ""),
    ],
)
def test_real_contact_files_come_as_far_as_the_check(client, name, encoding):
    content = (DATA / "contacts" / "generated" / name).read_bytes()
    assert send(client, content, name=name, object_name="contact").status_code == 302
    run = ImportRun.objects.get()
    if encoding:
        go(client, "import_columns", run, {"encoding": encoding})
    page = go(client, "import_columns", run)
    headers = [unescape(each) for each in re.findall(r'name="column" value="([^"]*)"', page.content.decode())]
    chosen = re.findall(r"<select.*?</select>", page.content.decode(), re.DOTALL)
    picked = [re.search(r'value="(\w*)" selected', each) for each in chosen if 'name="field"' in each]
    fields = [found[1] if found else "" for found in picked]
    assert len(headers) == len(fields)
    if not any(fields):
        fields[0] = "last_name"
    answer = go(
        client, "import_columns", run, {"column": headers, "field": fields, "encoding": encoding, "next": "t"}
    )
    assert answer.status_code == 302, text_of(answer)
    if answer.url == reverse("import_values", args=[run.pk]):
        asked = go(client, "import_values", run)
        told = {"date_format": "dmy", "decimal_mark": "."}
        assert go(client, "import_values", run, told).status_code == 302, text_of(asked)
    run_until_idle()
    run.refresh_from_db()
    assert run.state == ImportRun.State.DONE
    assert sum(run.counts.values()) == run.total_rows > 0
    assert go(client, "import_check", run).status_code == 200

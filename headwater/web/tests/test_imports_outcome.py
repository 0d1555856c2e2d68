"""Rehearsal, run, failed rows and undo of an import, over HTTP and without JavaScript."""

from html import unescape

import pytest
from django.urls import reverse

from headwater.jobs.services import run_until_idle
from headwater.records.find import find_records
from headwater.records.write import update_record
from headwater.testing.factories import make_lead
from headwater.transfer.models import ImportRun
from headwater.users.actor import Actor
from headwater.web.tests.imports_helpers import columns_of, first, go, imported, prepare, rehearsed, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(client_of, administrator):
    return client_of(administrator)


# Check, run, result


def test_the_check_writes_nothing_and_says_what_would_happen(client, administrator):
    make_lead(administrator, last_name="Ozola", external_id="1", job_title="Clerk")
    make_lead(administrator, last_name="Same", external_id="2")
    run = rehearsed(
        client,
        "external_id,last_name,job_title,email",
        "1,Ozola,Chief,",
        "2,Same,,",
        "3,New,,",
        "4,Bad,,nonsense",
        fields=("external_id", "last_name", "job_title", "email"),
        mode="upsert",
    )
    assert run.counts == {"created": 1, "updated": 1, "unchanged": 1, "failed": 1}
    page = text_of(go(client, "import_check", run))
    assert "Nothing is written yet." in page
    assert "Clerk becomes Chief" in page or "Clerk Chief" in page
    assert "Why rows fail" in page
    assert "row 5" in page
    assert "Import 2 rows" in page
    assert find_records(Actor(administrator), "lead").count() == 2


def test_an_import_that_was_not_checked_does_not_run(client):
    run = prepare(client, "last_name", "Ozola")
    answer = go(client, "run_import", run, {})
    assert answer.url == reverse("import_columns", args=[run.pk])
    run_until_idle()
    assert not find_records(Actor(run.created_by), "lead").exists()


def test_changed_options_ask_for_another_check(client):
    run = rehearsed(client, "last_name,job_title", "Ozola,Chief", fields=("last_name", "job_title"))
    go(client, "import_columns", run, {"column": ["last_name", "job_title"], "field": ["last_name", ""]})
    assert go(client, "run_import", run, {}).url == reverse("import_columns", args=[run.pk])


def test_the_result_leads_to_exactly_the_records_of_the_import(client, administrator):
    make_lead(administrator, last_name="Before")
    run = imported(client, "last_name", "Ozola", "Kalns", fields=("last_name",))
    page = go(client, "import", run)
    assert "The import is finished: 2 rows." in text_of(page)
    href = unescape(first(r'href="(/leads/\?filter=[^"]+)"', page.content.decode()))
    rows = text_of(client.get(href))
    assert "Ozola" in rows
    assert "Kalns" in rows
    assert "Before" not in rows


def test_every_step_of_an_import_that_has_run_leads_to_its_result(client):
    run = imported(client, "last_name", "Ozola", fields=("last_name",))
    for step in ("import_columns", "import_values", "import_check"):
        assert go(client, step, run).url == reverse("import", args=[run.pk])
        assert go(client, step, run, {}).url == reverse("import", args=[run.pk])
    go(client, "discard_import", run, {})
    assert ImportRun.objects.filter(pk=run.pk).exists()


def test_progress_is_a_small_fragment_and_ends_by_leading_on(client):
    run = prepare(client, "last_name", "Ozola")
    go(client, "import_columns", run, columns_of(run, "last_name"))
    page = go(client, "import_check", run).content.decode()
    assert 'hx-trigger="every 1s"' in page
    address = reverse("import_progress", args=[run.pk])
    partial = {"HX-Request": "true", "HX-Request-Type": "partial"}
    answer = client.get(address, headers=partial)
    assert "<progress" in answer.content.decode()
    assert "<html" not in answer.content.decode()
    run_until_idle()
    answer = client.get(address, headers=partial)
    assert reverse("import_check", args=[run.pk]) in answer["HX-Location"]
    assert client.get(address).url == reverse("import_check", args=[run.pk])
    assert "every 1s" not in go(client, "import_check", run).content.decode()


def test_a_waiting_check_can_be_cancelled_and_done_again(client):
    run = prepare(client, "last_name", "Ozola")
    go(client, "import_columns", run, columns_of(run, "last_name"))
    go(client, "cancel_import", run, {})
    assert "The check was cancelled" in text_of(go(client, "import_check", run))
    go(client, "import_check", run, {})
    run_until_idle()
    assert "Import 1 row" in text_of(go(client, "import_check", run))


def test_a_draft_can_be_thrown_away(client):
    run = prepare(client, "last_name", "Ozola")
    assert go(client, "discard_import", run, {}).url == "/imports/"
    assert not ImportRun.objects.exists()
    assert go(client, "import_columns", run).status_code == 404


# Failed rows


def test_failed_rows_are_a_guarded_download(client):
    run = imported(
        client,
        "last_name,email,job_title",
        "Good,good@example.com,x",
        '=1+1,wrong,"@SUM(1)"',
        "Bad,also wrong,+371 2000 0000",
        fields=("last_name", "email", "job_title"),
    )
    answer = go(client, "import_failed_rows", run)
    assert answer["Content-Disposition"] == f'attachment; filename="import-{run.pk}-failed-rows.csv"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert "no-store" in answer["Cache-Control"]
    lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()
    assert lines[0] == "last_name,email,job_title,Row,Reasons"
    assert lines[1].startswith("'=1+1,wrong,'@SUM(1),3,")
    assert lines[2].startswith("Bad,also wrong,+371 2000 0000,4,")


def test_without_failed_rows_there_is_no_file(client):
    run = imported(client, "last_name", "Ozola", fields=("last_name",))
    assert go(client, "import_failed_rows", run).status_code == 404


# Undo


def test_undo_asks_takes_back_and_says_what_it_left_alone(client, administrator):
    lead = make_lead(administrator, last_name="Ozola", external_id="1", job_title="Clerk")
    run = imported(
        client,
        "external_id,last_name,job_title",
        "1,Ozola,Chief",
        "2,Kalns,",
        "3,Liepa,",
        fields=("external_id", "last_name", "job_title"),
        mode="upsert",
    )
    kept = find_records(Actor(administrator), "lead").get(external_id="3")
    update_record(Actor(administrator), "lead", kept.pk, {"job_title": "Boss"})
    asked = text_of(go(client, "undo_import", run))
    assert "2 new records are removed." in asked
    assert "1 updated record gets its former values back." in asked
    assert go(client, "undo_import", run, {}).url == reverse("import", args=[run.pk])
    assert "Undoing…" in text_of(go(client, "import", run))
    run_until_idle()
    page = text_of(go(client, "import", run))
    assert "This import was undone." in page
    assert "1 new record removed" in page
    assert "1 record given back its values" in page
    assert "1 conflict" in page
    assert "Liepa" in page
    lead.refresh_from_db()
    assert lead.job_title == "Clerk"
    assert {each.external_id for each in find_records(Actor(administrator), "lead")} == {"1", "3"}
    assert "Undone" in text_of(client.get("/imports/"))
    go(client, "undo_import", run, {})
    assert "This was undone already." in text_of(go(client, "import", run))

"""Settings › Audit and its doors: administrators ask what happened; nobody else learns anything."""

import csv
import io

import pytest
import time_machine
from django.urls import reverse

from headwater.access.models import RoleRight
from headwater.history.disclosures import Act, note_disclosure
from headwater.history.models import Disclosure, HistoryEntry
from headwater.history.sealing import seal_entries
from headwater.history.verifying import verify
from headwater.records.write import delete_record, update_record
from headwater.testing.factories import actor_of, make_lead
from headwater.users.models import Organization, Role

PAGES = ("audit", "audit_disclosures", "audit_file")


@pytest.fixture
def admin(client_of, administrator):
    return client_of(administrator)


def text(answer):
    return answer.content.decode()


@pytest.mark.parametrize("name", PAGES)
def test_only_administrators_may_ask(name, client_of, manager, stranger):
    for person in (manager, stranger):
        assert client_of(person).get(reverse(name)).status_code == 403


@pytest.mark.parametrize("path", ["audit", "audit/disclosures", "audit/chain"])
def test_programs_need_an_administrator_and_the_scope(path, api_of, administrator, manager):
    assert api_of(administrator).get(path).status_code == 200
    assert api_of(manager).get(path).status_code == 403
    assert api_of(administrator, scope="write").get(path).status_code == 403


@pytest.mark.attack(62)
def test_an_entry_says_who_what_from_to_when_and_from_where(admin, administrator, api_of):
    lead = make_lead(administrator, first_name="Anna", job_title="Buyer")
    api_of(administrator).patch(f"leads/{lead.pk}", {"job_title": "Head of <b>Sales</b>"})
    page = text(admin.get(reverse("audit"), {"object": "lead", "record": lead.pk, "action": "updated"}))
    for word in ("Administrator", "Changed", "Anna", "Buyer", "Head of &lt;b&gt;Sales", "127.0.0.1", "API"):
        assert word in page
    assert f'href="/leads/{lead.pk}/"' in page
    delete_record(actor_of(administrator), "lead", lead.pk)
    page = text(admin.get(reverse("audit"), {"object": "lead", "record": lead.pk}))
    assert f'href="/leads/{lead.pk}/"' not in page
    assert "Deleted" in page


def test_settings_are_told_in_names(admin, administrator, seller_north, sales):
    role = Role.objects.get(key="manager")
    values = {"name": "Nora", "email": seller_north.email, "role": role.pk, "team": sales.pk}
    admin.post(f"/settings/users/{seller_north.pk}/", values | {"is_active": "true"})
    page = text(admin.get(reverse("audit"), {"object": "user", "person": administrator.pk}))
    for word in (role.label, "Salesperson", "North", "Sales", f'href="/settings/users/{seller_north.pk}/"'):
        assert word in page
    RoleRight.objects.filter(role=role, action="export").update(scope="own")
    assert "Right of a role" in text(admin.get(reverse("audit"), {"object": "role_right"}))


def test_filters_narrow_and_are_kept_while_paging(admin, administrator, seller_north, api_of):
    for _number in range(55):
        make_lead(seller_north)
    make_lead(administrator)
    program = api_of(administrator)
    found = program.get("audit", object="lead", person=seller_north.pk, limit=50).json()
    assert len(found["items"]) == 50
    rest = program.get("audit", object="lead", person=seller_north.pk, after=found["next"]).json()
    assert [e["by"]["id"] for e in rest["items"]] == [seller_north.pk] * 5
    assert rest["next"] is None
    numbers = [e["id"] for e in found["items"] + rest["items"]]
    assert numbers == sorted(numbers, reverse=True)
    page = text(admin.get(reverse("audit"), {"object": "lead", "person": seller_north.pk}))
    assert f"person={seller_north.pk}" in page
    assert "after=" in page


def test_days_are_the_organization_s_own(api_of, administrator):
    with time_machine.travel("2026-03-10T22:30:00Z", tick=False):  # the 11th in Riga
        Organization.objects.filter(pk=1).update(name="Renamed")
    program = api_of(administrator)

    def names(**words):
        found = program.get("audit", object="organization", action="updated", **words).json()
        return [entry["title"] for entry in found["items"]]

    assert names(first="2026-03-11", last="2026-03-11") == ["Renamed"]
    assert names(last="2026-03-10") == []
    assert names(first="2026-03-12") == []
    assert names(first="0001-01-01", last="9999-12-31") == ["Renamed"]


@pytest.mark.parametrize(
    "words",
    [
        {"person": "x"},
        {"record": "-1"},
        {"first": "yesterday"},
        {"last": "2026-02-30"},
        {"person": "9" * 40},
    ],
)
def test_wrong_words_are_named_and_never_an_error(admin, words):
    answer = admin.get(reverse("audit"), words)
    assert answer.status_code == 422
    assert "form-errors" in text(answer)
    assert admin.get(reverse("audit_file"), words).status_code == 302


@pytest.mark.parametrize(
    "words", [{"object": "nothing\x00"}, {"after": "x"}, {"door": "%_'"}, {"action": "'"}]
)
def test_unknown_words_find_nothing_or_everything(admin, words):
    for name in ("audit", "audit_disclosures"):
        assert admin.get(reverse(name), words).status_code == 200


def test_the_file_holds_what_the_filter_finds_and_is_itself_kept(admin, administrator):
    lead = make_lead(administrator, first_name="=1+1", last_name="x")
    update_record(actor_of(administrator), "lead", lead.pk, {"job_title": "Buyer"})
    answer = admin.get(reverse("audit_file"), {"object": "lead", "action": "updated"})
    rows = list(csv.reader(io.StringIO(text(answer).lstrip("\ufeff"))))
    assert rows[1][-3:] == ["Job title", "", "Buyer"]
    assert rows[1][7].startswith("'="), "no cell is a formula"
    kept = Disclosure.objects.get(object="history")
    assert (kept.user, kept.act, kept.rows) == (administrator, Act.EXPORT, 1)
    assert kept.about["filter"] == {"object": "lead", "action": "updated"}


def test_who_saw_what_is_listed_and_taken_away(admin, administrator, manager):
    note_disclosure(actor_of(manager), Act.EXPORT, "lead", 12, {"name": "Fairs", "form": "xlsx"})
    page = text(admin.get(reverse("audit_disclosures"), {"person": manager.pk}))
    for word in ("Manager", "12 records", "Fairs", "XLSX"):
        assert word in page
    assert "Fairs" not in text(admin.get(reverse("audit_disclosures"), {"action": "failed_rows"}))
    assert "Fairs" in text(admin.get(reverse("audit_file"), {"part": "disclosures"}))


def test_an_administrator_says_how_long_it_is_kept(admin):
    admin.post(reverse("audit_retention"), {"days": "90"})
    assert Organization.objects.get(pk=1).disclosure_days == 90
    for wrong in ("5", "", "many", "99999999999999999999"):
        assert admin.post(reverse("audit_retention"), {"days": wrong}).status_code == 302
    assert Organization.objects.get(pk=1).disclosure_days == 90
    entry = HistoryEntry.objects.filter(object="organization", verb="updated").latest("pk")
    assert entry.changes == {"disclosure_days": [365, 90]}


def test_the_page_says_whether_history_is_whole(admin, administrator, api_of):
    assert "every night" in text(admin.get(reverse("audit")))
    make_lead(administrator)
    seal_entries()
    found = verify()
    page = text(admin.get(reverse("audit")))
    assert "History is whole" in page
    assert found.head in page
    chain = api_of(administrator).get("audit/chain").json()
    assert (chain["problem"], chain["head"], chain["entries"]) == ("", found.head, found.entries)
    found.problem, found.entry = "changed", 7
    found.save()
    assert "The first entry is number 7" in text(admin.get(reverse("audit")))
    assert admin.post(reverse("audit_check")).status_code == 302


def test_the_page_asks_few_questions_of_the_database(
    admin, administrator, seller_north, django_assert_max_num_queries
):
    for _number in range(20):
        make_lead(seller_north)
    with django_assert_max_num_queries(24):
        admin.get(reverse("audit"))

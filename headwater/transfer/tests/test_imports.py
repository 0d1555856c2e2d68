"""Imports from the upload to the records, through the services."""

import csv
import io
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from django.core.files.base import ContentFile

from headwater.access.errors import Forbidden
from headwater.history.models import HistoryEntry
from headwater.jobs.services import run_until_idle
from headwater.metadata.models import ChoiceOption
from headwater.pipeline.models import Lead
from headwater.records.errors import NotFound
from headwater.records.find import find_records
from headwater.testing.factories import actor_of, make_contact, make_lead, make_option, make_record
from headwater.transfer import services
from headwater.transfer.errors import BadOptions, WrongState
from headwater.transfer.files.errors import FileProblem
from headwater.transfer.models import ImportRun
from headwater.transfer.tests.helpers import codes, counts, csv_of, finish, living_leads, run, upload, xlsx_of
from headwater.users import organization
from headwater.users.actor import Actor
from headwater.users.models import Team, User

pytestmark = pytest.mark.django_db


def leads() -> dict[str, Lead]:
    """Living leads by first name."""
    return {lead.first_name: lead for lead in living_leads()}


def test_a_sheet_of_leads_becomes_leads(administrator: User) -> None:
    content = csv_of(
        "First name,Last name,E-mail,Phone,Value,Currency",
        "Anna,Kalniņa,Anna@Example.com,+371 21 234 567,1234.50,EUR",
        "สมชาย,ใจดี,,๐๘๑-๒๓๔-๕๖๗๘,,",
    )
    done = run(administrator, "lead", content)
    assert (done.state, done.counts, done.causes) == ("done", counts(created=2), [])
    anna = leads()["Anna"]
    assert (anna.last_name, anna.email, str(anna.value)) == ("Kalniņa", "anna@example.com", "1234.50")
    assert (anna.phone, getattr(anna, "phone_e164", None)) == ("+371 21 234 567", "+37121234567")
    assert leads()["สมชาย"].phone == "๐๘๑-๒๓๔-๕๖๗๘"
    assert (anna.origin, anna.import_number, anna.owner) == ("import", done.pk, administrator)
    entry = HistoryEntry.objects.get(object="lead", record_id=anna.pk)
    assert (entry.verb, entry.door, entry.import_number) == ("created", "import", done.pk)
    assert entry.change_set_id == done.change_set_id
    assert [record.pk for record in find_records(actor_of(administrator), "lead", search="kalniņa")] == [
        anna.pk
    ]


def test_a_workbook_brings_its_types(administrator: User) -> None:
    content = xlsx_of(
        [
            ["First name", "Phone", "Value", "Is an organization", "Created"],
            ["Anna", 37121234567, 10.5, False, datetime(2025, 5, 6, 7, 8)],  # noqa: DTZ001
        ]
    )
    done = run(administrator, "lead", content, name="leads.xlsx")
    assert done.counts == counts(created=1)
    anna = leads()["Anna"]
    assert (anna.phone, str(anna.value), anna.is_organization) == ("37121234567", "10.50", False)
    assert anna.created_at == datetime(2025, 5, 6, 7, 8, tzinfo=organization.zone()).astimezone(UTC)


@time_machine.travel("2026-03-18T10:00:00Z", tick=False)
def test_business_dates_come_from_the_file_and_the_recorded_one_does_not(administrator: User) -> None:
    content = csv_of("First name,Created,Converted", "Anna,2025-01-02,2025-02-03T10:00:00Z", "Bruno,,")
    mapping = {"First name": "first_name", "Created": "created_at", "Converted": "converted_at"}
    done = run(administrator, "lead", content, mapping=mapping)
    assert done.counts == counts(created=2)
    now = datetime(2026, 3, 18, 10, tzinfo=UTC)
    anna, bruno = leads()["Anna"], leads()["Bruno"]
    assert (anna.created_at.year, anna.recorded_at) == (2025, now)
    assert anna.converted_at == datetime(2025, 2, 3, 10, tzinfo=UTC)
    assert (bruno.created_at, bruno.converted_at) == (now, None)


def test_a_rehearsal_judges_every_row_like_the_run_and_writes_nothing(administrator: User) -> None:
    make_lead(administrator, first_name="Old", external_id="x1", email="old@example.com")
    make_lead(administrator, first_name="Same", external_id="x2")
    content = csv_of(
        "external_id,first_name,email,source",
        "x1,Old,new@example.com,",
        "x2,Same,,",
        "x3,New,,Fair 2026",
        "x4,Bad,not-an-email,",
        "x3,Again,,",
        ",Nobody,,",
    )
    options: dict[str, Any] = {"mode": "upsert", "match": ["external_id"], "create_choices": True}
    before = {lead.pk: (lead.email, lead.version) for lead in living_leads()}
    entries = HistoryEntry.objects.count()
    rehearsed = run(administrator, "lead", content, dry_run=True, **options)
    assert rehearsed.counts == counts(created=1, updated=1, unchanged=1, failed=3)
    assert codes(rehearsed) == {"not_email": 1, "duplicate_in_file": 1, "no_match_value": 1}
    assert {lead.pk: (lead.email, lead.version) for lead in living_leads()} == before
    assert HistoryEntry.objects.count() == entries
    assert not ChoiceOption.objects.filter(list="source", label="Fair 2026").exists()
    assert rehearsed.change_set is None

    done = finish(administrator, rehearsed)
    assert (done.counts, done.causes) == (rehearsed.rehearsal["counts"], rehearsed.rehearsal["causes"])
    assert leads()["Old"].email == "new@example.com"
    assert leads()["New"].source == ChoiceOption.objects.get(list="source", label="Fair 2026").key


def test_modes_say_what_may_happen(administrator: User) -> None:
    make_lead(administrator, first_name="Anna", external_id="a")
    content = csv_of("external_id,first_name", "a,Annie", "b,Bruno")
    match = ["external_id"]
    created = run(administrator, "lead", content, mode="create", match=match, dry_run=True)
    assert (created.counts, codes(created)) == (counts(created=1, failed=1), {"exists": 1})
    updated = run(administrator, "lead", content, mode="update", match=match, dry_run=True)
    assert (updated.counts, codes(updated)) == (counts(updated=1, failed=1), {"no_match": 1})
    both = run(administrator, "lead", content, mode="upsert", match=match)
    assert both.counts == counts(created=1, updated=1)
    assert sorted(leads()) == ["Annie", "Bruno"]
    again = run(administrator, "lead", content, mode="upsert", match=match)
    assert again.counts == counts(unchanged=2)


def test_a_key_that_two_records_share_is_no_key(administrator: User) -> None:
    make_contact(administrator, email="info@example.com")
    make_contact(administrator, email="info@example.com")
    content = csv_of("email,first_name", "INFO@example.com ,Anna")
    done = run(administrator, "contact", content, mode="update", match=["email"])
    assert (done.counts, codes(done)) == (counts(failed=1), {"ambiguous_match": 1})


def test_phones_are_matched_in_any_spelling(administrator: User) -> None:
    contact = make_contact(administrator, phone="+371 21234567", first_name="Anna")
    odd = make_contact(administrator, phone="12 ext", first_name="Odd")
    content = csv_of("Phone,Last name", "+371-21-234-567,Kalniņa", "12 ext,Ozols")
    done = run(administrator, "contact", content, mode="update", match=["phone"])
    assert done.counts == counts(updated=2)
    contact.refresh_from_db()
    odd.refresh_from_db()
    assert (contact.last_name, contact.phone, odd.last_name) == ("Kalniņa", "+371 21234567", "Ozols")


def test_several_match_fields_are_taken_together(administrator: User) -> None:
    make_contact(administrator, first_name="Anna", last_name="Ozola", job_title="")
    make_contact(administrator, first_name="Anna", last_name="Kalna", job_title="")
    content = csv_of("First name,Last name,Job title", "Anna,Kalna,Director", "Anna,Liepa,Buyer")
    done = run(administrator, "contact", content, mode="update", match=["first_name", "last_name"])
    assert (done.counts, codes(done)) == (counts(updated=1, failed=1), {"no_match": 1})


def test_records_one_may_not_see_are_not_found(
    administrator: User, manager: User, seller_south: User
) -> None:
    hidden = make_lead(seller_south, first_name="Hidden", email="hidden@example.com")
    content = csv_of("email,first_name", "hidden@example.com,Taken")
    options: dict[str, Any] = {"mode": "update", "match": ["email"]}
    assert run(administrator, "lead", content, dry_run=True, **options).counts == counts(updated=1)
    done = run(manager, "lead", content, **options)
    assert (done.counts, codes(done)) == (counts(failed=1), {"no_match": 1})
    hidden.refresh_from_db()
    assert hidden.first_name == "Hidden"


def test_unknown_options_are_never_added_unasked(administrator: User) -> None:
    make_option("source", "Web form")
    content = csv_of("First name,Source", "A,Web form", "B,web form", "C,Fair", "D,web_form", "E, Web form ")
    done = run(administrator, "lead", content)
    assert (done.counts, codes(done)) == (
        counts(created=3, failed=2),
        {"near_choice": 1, "unknown_choice": 1},
    )
    near = next(cause for cause in done.causes if cause["code"] == "near_choice")
    assert "Web form" in near["message"]
    assert (near["field"], near["column"], near["rows"]) == ("source", "Source", [3])
    assert {lead.source for lead in leads().values()} == {"web_form"}


def test_values_are_mapped_as_a_person_said(administrator: User, seller_north: User) -> None:
    make_option("source", "Web form")
    content = csv_of("First name,Source,Owner", "A,WEB,Nora from sales", "B,n/a,")
    values = {"source": {"WEB": "web_form", "n/a": None}, "owner": {"Nora from sales": seller_north.email}}
    done = run(administrator, "lead", content, values=values)
    assert done.counts == counts(created=2)
    assert (leads()["A"].source, leads()["A"].owner) == ("web_form", seller_north)
    assert leads()["B"].source in ("", None)


def test_people_are_found_by_mail_or_exact_name(administrator: User, seller_north: User) -> None:
    User.objects.create(email="nora2@example.com", name="Twin", role=seller_north.role)
    User.objects.create(email="nora3@example.com", name="Twin", role=seller_north.role)
    content = csv_of(
        "First name,Owner", f"A,{seller_north.email.upper()}", "B,Nora", "C,nora", "D,Twin", "E,1"
    )
    done = run(administrator, "lead", content)
    assert (done.counts, codes(done)) == (
        counts(created=2, failed=3),
        {"unknown_user": 2, "ambiguous_user": 1},
    )
    assert leads()["B"].owner == seller_north


def test_links_are_found_by_external_id_or_title(administrator: User) -> None:
    acme = make_record(administrator, "customer", name="Acme")
    other = make_record(administrator, "customer", name="Other", external_id="c-7")
    make_record(administrator, "customer", name="Twin")
    make_record(administrator, "customer", name="Twin")
    content = csv_of("Title,Customer,Amount", "One,Acme,5", "Two,c-7,5", "Three,Twin,5", "Four,Nobody,5")
    done = run(administrator, "opportunity", content)
    assert (done.counts, codes(done)) == (
        counts(created=2, failed=2),
        {"ambiguous_link": 1, "unknown_link": 1},
    )
    found = find_records(actor_of(administrator), "opportunity").order_by("pk")
    assert [getattr(record, "customer_id", None) for record in found] == [acme.pk, other.pk]


def test_several_options_in_one_cell(administrator: User) -> None:
    for label in ("VIP", "Partner", "Rich, famous"):
        make_option("label", label)
    content = csv_of(
        "First name,Labels",
        "A,VIP; Partner",
        'B,"VIP,Partner"',
        'C,"Rich, famous"',
        'D,"VIP,Unknown"',
        "E,VIP|Partner",
    )
    done = run(administrator, "lead", content)
    assert (done.counts, codes(done)) == (counts(created=4, failed=1), {"unknown_choice": 1})
    assert (
        set(leads()["A"].labels) == set(leads()["B"].labels) == set(leads()["E"].labels) == {"vip", "partner"}
    )
    assert leads()["C"].labels == ("rich_famous",)


def test_rows_of_every_shape(administrator: User) -> None:
    content = csv_of(
        "First name,Last name,Source channel id", "A", "B,b,1,extra", "C,c,1,", '"D', "", "E,e,5"
    )
    done = run(administrator, "lead", content)
    assert (done.counts, codes(done)) == (counts(created=3, failed=2), {"extra_cells": 1, "broken_quotes": 1})
    assert sorted(leads()) == ["A", "C", "E"]


def test_empty_cells_leave_values_alone_unless_told(administrator: User) -> None:
    make_lead(administrator, first_name="Anna", external_id="a", job_title="Buyer")
    content = csv_of("external_id,job_title", "a,")
    kept = run(administrator, "lead", content, mode="update", match=["external_id"])
    assert (kept.counts, leads()["Anna"].job_title) == (counts(unchanged=1), "Buyer")
    cleared = run(administrator, "lead", content, mode="update", match=["external_id"], clear_empty=True)
    assert (cleared.counts, leads()["Anna"].job_title) == (counts(updated=1), "")


def test_the_failed_rows_come_back_as_a_file_that_can_be_imported(administrator: User) -> None:
    content = csv_of(
        "First name,E-mail,Notes",
        "Anna,anna@example.com,",
        "=Bad(),wrong,+371 21234567",
        '"Line\nbreak",x,-5',
    )
    done = run(administrator, "lead", content)
    assert done.counts == counts(created=1, failed=2)
    text = "".join(services.failed_rows_csv(Actor(administrator), done.pk))
    header, first, second = csv.reader(io.StringIO(text, newline=""))
    assert header == ["\ufeffFirst name", "E-mail", "Notes", "Row", "Reasons"]
    assert first[:4] == ["'=Bad()", "wrong", "+371 21234567", "3"]
    assert first[4].startswith("E-mail: ")
    assert second[:4] == ["Line\nbreak", "x", "-5", "4"]
    mended = text.replace("wrong", "b@example.com").replace(",x,", ",c@example.com,").encode()
    again = run(administrator, "lead", mended)
    assert again.counts == counts(created=2)
    assert {"=Bad()", "Line break"} <= set(leads())


@pytest.mark.parametrize(
    ("options", "field", "code"),
    [
        ({"mapping": {"First name": "nonsense"}}, "mapping", "unknown_field"),
        ({"mapping": {"First name": "created_by"}}, "mapping", "read_only"),
        ({"mapping": {"First name": "email", "E-mail": "email"}}, "mapping", "duplicate_field"),
        ({"mapping": ["First name"]}, "mapping", "bad_value"),
        ({"mode": "merge"}, "mode", "bad_value"),
        ({"mode": "update"}, "match", "required"),
        ({"mode": "update", "match": "email"}, "match", "bad_value"),
        ({"match": ["nonsense"]}, "match", "unknown_field"),
        ({"match": ["labels"]}, "match", "not_matchable"),
        ({"create_choices": "yes"}, "create_choices", "bad_value"),
        ({"date_format": "whenever"}, "date_format", "bad_date_format"),
        ({"decimal_mark": "'"}, "decimal_mark", "bad_value"),
        ({"header_row": 0}, "header_row", "bad_value"),
        ({"values": {"nonsense": {}}}, "values", "unknown_field"),
        ({"colour": 1}, "colour", "unknown_option"),
    ],
)
def test_wrong_words_are_named_at_once(administrator: User, options: dict, field: str, code: str) -> None:
    with pytest.raises(BadOptions) as caught:
        upload(administrator, "lead", csv_of("First name,E-mail", "A,b@c.de"), **options)
    assert (field, code) in [(error.field, error.code) for error in caught.value.errors]
    assert ImportRun.objects.count() == 0


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"mapping": {"Nonsense": "email"}}, "unknown_column"),
        ({"mode": "update", "match": ["email"]}, "not_mapped"),
        ({"mapping": {"First name": ""}}, "nothing_mapped"),
    ],
)
def test_words_that_do_not_fit_the_file_are_named_at_the_start(
    administrator: User, options: dict, code: str
) -> None:
    draft = upload(administrator, "lead", csv_of("First name", "A"), **options)
    with pytest.raises(BadOptions) as caught:
        services.start(Actor(administrator), draft.pk, dry_run=True)
    assert [error.code for error in caught.value.errors] == [code]


def test_a_file_that_is_no_table_is_refused_at_the_start(administrator: User) -> None:
    draft = upload(administrator, "lead", b"%PDF-1.7", "leads.csv")
    with pytest.raises(FileProblem):
        services.start(Actor(administrator), draft.pk, dry_run=False)


def test_imports_need_the_right_and_belong_to_their_maker(
    administrator: User, stranger: User, seller_north: User, north: Team
) -> None:
    with pytest.raises(Forbidden):
        upload(stranger, "lead", csv_of("First name", "A"))
    draft = upload(administrator, "lead", csv_of("First name", "A"))
    for call in (services.get_import, services.preview, services.cancel, services.failed_rows_csv):
        with pytest.raises(NotFound):
            call(Actor(seller_north), draft.pk)
    for word in ("x", "", "-1", None, "9" * 30):
        with pytest.raises(NotFound):
            services.get_import(Actor(administrator), word)


def test_only_administrators_may_add_options(administrator: User, manager: User) -> None:
    draft = upload(manager, "lead", csv_of("First name,Source", "A,Fair"), create_choices=True)
    with pytest.raises(Forbidden):
        services.start(Actor(manager), draft.pk, dry_run=False)


def test_an_import_runs_once(administrator: User) -> None:
    done = run(administrator, "lead", csv_of("First name", "A"))
    with pytest.raises(WrongState):
        services.start(Actor(administrator), done.pk, dry_run=False)
    with pytest.raises(WrongState):
        services.configure(Actor(administrator), done.pk, {})
    with pytest.raises(WrongState):
        services.cancel(Actor(administrator), done.pk)


def test_the_real_path_of_names_is_not_used(administrator: User) -> None:
    draft = upload(administrator, "lead", csv_of("First name", "A"), "../../evil\x00.csv")
    kept_as = str(draft.file.name)
    assert kept_as.startswith("imports/")
    assert "evil" not in kept_as
    assert finish(administrator, draft).counts == counts(created=1)


def test_a_file_is_kept_and_started_in_one_step_or_not_at_all(administrator: User, settings: Any) -> None:
    uploads = settings.DATA_DIR / "media" / "imports"
    before = set(uploads.glob("*")) if uploads.exists() else set()
    refused: list[tuple[bytes, dict[str, Any]]] = [
        (b"%PDF-1.7", {}),
        (csv_of("First name", "A"), {"mapping": {"Nobody": "email"}}),
    ]
    for content, options in refused:
        with pytest.raises((FileProblem, BadOptions)):
            services.import_file(
                Actor(administrator), "lead", ContentFile(content), "a.csv", options, dry_run=False
            )
    assert set(uploads.glob("*")) == before
    assert ImportRun.objects.count() == 0
    good = ContentFile(csv_of("First name", "A"))
    started = services.import_file(Actor(administrator), "lead", good, "a.csv", dry_run=True)
    assert started.state == "queued"
    run_until_idle()
    assert services.get_import(Actor(administrator), started.pk).counts == counts(created=1)

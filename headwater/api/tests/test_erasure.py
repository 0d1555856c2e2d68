"""Attack 63: erasing a person leaves nothing of her anywhere, and says what was kept and why."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.management import call_command
from django.db import connection
from django.test import TestCase

from headwater.activities.events import log_event
from headwater.activities.services import add_comment
from headwater.customers import services as customers
from headwater.customers.models import Contact
from headwater.history.asof import rebuild
from headwater.history.disclosures import Act, note_disclosure
from headwater.history.models import HistoryEntry
from headwater.history.sealing import seal_entries
from headwater.history.verifying import verify
from headwater.jobs.services import run_until_idle
from headwater.metadata import registry
from headwater.metadata.custom.definitions import Definition, add_field
from headwater.pipeline.models import Lead, Opportunity
from headwater.records.saved.services import save_view
from headwater.records.values import snapshot
from headwater.records.write import delete_record, update_record
from headwater.reports.services import save_report
from headwater.testing.factories import (
    actor_of,
    make_contact,
    make_lead,
    make_opportunity,
    make_option,
    make_stage,
)
from headwater.transfer import services as imports
from headwater.transfer.erasure.plan import escaped
from headwater.transfer.models import ImportRun
from headwater.users.actor import SYSTEM
from headwater.users.models import OutgoingMail
from headwater.users.notices import notify_shared

pytestmark = pytest.mark.django_db

LATIN = ("Zyxandra", "Quillbeck", "zyxandra.quillbeck@example.net", "+371 29 123 987")
THAI = ("ซัยแซนดรา", "ควิลล์เบ็ค", "zyxandra.quillbeck@example.net", "029 123 987")
E164 = {LATIN: "+37129123987", THAI: "029 123 987"}


@pytest.fixture(autouse=True)
def _own_data_folder(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    settings.EMAIL_FILE_PATH = tmp_path / "mail"


def database() -> str:
    """Return everything that the database holds, blobs included."""
    if connection.vendor == "sqlite":
        connection.ensure_connection()
        lines = list(connection.connection.iterdump())
        return "\n".join(lines) + "\n".join(_blobs(lines))
    found = []
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        for (table,) in cursor.fetchall():
            # single words without a person, as the result says
            if table != "records_search_parts":
                cursor.execute(f"SELECT encode(convert_to(t::text, 'UTF8'), 'escape') FROM \"{table}\" t")
                cursor.execute(f'SELECT t::text FROM "{table}" t')
                found += [row for (row,) in cursor.fetchall()]
    return "\n".join(found)


def _blobs(lines: list[str]) -> Iterator[str]:
    for line in lines:
        for part in re.findall("X'([0-9A-F]*)'", line):
            yield bytes.fromhex(part).decode("utf-8", "ignore")


def files(folder: Path) -> str:
    return "\n".join(p.read_bytes().decode("utf-8", "ignore") for p in folder.rglob("*") if p.is_file())


def traces(words: Iterator[str] | tuple[str, ...] | list[str]) -> list[str]:
    """Return those of the words that are still stored somewhere, in any case or spelling."""
    stored = f"{database()}\n{files(settings.DATA_DIR)}".casefold()
    return [w for w in words if w.casefold() in stored or escaped(w).casefold() in stored]


class Person:
    """Somebody of whom everything in the product knows."""

    def __init__(self, administrator, seller, who):
        self.first, self.last, self.email, self.phone = who
        self.name = f"{self.first} {self.last}"
        self.words = [self.name, self.first, self.last, self.email, self.phone, E164[who]]
        self.seller, self.actor = seller, actor_of(seller)
        add_field("contact", Definition(label="Floor"))
        for name in ("contact", "lead"):
            add_field(name, Definition(label="Home", kind="address"))
        self._contact(who)
        self._around()
        self._elsewhere(administrator)
        self._files(administrator)

    def _contact(self, who):
        self.contact = make_contact(
            self.seller,
            first_name="Provisional",
            last_name=self.last,
            email=self.email,
            phone=self.phone,
            birthday="1980-04-01",
            notes=f"{self.name} likes tea",
            cf_floor=f"Floor of {self.last}",
            cf_home={"line1": f"c/o {self.name}", "country": "LV"},
        )
        update_record(
            self.actor, "contact", self.contact.pk, {"first_name": self.first, "job_title": "Buyer"}
        )
        update_record(self.actor, "contact", self.contact.pk, {"mobile": self.phone})

    def _around(self):
        self.lead = make_lead(
            self.seller,
            first_name=self.first,
            last_name=self.last,
            email=self.email.upper(),
            source=make_option("source", "Fair").key,
            cf_home={"line2": f"c/o {self.name}", "city": "Riga"},
        )
        customers.link_contact(self.actor, "lead", self.lead.pk, self.contact)
        make_stage()
        self.opportunity = make_opportunity(
            self.seller, title=f"Kitchen for {self.name.upper()}", lead=self.lead.pk
        )
        add_comment(self.actor, "contact", self.contact.pk, f"Called {self.first}, she was out.")
        log_event(self.actor, "contact", self.contact.pk, {"kind": "meeting", "body": f"Met {self.first}"})
        log_event(self.actor, "lead", self.lead.pk, {"kind": "meeting", "body": f"With {self.email}"})
        add_comment(self.actor, "lead", self.lead.pk, f"Write to {self.email} or ({self.phone})")

    def _elsewhere(self, administrator):
        wanted = {"all": [{"field": "email", "op": "eq", "value": self.email}]}
        save_view(self.actor, "contact", name=f"About {self.name}", settings={"filter": wanted})
        save_report(
            self.actor,
            name=f"Deals of {self.name}",
            definition={
                "v": 1, "root": "lead", "measures": [{"id": "m1", "ref": "lead.count"}],
                "rows": [{"id": "d1", "field": "source"}],
            },
        )  # fmt: skip
        note_disclosure(self.actor, Act.EXPORT, "contact", 1, {"search": self.name, "sentence": self.email})
        notify_shared(self.actor, [administrator], f"Deals of {self.name}", "/reports/1/")

    def _files(self, administrator):
        row = f"{self.first},{self.last},{self.email}"
        lines = f"First name,Last name,E-mail\n{row}\n{self.first},{self.last},{self.email} or so\n"
        actor = actor_of(administrator)
        done = imports.create_import(actor, "contact", ContentFile(lines.encode()), "people.csv", {})
        imports.start(actor, done.pk, dry_run=False)
        run_until_idle()
        imports.create_import(actor, "lead", ContentFile(f"Name\n{self.name}\n".encode()), "draft.csv", {})
        other = imports.create_import(actor, "lead", ContentFile(b"First name\nNobody\n"), "other.csv", {})
        self.imports = (done.pk, other.pk)
        folder = Path(settings.EMAIL_FILE_PATH)
        folder.mkdir()
        (folder / "1.log").write_text(f"Subject: x\n\n{self.email}\n")
        (folder / "2.log").write_text("Subject: x\n\nnobody\n")


@pytest.fixture(params=[LATIN, THAI], ids=["latin", "thai"])
def person(request, administrator, seller_north):
    return Person(administrator, seller_north, request.param)


def rehearse(api, person, **options):
    made = api.post(f"contacts/{person.contact.pk}/erasures", options)
    assert made.status_code == 202, made.json()
    run_until_idle()
    return api.client.get(made.headers["Location"]).json()


def erase(api, rehearsed):
    answer = api.post(f"erasures/{rehearsed['id']}/confirmation", {"typed": str(rehearsed["record_id"])})
    assert answer.status_code == 202, answer.json()
    with TestCase.captureOnCommitCallbacks(execute=True):
        run_until_idle()
    return api.get(f"erasures/{rehearsed['id']}").json()


def outcomes(erasure):
    return {(line["place"], line["outcome"]): line["count"] for line in erasure["lines"]}


@pytest.mark.attack(63)
def test_after_erasing_nothing_of_the_person_is_stored_anywhere(api_of, administrator, person):
    api = api_of(administrator)
    kept = api.post(
        "contacts", {"first_name": "Kept", "organization": person.name}, headers={"Idempotency-Key": "k"}
    )
    assert kept.status_code == 201
    seal_entries()
    before = (Contact.unscoped.count(), Lead.unscoped.count(), Opportunity.unscoped.count())
    assert traces(person.words) == person.words
    rehearsed = rehearse(api, person)
    assert traces(person.words) == person.words, "a rehearsal erases nothing"
    done = erase(api, rehearsed)
    assert done["state"] == "done"
    assert outcomes(done) == outcomes(rehearsed), "the rehearsal says what happens"
    assert traces(person.words) == []
    assert (Contact.unscoped.count(), Lead.unscoped.count(), Opportunity.unscoped.count()) == before
    contact = api.get(f"contacts/{person.contact.pk}").json()
    assert (contact["name"], contact["email"], contact["birthday"], contact["notes"]) == (
        "Erased",
        "",
        None,
        "",
    )
    assert Lead.unscoped.get(pk=person.lead.pk).source == person.lead.source
    assert ImportRun.objects.get(pk=person.imports[1]).file
    assert not (settings.DATA_DIR / "mail" / "1.log").exists()
    assert (settings.DATA_DIR / "mail" / "2.log").exists()


@pytest.mark.attack(63)
def test_what_is_erased_and_what_stays_is_said(api_of, administrator, person):
    erasure = rehearse(api_of(administrator), person)
    found = outcomes(erasure)
    assert found["fields", "erased"] >= 7
    assert found["comments", "erased"] == 2
    assert found["imports", "erased"] == 2
    assert found["mail_files", "erased"] == 1
    assert found["disclosures", "erased"] == 1
    assert found["records", "erased"] >= 3
    assert {place for place, outcome in found if outcome == "kept"} >= {
        "record",
        "facts",
        "outside",
        "backups",
    }
    assert all(line["said"] for line in erasure["lines"])
    assert ["lead", person.lead.pk] in next(x for x in erasure["lines"] if x["place"] == "records")["records"]


@pytest.mark.attack(62, 63)
def test_the_chain_of_history_stays_whole_and_lists_what_was_erased(api_of, administrator, person, capsys):
    seal_entries()
    head = verify().head
    api = api_of(administrator)
    erase(api, rehearse(api, person))
    seal_entries()
    found = verify(head)
    assert found.problem == ""
    assert found.redacted >= 4
    call_command("verify_history")
    said = capsys.readouterr().out
    assert f"personal data of contact {person.contact.pk}" in said
    assert "History is whole" in said
    sealed = verify()
    assert (sealed.problem, sealed.redacted) == ("", found.redacted)


def test_records_as_of_any_time_are_without_the_person_and_end_as_they_are(api_of, administrator, person):
    api = api_of(administrator)
    numbers = list(
        HistoryEntry.objects.filter(object="contact", record_id=person.contact.pk).values_list(
            "recorded_at", flat=True
        )
    )
    erase(api, rehearse(api, person))
    for name, pk in (
        ("contact", person.contact.pk),
        ("lead", person.lead.pk),
        ("opportunity", person.opportunity.pk),
    ):
        entry = registry.whole(name)
        record = entry.unscoped.get(pk=pk)
        last = HistoryEntry.objects.filter(object=name, record_id=pk).latest("pk")
        known = rebuild(name, pk, last.recorded_at) or {}
        now = {k: v for k, v in snapshot(entry, record).items() if v not in (None, "", [])}
        assert {k: known.get(k) for k in now} == now
    then = json.dumps(
        [rebuild("contact", person.contact.pk, at) for at in numbers], ensure_ascii=False, default=str
    )
    assert not [word for word in person.words if word in then]


def test_what_is_chosen_to_stay_stays_and_is_named(api_of, administrator, person):
    api = api_of(administrator)
    options = {"keep": ["job_title"], "also": [], "comments": False, "elsewhere": False}
    erasure = erase(api, rehearse(api, person, **options))
    contact = Contact.unscoped.get(pk=person.contact.pk)
    assert (contact.job_title, contact.email) == ("Buyer", "")
    stays = {line["place"] for line in erasure["lines"] if line["outcome"] == "kept"}
    assert {"kept_fields", "elsewhere", "comments_whole"} <= stays
    assert Lead.unscoped.get(pk=person.lead.pk).email
    assert verify().problem == ""


def test_a_deleted_record_can_be_erased_too(api_of, administrator, person):
    delete_record(SYSTEM, "contact", person.contact.pk)
    api = api_of(administrator)
    assert erase(api, rehearse(api, person))["state"] == "done"
    assert traces(person.words) == []


def test_erasing_needs_its_right_the_typed_number_and_a_rehearsal(
    api_of, administrator, seller_north, person
):
    address = f"contacts/{person.contact.pk}/erasures"
    assert api_of(seller_north).post(address, {}).status_code == 403
    assert api_of(administrator, scope="write").post(address, {}).status_code == 403
    api = api_of(administrator)
    wrong = api.post(address, {"keep": ["owner"]})
    assert wrong.status_code == 422
    assert "owner" in wrong.json()["detail"]
    made = api.post(address, {}).json()
    early = api.post(f"erasures/{made['id']}/confirmation", {"typed": str(made["record_id"])})
    assert early.status_code == 409
    run_until_idle()
    assert api.post(f"erasures/{made['id']}/confirmation", {"typed": "yes"}).status_code == 422
    assert api_of(seller_north).get(f"erasures/{made['id']}").status_code == 403
    assert traces(person.words) == person.words
    erase(api, made)
    again = api.post(f"erasures/{made['id']}/confirmation", {"typed": str(made["record_id"])})
    assert again.status_code == 409
    assert OutgoingMail.objects.exists()

"""The two doors: what they write, what they refuse, and that nothing is lost."""

import pytest

from headwater.history.models import HistoryEntry
from headwater.lib.memo import unit_of_work
from headwater.records.bulk import RowWrite, write_records
from headwater.records.errors import Invalid, NotFound, Stale
from headwater.records.find import find_records, get_record
from headwater.records.write import create_record, delete_record, restore_record, update_record
from headwater.testing.factories import make_contact, make_lead
from headwater.users.actor import Actor

pytestmark = pytest.mark.django_db


@pytest.fixture
def actor(administrator):
    return Actor(administrator)


def codes(refused):
    return {(error.field, error.code) for error in refused.value.errors}


def judged(results):
    return [(result.outcome, result.changes.get("job_title")) for result in results]


def test_every_wrong_value_is_named_and_nothing_is_written(actor):
    with pytest.raises(Invalid) as refused:
        create_record(
            actor, "contact", {"email": "nobody", "planet": "Mars", "name": "X", "birthday": "31.2."}
        )
    assert codes(refused) == {
        ("email", "not_email"),
        ("planet", "unknown_field"),
        ("name", "read_only"),
        ("birthday", "not_date"),
        ("first_name", "required"),
    }
    assert find_records(actor, "contact").count() == 0
    assert not HistoryEntry.objects.filter(object="contact").exists()


def test_an_unchanged_value_writes_nothing(actor):
    contact = make_contact(actor, job_title="Buyer")
    before = HistoryEntry.objects.count()
    assert update_record(actor, "contact", contact.pk, {"job_title": " Buyer "}).version == 1
    assert HistoryEntry.objects.count() == before


def test_who_saves_over_a_newer_version_is_told(actor):
    contact = make_contact(actor)
    update_record(actor, "contact", contact.pk, {"job_title": "Buyer"}, version=1)
    with pytest.raises(Stale) as stale:
        update_record(actor, "contact", contact.pk, {"job_title": "Director"}, version=1)
    assert stale.value.current.job_title == "Buyer"


def test_deleting_hides_and_restoring_brings_back(actor):
    contact = make_contact(actor, first_name="Zelda")
    delete_record(actor, "contact", contact.pk)
    with pytest.raises(NotFound):
        get_record(actor, "contact", contact.pk)
    assert not find_records(actor, "contact", search="zelda").exists()
    restore_record(actor, "contact", contact.pk)
    assert find_records(actor, "contact", search="zelda").get().pk == contact.pk
    assert list(
        HistoryEntry.objects.filter(object="contact").order_by("id").values_list("verb", flat=True)
    ) == [
        "created",
        "deleted",
        "restored",
    ]


def test_an_external_id_is_taken_once_among_the_living(actor):
    first = make_contact(actor, external_id="7", external_system="old")
    with pytest.raises(Invalid) as refused:
        make_contact(actor, external_id="7", external_system="old")
    assert codes(refused) == {("external_id", "duplicate")}
    make_contact(actor, external_id="7", external_system="another")
    delete_record(actor, "contact", first.pk)
    make_contact(actor, external_id="7", external_system="old")
    with pytest.raises(Invalid):
        restore_record(actor, "contact", first.pk)


def test_bad_rows_fail_alone(actor):
    results = write_records(
        actor,
        "contact",
        [
            RowWrite({"first_name": "Anna", "phone": "29123456", "external_id": "1"}),
            RowWrite({"first_name": "Berta", "email": "nobody"}),
            RowWrite({"first_name": "Celia", "external_id": "1"}),
        ],
    )
    assert [result.outcome for result in results] == ["created", "failed", "failed"]
    assert results[2].errors[0].code == "duplicate"
    stored = find_records(actor, "contact").get()
    assert stored.phone_e164 == "+37129123456"
    assert find_records(actor, "contact", search="29 123 456").get() == stored


def test_a_rehearsal_judges_alike_and_writes_nothing(actor):
    contact = make_contact(actor, job_title="Buyer")
    rows = [
        RowWrite({"job_title": "Director"}, contact.pk),
        RowWrite({"first_name": "New"}),
        RowWrite({"email": "nobody"}, contact.pk),
    ]
    entries = HistoryEntry.objects.count()
    rehearsed = [
        (r.outcome, r.changes.get("job_title")) for r in write_records(actor, "contact", rows, dry_run=True)
    ]
    assert HistoryEntry.objects.count() == entries
    contact.refresh_from_db()
    assert contact.job_title == "Buyer"
    written = judged(write_records(actor, "contact", rows))
    assert rehearsed == written == [("updated", ["Buyer", "Director"]), ("created", None), ("failed", None)]


def test_bulk_work_costs_a_bounded_number_of_statements(actor, django_assert_max_num_queries):
    rows = [RowWrite({"first_name": f"P{n}", "external_id": str(n)}) for n in range(300)]
    with unit_of_work(), django_assert_max_num_queries(25):
        write_records(actor, "contact", rows)
    assert find_records(actor, "contact").count() == 300


def test_what_others_may_not_see_is_not_found_in_bulk(seller_north, seller_south):
    foreign = make_lead(seller_south)
    (result,) = write_records(Actor(seller_north), "lead", [RowWrite({"job_title": "X"}, foreign.pk)])
    assert (result.outcome, result.errors[0].code) == ("failed", "not_found")
    foreign.refresh_from_db()
    assert foreign.job_title == ""

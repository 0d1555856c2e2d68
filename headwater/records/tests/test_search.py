"""Search: any part of a name, phones and e-mails in any spelling, only what one may see."""

from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection

from headwater.jobs.services import run_until_idle
from headwater.metadata.custom.definitions import Definition, add_field, switch_field
from headwater.records.bulk import RowWrite, write_records
from headwater.records.field_rights import set_field_rights
from headwater.records.find import find_records
from headwater.records.search import parts
from headwater.records.search.best import find_best
from headwater.records.search.models import SearchRow
from headwater.records.write import delete_record, restore_record, update_record
from headwater.testing.factories import make_lead
from headwater.users.actor import SYSTEM, Actor

pytestmark = pytest.mark.django_db


@pytest.fixture
def lead(seller_north):
    return make_lead(
        seller_north,
        first_name="Jānis",
        last_name="Bērziņš",
        email="J.Berzins@Example.com",
        phone="+371 29 123 456",
    )


@pytest.mark.parametrize(
    "typed",
    ["j", "Jān", "jan", "ĒRZI", "berz", "bērziņš jānis", "j.berzins@", "example.com", "29123456", "+371 2912",
     "00371 29123456", "29-123-456", "123456", "+371 (0)29 123 456", "๒๙๑๒๓๔๕๖", "rz", "ņ", "ex", "@", "š",
     "mailto:J.Berzins@example.com", "Jānis Bērziņš <j.berzins@EXAMPLE.com>;", "ＢＥＲＺＩＮＳ"],
)  # fmt: skip
def test_found(lead, seller_north, typed):
    assert list(find_records(Actor(seller_north), "lead", search=typed)) == [lead]


@pytest.mark.parametrize(
    "typed", ["xyz", "janis ozols", "%", "_", "*", "?", "[", "'", '"', "\\", "\x00", "x" * 5000]
)
def test_not_found_and_no_error(lead, seller_north, typed):
    assert not find_records(Actor(seller_north), "lead", search=typed).filter(pk=lead.pk).exists()


def test_thai_and_khmer_are_found_by_any_part(seller_north):
    thai = make_lead(seller_north, first_name="สมชาย", last_name="ใจดี")
    khmer = make_lead(seller_north, first_name="សុខ", last_name="ស្រីមុំ")
    assert list(find_records(Actor(seller_north), "lead", search="มชา")) == [thai]
    assert list(find_records(Actor(seller_north), "lead", search="ស្រី")) == [khmer]


@pytest.mark.parametrize(
    ("stored", "typed"),
    [("Łukasz Øst", "lukasz ost"), ("សុខ\u200bស្រី", "ខស្រ"), ("สมชาย", "ม"), ("สมชาย", "ชา"), ("ស្រីមុំ", "មុ"),
     ("Straße", "STRASSE"), ("สมชาย ๑๒๓", "123")],
)  # fmt: skip
def test_letters_of_every_script_are_compared_alike(seller_north, stored, typed):
    record = make_lead(seller_north, first_name=stored)
    assert list(find_records(Actor(seller_north), "lead", search=typed)) == [record]


def test_a_changed_name_is_found_at_once(lead, seller_north):
    update_record(Actor(seller_north), "lead", lead.pk, {"first_name": "Oskars"})
    assert list(find_records(Actor(seller_north), "lead", search="oska")) == [lead]
    assert not find_records(Actor(seller_north), "lead", search="jānis").exists()


def test_others_do_not_find_it(lead, seller_south):
    assert not find_records(Actor(seller_south), "lead", search="jānis").exists()


def test_the_index_holds_exactly_the_stored_texts(lead, seller_north):
    actor = Actor(seller_north)
    rows = [RowWrite({"last_name": name}) for name in ("Ozols", "Kalns")]
    made = [result.record_id for result in write_records(actor, "lead", rows)]
    write_records(actor, "lead", [RowWrite({"last_name": "Zeme"}, made[0])])
    delete_record(SYSTEM, "lead", made[1])
    delete_record(SYSTEM, "lead", lead.pk)
    restore_record(SYSTEM, "lead", lead.pk)
    update_record(actor, "lead", lead.pk, {"first_name": "Oskars"})
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            for table in ("records_search_fts", "records_search_words"):
                cursor.execute(f"INSERT INTO {table}({table}, rank) VALUES ('integrity-check', 1)")
    texts = SearchRow.objects.filter(object="lead").order_by("record_id").values_list("record_id", "text")
    assert [pk for pk, _text in texts] == sorted([lead.pk, made[0]])
    for name, found in (("oska", lead.pk), ("zeme", made[0])):
        assert [each.pk for each in find_records(actor, "lead", search=name)] == [found]
    for gone in ("ozols", "kalns", "jānis"):
        assert not find_records(actor, "lead", search=gone).exists()


def test_the_migration_carries_what_is_stored(lead, seller_north):
    """Go back to before the index of whole words, and forward again, with records there."""
    migration = import_module("headwater.records.migrations.0006_search_whole_words")
    parts._known.clear()

    class Editor:
        def __init__(self):
            self.connection = connection

        def execute(self, sql, params=None):
            with connection.cursor() as cursor:
                cursor.execute(sql, params)

    migration.backwards(apps, Editor())
    migration.forwards(apps, Editor())
    actor = Actor(seller_north)
    for typed in ("berzins", "ber", "rz", "@", "example", "29123456"):
        assert find_best(actor, "lead", typed, 5).records == [lead]
    later = make_lead(seller_north, first_name="Zane", email="q@w.test")
    assert find_best(actor, "lead", "q@", 5).records == [later]


def test_a_field_that_is_switched_off_is_not_found_by_any_more(administrator, seller_north):
    key = add_field("lead", Definition(label="Nickname")).key
    other = add_field("lead", Definition(label="Alias")).key
    role = seller_north.role
    set_field_rights(Actor(administrator), role, {("lead", other): "hidden", ("lead", key): "hidden"})
    lead = make_lead(seller_north, first_name="Anna")
    update_record(Actor(administrator), "lead", lead.pk, {key: "Ūdensroze", other: "Mežs"})
    run_until_idle()

    def found_by(user, word):
        return find_records(Actor(user), "lead", search=word).exists()

    assert found_by(administrator, "udens")
    switch_field("lead", key, is_active=False)
    run_until_idle()
    assert not found_by(administrator, "udens")
    assert found_by(administrator, "mezs")
    assert found_by(seller_north, "anna")
    assert not found_by(seller_north, "mezs")
    switch_field("lead", key, is_active=True)
    run_until_idle()
    assert found_by(administrator, "udens")
    assert found_by(seller_north, "anna")
    assert not found_by(seller_north, "udens")

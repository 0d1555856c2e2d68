"""Custom fields at the doors: written, read, sorted, remembered and taken back like declared ones."""

from decimal import Decimal
from typing import Any

import pytest

from headwater.history.models import HistoryEntry
from headwater.jobs.services import run_until_idle
from headwater.lib.collation import sort_key
from headwater.lib.memo import unit_of_work
from headwater.metadata import registry
from headwater.metadata.custom.definitions import (
    BadDefinition,
    Definition,
    add_field,
    change_field,
    fields_of,
    move_field,
    offered_kinds,
    order_fields,
    switch_field,
)
from headwater.metadata.custom.slots import family_of
from headwater.metadata.errors import FilterError
from headwater.metadata.filters import parse_filter
from headwater.metadata.tests import world
from headwater.records.bulk import RowWrite, write_records
from headwater.records.context import filter_context
from headwater.records.errors import Invalid
from headwater.records.find import find_records, get_record
from headwater.records.neighbors import neighbors
from headwater.records.paging import page_records
from headwater.records.saved.settings import read_settings
from headwater.records.write import create_record, update_record
from headwater.testing.factories import make_contact, make_lead
from headwater.users.actor import Actor

pytestmark = pytest.mark.django_db


@pytest.fixture
def actor(administrator):
    return Actor(administrator)


def add(kind: str, label: str, object_name: str = "lead", **more: Any) -> str:
    return add_field(object_name, Definition(label=label, kind=kind, **more)).key


def codes(refused):
    return {error.field: error.code for error in refused.value.errors}


def problems(refused):
    return {problem.at: problem.code for problem in refused.value.problems}


GIVEN = {
    "text": ("  Ķekava   centrs ", "Ķekava centrs"),
    "long_text": ("one\r\ntwo", "one\ntwo"),
    "choice": ("Red", "red"),
    "multi_choice": (["Blue", "red"], ["red", "blue"]),
    "integer": ("12", 12),
    "decimal": ("1.50", 1.5),
    "money": (10.1, 10.1),
    "percent": ("12.5 %", 12.5),
    "duration": ("1:30", 5_400),
    "boolean": ("yes", True),
    "date": ("2026-03-01", "2026-03-01"),
    "instant": ("2026-03-01T10:00:00+02:00", "2026-03-01T08:00:00Z"),
    "email": ("A@B.com", "a@b.com"),
    "phone": ("26 123 456", "26 123 456"),
    "url": ("example.com", "https://example.com"),
    "address": ({"line1": " Brīvības  1", "country": "latvija"}, {"line1": "Brīvības 1", "country": "LV"}),
}
"""What is typed by kind, and what is kept in JSON form."""


def test_every_kind_is_read_kept_and_remembered(actor):
    assert (
        GIVEN.keys() | {"user", "relation", "relations", "file", "computed"}
        == offered_kinds(registry.get("lead")).keys()
    )
    keys = {kind: add(kind, f"My {kind}", options=("Red", "Blue")) for kind in GIVEN}
    typed = {keys[kind]: value for kind, (value, _kept) in GIVEN.items()}
    lead = create_record(actor, "lead", {"first_name": "Anna", **typed})
    stored = get_record(actor, "lead", lead.pk)
    kept = {kind: found.kind.to_json(found.value_of(stored)) for kind, found in fields(keys).items()}
    assert kept == {kind: value for kind, (_typed, value) in GIVEN.items()}
    entry = HistoryEntry.objects.get(object="lead", record_id=lead.pk)
    assert {key: entry.changes[key][1] for key in keys.values()} == {keys[k]: v for k, v in kept.items()}
    update_record(actor, "lead", lead.pk, dict.fromkeys(keys.values()))
    assert get_record(actor, "lead", lead.pk).custom is None


@pytest.mark.parametrize("kind", sorted(GIVEN))
def test_a_record_without_any_custom_value_is_empty_in_every_field(actor, kind):
    key = add(kind, "My own", options=("Red", "Blue"))
    bare = create_record(actor, "lead", {"first_name": "Bare"})
    full = create_record(actor, "lead", {"first_name": "Full", key: GIVEN[kind][0]})
    operators = registry.get("lead").fields[key].kind.operators
    for op in {"empty", "not_empty", "is_true", "is_false"}.intersection(operators):
        leaf = {"field": key, "op": op}
        for tree in (leaf, {"none": [leaf]}, {"none": [{"any": [leaf]}]}, {"none": [{"none": [leaf]}]}):
            wanted = parse_filter("lead", tree)
            told = {record.pk for record in (bare, full) if wanted.matches(record, filter_context(actor))}
            found = set(find_records(actor, "lead", tree).values_list("pk", flat=True))
            assert found == told, tree
            assert len({bare.pk, full.pk} & found) == 1, tree


def fields(keys):
    entry = registry.get("lead")
    return {kind: entry.fields[key] for kind, key in keys.items()}


def test_wrong_values_are_named(actor):
    number, grade = add("integer", "Rooms"), add("choice", "Grade", options=["A"])
    with pytest.raises(Invalid) as refused:
        create_record(actor, "lead", {"first_name": "A", number: "many", grade: "Z", "cf_none": 1})
    assert codes(refused) == {number: "not_number", grade: "unknown_choice", "cf_none": "unknown_field"}


@pytest.mark.parametrize("is_indexed", [False, True])
@pytest.mark.parametrize("kind", ["text", "integer", "decimal", "date", "instant", "boolean", "choice"])
def test_pages_follow_the_order_of_the_values(actor, manager, kind, is_indexed):
    key = add(kind, "Mine", options=("a", "b", "c"), is_indexed=is_indexed and bool(family_of(kind)))
    run_until_idle()
    pools = {
        "text": world.TEXTS,
        "integer": (0, -5, 12, 100, 9),
        "decimal": (Decimal("0.10"), Decimal("9.5"), Decimal("12.50"), Decimal("-3")),
        "date": world.DAYS,
        "instant": world.MOMENTS,
        "boolean": (True, False),
        "choice": ("a", "b", "c"),
    }
    values = [*pools[kind], None, None]
    people = (actor.user_id, manager.pk)
    rows = [
        RowWrite({"first_name": f"N{n}", "owner": people[n % 2], key: value})
        for n, value in enumerate(values)
    ]
    numbers = [result.record_id or 0 for result in write_records(actor, "lead", rows)]
    found = registry.get("lead").fields[key]
    records = find_records(actor, "lead").in_bulk(numbers)

    def place(number):
        value = found.value_of(records[number])
        return sort_key(value) if kind == "text" else value

    for word in (key, f"-{key}"):
        real = [number for number in numbers if place(number) is not None]
        descending = word.startswith("-")
        expected = sorted(sorted(real, reverse=descending), key=place, reverse=descending)
        empty = [number for number in numbers if place(number) is None]
        expected += sorted(empty, reverse=descending)
        assert walk(actor, word) == expected
        seen = [number for number in expected if records[number].owner_id == manager.pk]
        assert walk(Actor(manager), word) == seen
        middle = len(expected) // 2
        around = neighbors(actor, "lead", records[expected[middle]], filter=None, sort=(word,))
        assert around == (expected[middle - 1], expected[middle + 1])


def walk(actor, word):
    """Return the numbers of all pages in an order."""
    walked, after = [], None
    while True:
        page = page_records(actor, "lead", sort=(word,), limit=2, after=after, fields=("name",))
        walked += [record.pk for record in page.items]
        after = page.next
        if after is None:
            return walked


def test_a_mandatory_field_holds_up_new_records_and_its_own_emptying_only(actor):
    before = make_lead(actor)
    key = add("text", "Floor", is_required=True)
    with pytest.raises(Invalid) as refused:
        create_record(actor, "lead", {"first_name": "A"})
    assert codes(refused) == {key: "required"}
    assert update_record(actor, "lead", before.pk, {"job_title": "Boss"}).version == 2
    update_record(actor, "lead", before.pk, {key: "2nd"})
    with pytest.raises(Invalid) as refused:
        update_record(actor, "lead", before.pk, {key: " "})
    assert codes(refused) == {key: "required"}


def test_a_new_record_begins_with_the_default_and_may_be_emptied(actor):
    key = add("multi_choice", "Wishes", options=("Balcony", "Garage"))
    change_field("lead", key, Definition(label="Wishes", kind="multi_choice", default=["Garage"]))
    found = registry.get("lead").fields[key]
    assert found.value_of(make_lead(actor)) == ("garage",)
    assert found.value_of(make_lead(actor, **{key: []})) == ()
    with pytest.raises(BadDefinition) as refused:
        change_field("lead", key, Definition(label="Wishes", kind="multi_choice", default=["Pool"]))
    assert problems(refused) == {"default": "unknown_choice"}


def test_what_is_switched_off_is_gone_and_nothing_is_lost(actor):
    key = add("text", "Floor")
    lead = make_lead(actor, **{key: "2nd"})
    tree = {"field": key, "op": "eq", "value": "2nd"}
    switch_field("lead", key, is_active=False)
    assert key not in registry.get("lead").fields
    with pytest.raises(FilterError, match="“Floor” is switched off"):
        find_records(actor, "lead", tree)
    settings, gone = read_settings("lead", {"columns": ["name", key], "sort": [key]})
    assert settings.columns == ("name",)
    assert "The field “Floor” is switched off." in [problem.message for problem in gone]
    update_record(actor, "lead", lead.pk, {"job_title": "Boss"})
    switch_field("lead", key, is_active=True)
    assert list(find_records(actor, "lead", tree)) == [lead]


def test_the_next_unit_of_work_knows_a_new_field():
    with unit_of_work():
        assert "cf_floor" not in registry.get("lead").fields
    add("text", "Floor")
    with unit_of_work():
        assert "cf_floor" in registry.get("lead").fields
        add("text", "Rooms")
        assert "cf_rooms" in registry.get("lead").fields


def test_search_finds_texts_and_telephone_numbers(actor):
    words, phone = add("text", "Nickname", "contact"), add("phone", "Second phone", "contact")
    contact = make_contact(actor, **{words: "Ūdensroze", phone: "26 123 456"})
    for typed in ("udensr", "+371 26123456"):
        assert list(find_records(actor, "contact", search=typed)) == [contact]
    update_record(actor, "contact", contact.pk, {words: "Pļava"})
    assert not find_records(actor, "contact", search="udens").exists()
    assert find_records(actor, "contact", search="plava").exists()


@pytest.mark.attack(20)
def test_keys_are_safe_and_names_are_unique(actor):
    key = add("text", 'a\'); DROP TABLE "x" --%s$.[0]')
    assert key == "cf_a_drop_table_x_s_0"
    make_lead(actor, **{key: "'); --"})
    assert find_records(actor, "lead", {"field": key, "op": "eq", "value": "'); --"}).count() == 1
    assert not add("text", "Custom sort").endswith("_sort")
    assert add("text", "ชั้น").startswith("cf_")
    for label, code in (("first NAME", "duplicate"), ("custom SORT", "duplicate"), (" ", "required")):
        with pytest.raises(BadDefinition) as refused:
            add("text", label)
        assert problems(refused) == {"label": code}
    assert problems_of("contact", kind="money") == {"kind": "no_currency"}
    assert problems_of("lead", kind="magic") == {"kind": "unknown_kind"}
    assert problems_of("lead", kind="relation", target="user") == {"target": "unknown_object"}
    assert problems_of("lead", kind="decimal", decimal_places=7) == {"decimal_places": "bad_places"}
    assert problems_of("lead", kind="choice", options=["a|b"]) == {"options": "bad_label"}
    assert problems_of("lead", labels={"xx": "?"}) == {"labels.xx": "bad_label"}


def problems_of(object_name, **given):
    with pytest.raises(BadDefinition) as refused:
        add_field(object_name, Definition(**({"label": "New", "kind": "text"} | given)))
    return problems(refused)


def test_the_kind_of_a_field_stays():
    key = add("text", "Floor")
    with pytest.raises(BadDefinition) as refused:
        change_field("lead", key, Definition(label="Floor", kind="integer"))
    assert problems(refused) == {"kind": "kind_stays"}


def test_fields_stand_in_their_order():
    one, two, three = (add("text", label) for label in ("One", "Two", "Three"))
    move_field("lead", three, -1)
    assert [row.key for row in fields_of("lead")] == [one, three, two]
    order_fields("lead", [two, "cf_unknown"])
    assert [row.key for row in fields_of("lead")] == [two, one, three]
    assert registry.get("lead").sections[-1].fields == (two, one, three)


def test_a_name_is_said_in_the_reader_s_language():
    from django.utils import translation

    key = add("text", "Floor", labels={"lv": "Stāvs"})
    label = registry.get("lead").fields[key].label
    assert str(label) == "Floor"
    with translation.override("lv"):
        assert str(label) == "Stāvs"


def test_a_link_leads_only_to_what_the_writer_sees(actor, seller_north, seller_south):
    key = add("relation", "Neighbour", target="contact")
    hidden = make_contact(Actor(seller_south))
    with pytest.raises(Invalid) as refused:
        create_record(Actor(seller_north), "lead", {"first_name": "A", key: hidden.pk})
    assert codes(refused) == {key: "not_found"}
    with pytest.raises(FilterError):
        find_records(actor, "lead", {"field": f"{key}.first_name", "op": "not_empty"})

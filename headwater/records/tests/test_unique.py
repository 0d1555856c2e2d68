"""Unique custom fields: no two living records of an object have the same value, whoever writes when."""

from collections.abc import Callable
from typing import Any

import pytest

from headwater.jobs.services import run_until_idle
from headwater.lib.memo import unit_of_work
from headwater.metadata import registry
from headwater.metadata.custom.definitions import (
    BadDefinition,
    Definition,
    add_field,
    change_field,
    get_field,
    switch_field,
)
from headwater.pipeline.models import Lead
from headwater.records import slots, unique
from headwater.records.bulk import RowWrite, write_records
from headwater.records.errors import Invalid
from headwater.records.models import UniqueValue
from headwater.records.write import create_record, delete_record, restore_record, update_record
from headwater.testing.factories import make_contact, make_lead
from headwater.testing.two_writers import only_postgresql
from headwater.users.actor import SYSTEM, Actor

pytestmark = pytest.mark.django_db


def add(label: str = "Code", kind: str = "text", object_name: str = "lead", **more: Any) -> str:
    more.setdefault("is_unique", True)
    key = add_field(object_name, Definition(label=label, kind=kind, target="contact", **more)).key
    run_until_idle()
    return key


def mark(key: str, label: str = "Code", *, is_unique: bool = True) -> None:
    row = get_field("lead", key)
    change_field("lead", key, Definition(label=label, kind=row.kind, is_unique=is_unique))
    run_until_idle()


def state(key: str) -> Any:
    return unique.uniqueness_of(get_field("lead", key))


def refused(work: Callable[..., Any], *args: Any) -> dict[str, str]:
    with pytest.raises(Invalid) as found:
        work(*args)
    assert {error.code for error in found.value.errors} == {"taken"}
    return {error.field: error.message for error in found.value.errors}


@pytest.mark.parametrize(
    ("kind", "value", "same", "other"),
    [
        ("text", "Ķekava  A", "ķEKAVA a", "Ķekava"),
        ("email", "A@b.com", "a@B.com", "c@b.com"),
        ("phone", "26 123 456", "+371 26123456", "26 123 457"),
        ("url", "https://example.com/A", "example.com/a", "example.com/b"),
        ("integer", 7, "7", 8),
        ("decimal", "1.50", 1.5, 1.51),
        ("date", "2026-03-01", "2026-03-01", "2026-03-02"),
    ],
)
def test_no_two_living_records_have_the_same_value(administrator, kind, value, same, other):
    actor = Actor(administrator)
    key = add(kind=kind)
    first = create_record(actor, "lead", {"first_name": "Anna", key: value})
    empty = [make_lead(actor), make_lead(actor)]
    told = refused(create_record, actor, "lead", {"first_name": "B", key: same})
    assert told == {key: "Code: “Anna” has this value already."}
    assert refused(update_record, actor, "lead", empty[0].pk, {key: same}).keys() == {key}
    update_record(actor, "lead", first.pk, {key: same, "job_title": "Boss"})
    update_record(actor, "lead", empty[1].pk, {key: other})
    update_record(actor, "lead", empty[1].pk, {key: None})
    update_record(actor, "lead", empty[0].pk, {key: other})
    delete_record(actor, "lead", first.pk)
    create_record(actor, "lead", {"first_name": "B", key: value})
    with pytest.raises(Invalid):
        restore_record(actor, "lead", first.pk)


def test_many_at_once_fail_row_by_row(administrator):
    actor = Actor(administrator)
    key = add()
    old = [make_lead(actor, **{key: code}) for code in "ab"]
    writes = [
        RowWrite({"first_name": "N", key: "A"}),
        RowWrite({"first_name": "N", key: "c"}),
        RowWrite({"first_name": "N", key: "C"}),
        RowWrite({"first_name": "N"}),
        RowWrite({key: "d"}, old[0].pk),
        RowWrite({key: "D"}, old[1].pk),
        RowWrite({key: "B"}, old[1].pk),
    ]
    expected = ["failed", "created", "failed", "created", "updated", "failed", "updated"]
    for dry_run in (True, False):
        results = write_records(actor, "lead", writes, dry_run=dry_run)
        assert [result.outcome for result in results] == expected
    held = set(UniqueValue.objects.values_list("form", flat=True))
    assert held == {"b", "c", "d"}
    make_lead(actor, **{key: "a"})


def test_the_other_record_is_named_only_to_who_may_see_it(administrator, seller_north, seller_south):
    key = add()
    make_lead(seller_south, first_name="Hidden", last_name="", **{key: "x"})
    told = refused(create_record, Actor(seller_north), "lead", {"first_name": "A", key: "X"})
    assert told == {key: "Code: another record has this value already."}


def test_a_field_of_another_object_or_another_field_is_another_matter(administrator):
    key, other = add(), add("Other")
    contact = add(object_name="contact")
    make_lead(administrator, **{key: "x", other: "x"})
    make_contact(administrator, **{contact: "x"})
    link = add("Twin", "relation")
    target = make_contact(administrator)
    make_lead(administrator, **{link: target.pk})
    assert refused(create_record, Actor(administrator), "lead", {"first_name": "A", link: target.pk})


def test_it_is_switched_on_only_where_nothing_clashes(administrator):
    actor = Actor(administrator)
    key = add(is_unique=False)
    one, other, gone = (make_lead(actor, **{key: code}) for code in ("x", "X", "x"))
    delete_record(actor, "lead", gone.pk)
    mark(key)
    assert state(key).state == "refused"
    assert state(key).clashes == [(one.pk, other.pk)]
    assert not get_field("lead", key).is_unique
    assert not registry.get("lead").fields[key].unique
    assert not UniqueValue.objects.exists()
    update_record(actor, "lead", other.pk, {key: "y"})
    mark(key)
    assert state(key).state == "unique"
    assert (key,) in registry.get("lead").match_keys
    assert refused(update_record, actor, "lead", other.pk, {key: "x"})


def test_what_is_written_while_records_are_looked_through_is_held_to_it(administrator, monkeypatch):
    actor = Actor(administrator)
    key = add(is_unique=False)
    leads = [make_lead(actor, **{key: str(number)}) for number in range(5)]
    change_field("lead", key, Definition(label="Code", is_unique=True))
    assert state(key).state == "checking"
    make_lead(actor, **{key: "new"})
    assert refused(create_record, actor, "lead", {"first_name": "A", key: "NEW"})
    monkeypatch.setattr(unique, "BATCH", 2)
    assert unique._check_some(registry.get("lead").fields[key].unique)
    assert 0 < state(key).percent < 100
    late = make_lead(actor, **{key: "4"})  # nobody has looked at the other one yet
    run_until_idle()
    assert state(key).clashes in ([(late.pk, leads[4].pk)], [(leads[4].pk, late.pk)])


def test_it_ends_when_the_field_is_unmarked_or_switched_off(administrator):
    actor = Actor(administrator)
    key = add()
    make_lead(actor, **{key: "x"})
    mark(key, is_unique=False)
    second = make_lead(actor, **{key: "x"})
    assert not UniqueValue.objects.exists()
    update_record(actor, "lead", second.pk, {key: "y"})
    mark(key)
    switch_field("lead", key, is_active=False)
    run_until_idle()
    assert not UniqueValue.objects.exists()
    switch_field("lead", key, is_active=True)
    run_until_idle()
    assert refused(update_record, actor, "lead", second.pk, {key: "x"})


def test_what_cannot_be_unique_says_so():
    for more, code in (
        ({"kind": "boolean"}, "not_unique"),
        ({"kind": "multi_choice"}, "not_unique"),
        ({"default": "x"}, "default"),
    ):
        with pytest.raises(BadDefinition) as found:
            add(**more)
        assert [(each.at, each.code) for each in found.value.problems] == [("is_unique", code)]


@only_postgresql
@pytest.mark.django_db(transaction=True)
def test_of_two_writers_at_the_same_time_one_is_refused(two_writers):
    key = add()
    old = make_lead(SYSTEM)

    def create(code):
        return lambda: create_record(SYSTEM, "lead", {"first_name": "A", key: code})

    def change():
        return update_record(SYSTEM, "lead", old.pk, {key: "Y"})

    def many():
        writes = [RowWrite({"first_name": "B", key: code}) for code in ("Z", "free")]
        return [result.outcome for result in write_records(SYSTEM, "lead", writes)]

    assert isinstance(two_writers(create("x"), create("X")), Invalid)
    assert isinstance(two_writers(create("y"), change), Invalid)
    assert two_writers(create("z"), many) == ["failed", "created"]
    assert two_writers(create("one"), create("two")).pk
    assert UniqueValue.objects.count() == Lead.unscoped.filter(custom__has_key=key).count() == 6


@only_postgresql
@pytest.mark.django_db(transaction=True)
def test_a_field_is_marked_only_when_those_who_write_by_the_old_definition_have_ended(two_writers):
    key = add_field("lead", Definition(label="Code", kind="integer")).key

    def write():
        make_lead(SYSTEM, **{key: 1})

    def marked():
        given = Definition(label="Code", kind="integer", is_unique=True, is_indexed=True)
        return change_field("lead", key, given).is_unique

    write()
    assert two_writers(write, marked) is True
    with unit_of_work():
        run_until_idle()
        assert len(state(key).clashes) == 1
        assert list(slots.verify_slots()) == []

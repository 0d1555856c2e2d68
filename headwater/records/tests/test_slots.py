"""Indexed custom fields: which have a slot, how it is filled and emptied, and that queries use its index."""

from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import connection

from headwater.jobs.services import run_until_idle
from headwater.lib import clock
from headwater.metadata import registry
from headwater.metadata.custom.definitions import (
    BadDefinition,
    Definition,
    add_field,
    change_field,
    switch_field,
)
from headwater.metadata.models import FieldSlot
from headwater.pipeline.models import Lead
from headwater.records import slots
from headwater.records.asof import as_of
from headwater.records.bulk import RowWrite, write_records
from headwater.records.bulk_delete import withdraw_records
from headwater.records.find import find_records
from headwater.records.paging import page_records
from headwater.records.write import create_record, delete_record, restore_record, update_record
from headwater.testing.factories import make_crowd, make_lead
from headwater.users.actor import Actor

pytestmark = pytest.mark.django_db
leads: Any = Lead.unscoped

KINDS = ("text", "email", "choice", "integer", "decimal", "user", "date")


def add(label: str, kind: str = "text", **more: Any) -> str:
    more.setdefault("is_indexed", True)
    key = add_field("lead", Definition(label=label, kind=kind, options=("a", "b"), **more)).key
    run_until_idle()
    return key


def mark(key: str, kind: str, label: str, *, is_indexed: bool) -> None:
    change_field("lead", key, Definition(label=label, kind=kind, is_indexed=is_indexed))


def differences() -> list[Any]:
    return list(slots.verify_slots())


def given_values(user_id: int) -> dict[str, Any]:
    return {
        "text": "Ķekava  Centrs",
        "email": "A@b.com",
        "choice": "a",
        "integer": 999_999_999_999_999,
        "decimal": "1234567890123.45",
        "user": user_id,
        "date": "2026-03-01",
    }


def test_every_way_of_writing_fills_the_slots(administrator, seller_north):
    actor = Actor(administrator)
    keys = {kind: add(f"My {kind}", kind) for kind in KINDS}
    values = {keys[kind]: value for kind, value in given_values(seller_north.pk).items()}
    lead = create_record(actor, "lead", {"first_name": "A", **values})
    assert leads.get(pk=lead.pk).slot_text_1 == "ķekava centrs"
    assert differences() == []
    start = clock.now()
    with time_machine.travel(start + timedelta(hours=1), tick=False):
        update_record(actor, "lead", lead.pk, {keys["text"]: "Other", keys["integer"]: None})
    rows = [RowWrite({"first_name": "B", **values}), RowWrite({keys["date"]: "2026-04-01"}, lead.pk)]
    with time_machine.travel(start + timedelta(hours=2), tick=False):
        write_records(actor, "lead", rows)
        with as_of(actor, start + timedelta(minutes=1)):
            then: dict[str, Any] = {
                "text": "ĶEKAVA centrs",
                "email": "a@B.com",
                "integer": 999_999_999_999_999,
            }
            for kind, value in then.items():
                tree = {"field": keys[kind], "op": "eq", "value": value}
                assert [found.pk for found in find_records(actor, "lead", tree)] == [lead.pk]
    assert differences() == []
    delete_record(actor, "lead", lead.pk)
    restore_record(actor, "lead", lead.pk)
    withdraw_records(actor, registry.get("lead"), [make_lead(actor, **values)])
    assert differences() == []


def test_a_marked_field_reads_json_until_its_slot_is_full(administrator):
    actor = Actor(administrator)
    key = add("Floor", "integer", is_indexed=False)
    made = [make_lead(actor, **{key: number}) for number in (3, 1, None, 2)]
    delete_record(actor, "lead", made[1].pk)
    mark(key, "integer", "Floor", is_indexed=True)
    field = registry.get("lead").fields[key]
    assert field.slot == "number_1"
    assert not field.reads_slot
    tree = {"field": key, "op": "ge", "value": 2}
    assert find_records(actor, "lead", tree).count() == 2
    run_until_idle()
    assert registry.get("lead").fields[key].reads_slot
    assert find_records(actor, "lead", tree).count() == 2
    restore_record(actor, "lead", made[1].pk)
    assert find_records(actor, "lead", {"field": key, "op": "eq", "value": 1}).count() == 1
    assert differences() == []


def test_filling_goes_on_where_it_was_stopped(administrator, monkeypatch):
    actor = Actor(administrator)
    key = add("Floor", "integer", is_indexed=False)
    made = [make_lead(actor, **{key: number}) for number in range(5)]
    mark(key, "integer", "Floor", is_indexed=True)
    monkeypatch.setattr(slots, "BATCH", 2)
    slot = FieldSlot.objects.get(object="lead", key=key)

    def stopped(done, total):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(slots.jobs, "report_progress", stopped)
        with pytest.raises(KeyboardInterrupt):
            slots.keep_slot(slot.pk)
    slot.refresh_from_db()
    assert (slot.place, slot.state) == (made[1].pk, "filling")
    assert 0 < slots.progress_of(slot) < 100
    late = make_lead(actor, **{key: 9})
    run_until_idle()
    slot.refresh_from_db()
    assert slot.state == "full"
    assert slots.progress_of(slot) == 100
    assert leads.get(pk=late.pk).slot_number_1 == 9
    assert differences() == []


def test_a_slot_is_cleared_and_taken_again(administrator):
    actor = Actor(administrator)
    key = add("Floor")
    lead = make_lead(actor, **{key: "2nd"})
    mark(key, "text", "Floor", is_indexed=False)
    assert registry.get("lead").fields[key].slot == ""
    run_until_idle()
    assert not FieldSlot.objects.exists()
    assert leads.get(pk=lead.pk).slot_text_1 is None
    mark(key, "text", "Floor", is_indexed=True)
    run_until_idle()
    switch_field("lead", key, is_active=False)
    run_until_idle()
    assert not FieldSlot.objects.exists()
    switch_field("lead", key, is_active=True)
    run_until_idle()
    assert leads.get(pk=lead.pk).slot_text_1 == "2nd"
    assert differences() == []


def test_without_a_free_slot_it_says_which_fields_have_them():
    for number in range(5):
        add(f"Number {number}", "integer")
    with pytest.raises(BadDefinition) as refused:
        add("Sixth", "money")
    (problem,) = refused.value.problems
    assert (problem.at, problem.code) == ("is_indexed", "no_slot")
    assert all(f"“Number {number}”" in problem.message for number in range(5))
    assert add("A text still can")
    for kind in ("boolean", "long_text", "multi_choice", "instant"):
        with pytest.raises(BadDefinition) as refused:
            add("Other", kind)
        assert [each.code for each in refused.value.problems] == ["no_index"]
    off = add("Off", "integer", is_indexed=False)
    with pytest.raises(BadDefinition):
        mark(off, "integer", "Off", is_indexed=True)


def test_very_long_texts_fit_and_are_told_apart(administrator):
    key = add("Code")
    texts = ["\ufdfa" * 199 + end for end in "ab"]
    made = [make_lead(administrator, **{key: text}) for text in texts]
    for lead, text in zip(made, texts, strict=True):
        tree = {"field": key, "op": "eq", "value": text}
        assert [each.pk for each in find_records(Actor(administrator), "lead", tree)] == [lead.pk]


def test_the_command_finds_what_differs_and_mends_it(administrator, capsys):
    key = add("Floor", "integer")
    lead = make_lead(administrator, **{key: 2})
    call_command("verify_slots")
    leads.filter(pk=lead.pk).update(slot_number_1=3, slot_date_4="2026-01-01")
    with pytest.raises(CommandError, match=r"lead cf_floor: 1, lead slot_date_4: 1"):
        call_command("verify_slots")
    assert f"lead {lead.pk}: {key}" in capsys.readouterr().out
    leads.filter(pk=lead.pk).update(slot_date_4=None)
    call_command("verify_slots", "--mend")
    assert leads.get(pk=lead.pk).slot_number_1 == 2
    capsys.readouterr()


class Plans:
    """What the database said of how it would run the statements that read pages."""

    def __init__(self) -> None:
        self.indexes: set[str] = set()

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.lstrip("( ").startswith("SELECT") and "ORDER BY" in sql and "LIMIT" in sql:
            with connection.cursor() as cursor:
                if connection.vendor == "postgresql":
                    cursor.cursor.execute("EXPLAIN (FORMAT JSON) " + sql, params)
                    self._walk(cursor.fetchone()[0][0]["Plan"])
                else:
                    cursor.cursor.execute("EXPLAIN QUERY PLAN " + sql, params)
                    for *_numbers, told in cursor.fetchall():
                        words = told.split()
                        if "INDEX" in words:
                            self.indexes.add(words[words.index("INDEX") + 1])
        return execute(sql, params, many, context)

    def _walk(self, plan: dict[str, Any]) -> None:
        if "Index Name" in plan:
            self.indexes.add(plan["Index Name"])
        for inner in plan.get("Plans", ()):
            self._walk(inner)


CROWD = 2_000
CROWD_VALUES = {
    "text": lambda number: f"crowd {number}",
    "email": lambda number: f"crowd{number}@example.com",
    "choice": lambda number: "b",
    "integer": lambda number: -number,
    "decimal": lambda number: -number,
    "date": lambda number: str(date(2000, 1, 1) + timedelta(days=number)),
}


def add_among_many(kind: str, *owners: Any) -> str:
    """Add a field and many leads with values in it, a twentieth for each of the owners; return its key."""
    key = add("Mine", kind)
    by_place = {place: owner.pk for place, owner in enumerate(owners)}
    rows = []
    for number in range(CROWD):
        value = owners[0].pk if kind == "user" else CROWD_VALUES[kind](number)
        rows.append(RowWrite({"first_name": "A", key: value, "owner": by_place.get(number % 20)}))
    make_crowd("lead", rows)
    return key


def indexes_used(actor: Actor, **page: Any) -> set[str]:
    """Read a page and return the indexes that the database read for it."""
    plans = Plans()
    with connection.execute_wrapper(plans):
        page_records(actor, "lead", fields=("name",), limit=2, **page)
    return plans.indexes


@pytest.mark.parametrize(
    ("kind", "column"), [("text", "text_1_sort"), ("integer", "number_1"), ("date", "date_1")]
)
def test_lists_are_sorted_and_paged_by_the_index(administrator, manager, seller_north, kind, column):
    key = add_among_many(kind, manager, seller_north)
    family = column.removesuffix("_sort")
    for word in (key, f"-{key}"):
        for actor, index in (
            (Actor(administrator), f"lead_{column}"),
            (Actor(manager), f"lead_{family}_owner"),
        ):
            assert index in indexes_used(actor, sort=(word,))
            after = page_records(actor, "lead", sort=(word,), limit=1).next
            assert index in indexes_used(actor, sort=(word,), after=after)


@pytest.mark.parametrize(
    ("kind", "op", "value", "index"),
    [
        ("text", "eq", "Ķekava", "lead_text_1"),
        ("text", "in", ["a"], "lead_text_1"),
        ("email", "eq", "A@b.com", "lead_text_1"),
        ("choice", "in", ["a"], "lead_text_1"),
        ("integer", "ge", 5, "lead_number_1"),
        ("decimal", "between", [1, 2.5], "lead_number_1"),
        ("user", "me", None, "lead_number_1"),
        ("date", "in_range", {"from": "2026-01-01", "to": "2026-02-01"}, "lead_date_1"),
    ],
)
def test_filters_read_the_index(administrator, manager, kind, op, value, index):
    key = add_among_many(kind, manager)
    leaf = {"field": key, "op": op} | ({} if value is None else {"value": value})
    assert index in indexes_used(Actor(administrator), filter=leaf, sort=("job_title",))

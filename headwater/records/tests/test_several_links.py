"""Custom fields that link to several records or users: seen, kept and handed over as single links are."""

from typing import Any

import pytest

from headwater.history.models import HistoryEntry
from headwater.jobs.services import run_until_idle
from headwater.metadata import registry
from headwater.metadata.custom.definitions import BadDefinition, Definition, add_field
from headwater.records.bulk import RowWrite, write_records
from headwater.records.errors import Invalid
from headwater.records.find import find_records
from headwater.records.write import create_record, delete_record, update_record
from headwater.testing.factories import actor_of, make_contact, make_lead
from headwater.transfer.handover import hand_over
from headwater.transfer.tests.helpers import csv_of, living_leads, run, undo
from headwater.users.actor import SYSTEM, Actor

pytestmark = pytest.mark.django_db


@pytest.fixture
def key(db):
    return add("Neighbours", "contact")


def add(label: str, target: str) -> str:
    return add_field("lead", Definition(label=label, kind="relations", target=target)).key


def value(key: str, record: Any) -> tuple[int, ...]:
    record = find_records(SYSTEM, "lead").get(pk=record.pk)
    found: tuple[int, ...] = registry.whole("lead").fields[key].value_of(record)
    return found


def found(actor: Actor, key: str, op: str, *numbers: int) -> set[int]:
    tree = {"field": key, "op": op} | ({"value": list(numbers)} if numbers else {})
    return set(find_records(actor, "lead", tree).values_list("pk", flat=True))


def test_several_are_kept_in_their_order_and_found(key, administrator):
    actor = Actor(administrator)
    one, two, three = (make_contact(actor).pk for _ in range(3))
    both, single, none = (make_lead(actor, **{key: links}) for links in ([two, one, two], [one], []))
    assert value(key, both) == (two, one)
    assert find_records(SYSTEM, "lead").get(pk=none.pk).custom is None
    assert found(actor, key, "has_any", one, three) == {both.pk, single.pk}
    assert found(actor, key, "has_all", one, two) == {both.pk}
    assert found(actor, key, "has_none", two) == {single.pk, none.pk}
    assert found(actor, key, "empty") == {none.pk}
    update_record(actor, "lead", both.pk, {key: [one, three]})
    entry = HistoryEntry.objects.filter(object="lead", record_id=both.pk).latest("pk")
    assert entry.changes[key] == [[two, one], [one, three]]
    for wrong, code in (("x", "not_reference"), ({"a": 1}, "not_list"), (list(range(1, 200)), "too_many")):
        with pytest.raises(Invalid) as refused:
            update_record(actor, "lead", both.pk, {key: wrong})
        assert refused.value.errors[0].code == code


def test_nobody_links_to_what_she_does_not_see_nor_loses_it(key, administrator, seller_north, seller_south):
    north, south = actor_of(seller_north), actor_of(seller_south)
    mine, theirs, other = make_contact(north).pk, make_contact(south).pk, make_contact(south).pk
    with pytest.raises(Invalid) as refused:
        create_record(north, "lead", {"first_name": "A", key: [mine, theirs]})
    assert [error.code for error in refused.value.errors] == ["not_found"]
    lead = make_lead(seller_north)
    update_record(Actor(administrator), "lead", lead.pk, {key: [theirs, mine]})
    update_record(north, "lead", lead.pk, {key: []})
    assert value(key, lead) == (theirs,)
    write_records(north, "lead", [RowWrite({key: [mine]}, lead.pk)])
    assert value(key, lead) == (mine, theirs)
    with pytest.raises(Invalid):
        update_record(north, "lead", lead.pk, {key: [mine, other]})
    # What she may not see is not linked, for her.
    assert found(north, key, "has_any", theirs) == set()
    assert found(north, key, "has_none", theirs) == {lead.pk}
    assert found(Actor(administrator), key, "has_any", theirs) == {lead.pk}


def test_a_deleted_target_is_out_of_sight_and_comes_back(key, administrator):
    actor = Actor(administrator)
    contact, lead = make_contact(actor), make_lead(actor)
    update_record(actor, "lead", lead.pk, {key: [contact.pk]})
    delete_record(actor, "contact", contact.pk)
    assert found(actor, key, "has_any", contact.pk) == set()
    update_record(actor, "lead", lead.pk, {"first_name": "B"})
    assert value(key, lead) == (contact.pk,)


def test_users_are_handed_over_in_place(administrator, seller_north, seller_south, manager):
    key = add("Helpers", "user")
    lead = make_lead(administrator, **{key: [seller_north.pk, manager.pk]})
    also = make_lead(administrator, **{key: [seller_north.pk, seller_south.pk]})
    hand_over(Actor(administrator), seller_north, {f"lead.{key}": seller_south.pk})
    run_until_idle()
    assert value(key, lead) == (seller_south.pk, manager.pk)
    assert value(key, also) == (seller_south.pk,)


def test_files_name_them_by_title(key, administrator):
    actor = Actor(administrator)
    people = [make_contact(actor, first_name=name, last_name="").pk for name in ("Anna", "Bert, the elder")]
    helpers = add("Helpers", "user")
    content = csv_of(
        "First name,Neighbours,Helpers",
        'Zane,"Anna; Bert, the elder",admin@example.com',
        "Yves,Anna|Nobody,",
    )
    done = run(administrator, "lead", content.replace(b"admin@example.com", administrator.email.encode()))
    assert done.counts["failed"] == 1
    (lead,) = living_leads()
    assert value(key, lead) == tuple(people)
    assert value(helpers, lead) == (administrator.pk,)
    undo(administrator, done)
    assert living_leads() == []


def test_what_a_field_leads_to_is_asked_for():
    for target in ("", "team", "planet"):
        with pytest.raises(BadDefinition):
            add("X", target)

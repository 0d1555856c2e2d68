"""Sharing rules: what they give, to whom, from when to when, and what they refuse."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from headwater.access import grants
from headwater.access.errors import Forbidden
from headwater.access.explanation import effective_access, viewers
from headwater.access.models import Action, Grant, Holding, Level, RuleWalk, SharingRule
from headwater.access.roles import create_role, delete_role
from headwater.history.models import HistoryEntry
from headwater.jobs.models import Job
from headwater.jobs.services import run_until_idle
from headwater.lib.memo import unit_of_work
from headwater.metadata.custom.definitions import Definition, add_field, change_field, switch_field
from headwater.metadata.errors import FilterError
from headwater.metadata.models import ChoiceOption
from headwater.records.bulk import RowWrite, write_records
from headwater.records.find import find_records, may
from headwater.records.jobs import walk_rules
from headwater.records.models import Record
from headwater.records.sharing_rules import filling
from headwater.records.sharing_rules.services import delete_rule, save_rule, state_of
from headwater.records.write import create_record, delete_record, restore_record, update_record
from headwater.testing.factories import actor_of, make_customer, make_lead, make_opportunity, make_option
from headwater.testing.two_writers import only_postgresql
from headwater.users.actor import SYSTEM, Actor
from headwater.users.models import Organization, Role, User

pytestmark = pytest.mark.django_db

RICH = {"all": [{"field": "value", "op": "ge", "value": 1000}]}
Tree = dict[str, Any]


@pytest.fixture
def share(administrator, south):
    """Make a rule for the team South and let it find its records."""

    def make(tree: Tree = RICH, object_name: str = "lead", **more: Any) -> SharingRule:
        whom = {} if "role" in more else {"team": south}
        rule = SharingRule(**{"name": "Rich", "object": object_name, "filter": tree} | whom | more)
        save_rule(actor_of(administrator), rule)
        run_until_idle()
        return rule

    return make


def sees(user: User, record: Record, name: str = "lead") -> bool:
    return find_records(Actor(user), name).filter(pk=record.pk).exists()


def change(record: Record, name: str = "lead", /, **values: Any) -> None:
    update_record(SYSTEM, name, record.pk, values)


def test_a_rule_lets_a_team_see_and_what_is_changed_counts_at_once(
    share, administrator, seller_north, seller_south, sales
):
    rich, poor = make_lead(seller_north, value=5000), make_lead(seller_north, value=1)
    rule = share()
    assert (sees(seller_south, rich), sees(seller_south, poor)) == (True, False)
    assert not may(Actor(seller_south), rich, Action.EDIT)
    rule.level = Level.EDIT
    save_rule(actor_of(administrator), rule)
    assert may(Actor(seller_south), rich, Action.EDIT)
    rule.is_active = False
    save_rule(actor_of(administrator), rule)
    assert not sees(seller_south, rich)
    change(poor, value=2000)  # while it is off
    rule.is_active, rule.team = True, sales
    save_rule(actor_of(administrator), rule)
    assert sees(seller_south, rich)  # below Sales
    assert sees(seller_south, poor)
    assert Job.objects.filter(state="queued", task__contains="sharing").count() == 0
    delete_rule(actor_of(administrator), rule)
    assert not sees(seller_south, rich)
    run_until_idle()
    assert not Grant.objects.exists()
    assert not Holding.objects.exists()


def test_a_rule_for_a_role_reaches_its_people(share, administrator, manager, seller_north, seller_south):
    lead = make_lead(administrator, value=5000)
    share(role=seller_south.role, level=Level.EDIT)
    assert (sees(seller_south, lead), sees(seller_north, lead), sees(manager, lead)) == (True, True, False)


def test_another_filter_finds_anew_and_the_old_finds_count_no_more(
    share, administrator, seller_north, seller_south
):
    rich, poor = make_lead(seller_north, value=5000), make_lead(seller_north, value=1)
    rule = share()
    rule.filter = {"all": [{"field": "value", "op": "lt", "value": 10}]}
    save_rule(actor_of(administrator), rule)
    assert (sees(seller_south, rich), sees(seller_south, poor)) == (False, False)
    state = state_of(rule)
    assert (state.records, state.done, state.total) == (0, 0, 2)
    run_until_idle()
    assert (sees(seller_south, rich), sees(seller_south, poor)) == (False, True)
    assert set(Grant.objects.values_list("record_id", flat=True)) == {poor.pk}
    rule.refresh_from_db()
    assert rule.filled_at is not None
    assert state_of(rule) == (state_of(rule).__class__)(1, None, 0, "")


def test_every_way_of_writing_keeps_a_rule(share, administrator, seller_north, seller_south):
    share(level=Level.EDIT)
    actor = actor_of(administrator)
    lead = make_lead(seller_north, value=5000)
    assert sees(seller_south, lead)
    change(lead, value=10)
    assert not sees(seller_south, lead)
    results = write_records(
        actor, "lead", [RowWrite({"first_name": "N", "value": 7000}), RowWrite({"value": 3000}, lead.pk)]
    )
    made = find_records(SYSTEM, "lead").get(pk=results[0].record_id)
    assert (sees(seller_south, made), sees(seller_south, lead)) == (True, True)
    change(lead, owner=administrator.pk)
    assert sees(seller_south, lead)
    delete_record(actor, "lead", lead.pk)
    assert not sees(seller_south, lead)
    restore_record(actor, "lead", lead.pk)
    assert sees(seller_south, lead)
    assert not Job.objects.filter(task__contains="follow_links").exists()


def test_the_owner_and_fields_of_one_s_own_count(share, administrator, seller_north, seller_south, manager):
    key = add_field("lead", Definition(label="Floor", kind="integer")).key
    half = add_field("lead", Definition(label="Half", kind="computed", formula=f"{key} / 2")).key
    share({"all": [{"field": half, "op": "ge", "value": 5}]})
    share({"all": [{"field": "owner", "op": "in", "value": [manager.pk]}]})
    lead, other = create_record(SYSTEM, "lead", {"first_name": "A", key: 10}), make_lead(seller_north)
    assert (sees(seller_south, lead), sees(seller_south, other)) == (True, False)
    change(lead, **{key: 8})
    change(other, owner=manager.pk)
    assert (sees(seller_south, lead), sees(seller_south, other)) == (False, True)
    change_field("lead", half, Definition(label="Half", kind="computed", formula=f"{key} - 1"))
    run_until_idle()
    assert sees(seller_south, lead)


def test_related_records_count_as_soon_as_the_background_has_looked(share, seller_north, seller_south):
    share(
        {
            "all": [
                {
                    "exists": {
                        "path": "opportunities",
                        "where": {"all": [{"field": "amount", "op": "ge", "value": 100}]},
                    }
                }
            ]
        },
        "customer",
    )
    share({"all": [{"field": "customer.labels", "op": "not_empty"}]}, "opportunity")
    one, other = make_customer(seller_north), make_customer(seller_north)
    deal = make_opportunity(seller_north, customer=one.pk, amount=500)
    run_until_idle()
    assert (sees(seller_south, one, "customer"), sees(seller_south, other, "customer")) == (True, False)
    change(deal, "opportunity", customer=other.pk)
    run_until_idle()
    assert (sees(seller_south, one, "customer"), sees(seller_south, other, "customer")) == (False, True)
    assert not sees(seller_south, deal, "opportunity")
    label = make_option("label", "Important").key
    change(other, "customer", labels=[label])
    run_until_idle()
    assert sees(seller_south, deal, "opportunity")
    delete_record(SYSTEM, "customer", other.pk)
    run_until_idle()
    assert not sees(seller_south, deal, "opportunity")


def test_a_merged_option_means_the_other_in_rules_too(share, administrator, seller_north, seller_south):
    for label in ("Fair", "Expo"):
        make_option("source", label)
    lead = make_lead(seller_north, source="expo")
    share({"all": [{"field": "source", "op": "in", "value": ["fair"]}]})
    assert not sees(seller_south, lead)
    option = ChoiceOption.objects.get(list="source", key="fair")
    option.merged_into = ChoiceOption.objects.get(list="source", key="expo")
    option.save()
    run_until_idle()
    assert sees(seller_south, lead)
    option.delete()
    assert not sees(seller_south, lead)  # the filter cannot be read
    make_option("source", "Fair")
    assert not sees(seller_south, lead)  # nor does what it found before count
    update_record(SYSTEM, "lead", lead.pk, {"source": "fair"})
    run_until_idle()
    assert sees(seller_south, lead)


def test_what_hangs_on_settings_follows_them(share, seller_north, seller_south, north):
    lead = make_lead(seller_north)
    share({"all": [{"field": "owner.team", "op": "in", "value": [north.pk]}]})
    share({"none": [{"field": "owner", "op": "active"}]}, name="Orphans")
    assert sees(seller_south, lead)
    seller_north.team = None
    seller_north.save()
    run_until_idle()
    assert not sees(seller_south, lead)
    User.objects.filter(pk=seller_north.pk).update(is_active=False)
    run_until_idle()
    assert sees(seller_south, lead)


def test_days_are_asked_again_every_night_and_after_a_change_of_zone(share, seller_north, seller_south):
    with time_machine.travel(datetime(2026, 3, 1, 12, tzinfo=UTC), tick=False) as clock:
        lead = make_lead(seller_north, created_at="2026-02-20T12:00")
        late = make_lead(seller_north, created_at="2026-02-01T12:00Z")
        share({"all": [{"field": "created_at", "op": "older_than", "value": {"n": 2, "unit": "week"}}]})
        share({"all": [{"field": "created_at", "op": "in_range", "value": {"to": "2026-02-02"}}]})
        assert (sees(seller_south, lead), sees(seller_south, late)) == (False, True)
        clock.shift(timedelta(days=7))
        walk_rules.enqueue()
        run_until_idle()
        assert sees(seller_south, lead)
        before = Grant.objects.count()
        settings = Organization.objects.get()
        settings.zone = "Pacific/Kiritimati"
        settings.save()
        run_until_idle()
        assert Grant.objects.count() == before - 1


def test_a_filter_that_cannot_be_read_gives_nothing_until_it_has_found_anew(
    share, administrator, seller_north, seller_south
):
    key = add_field("lead", Definition(label="Floor", kind="integer")).key
    rule = share({"all": [{"field": key, "op": "ge", "value": 5}]})
    lead = create_record(SYSTEM, "lead", {"first_name": "A", key: 10})
    gone = create_record(SYSTEM, "lead", {"first_name": "B", key: 10})
    switch_field("lead", key, is_active=False)
    run_until_idle()
    assert not sees(seller_south, lead)
    assert "switched off" in state_of(rule).problem
    walk_rules.enqueue()
    run_until_idle()
    assert not RuleWalk.objects.exists()
    find_records(SYSTEM, "lead").filter(pk=gone.pk).update(custom={})
    switch_field("lead", key, is_active=True)
    assert not sees(seller_south, gone)
    run_until_idle()
    assert (sees(seller_south, lead), sees(seller_south, gone)) == (True, False)


def test_who_sees_a_record_and_what_reaches_a_person_name_the_rule(
    share, administrator, seller_north, seller_south
):
    lead = make_lead(seller_north, value=5000)
    share(name="Key accounts")
    why = {viewer.user.pk: viewer.why for viewer in viewers("lead", lead.pk, lead.owner_id)}
    assert "Key accounts" in why[seller_south.pk]
    lines = {line.entry.name: line for line in effective_access(seller_south)}
    assert [rule.name for rule in lines["lead"].rules] == ["Key accounts"]
    assert (lines["lead"].granted, lines["customer"].rules) == (1, ())
    assert [line.rules for line in effective_access(administrator)] == [()] * len(lines)


def test_every_change_is_in_the_audit_and_filling_is_not(share, administrator):
    rule = share()
    number, rule.level = rule.pk, Level.EDIT
    save_rule(actor_of(administrator), rule)
    delete_rule(actor_of(administrator), rule)
    entries = HistoryEntry.objects.filter(object="sharing_rule", record_id=number).order_by("pk")
    assert [entry.verb for entry in entries] == ["created", "updated", "deleted"]
    assert entries[1].changes == {"level": [1, 2]}
    assert not {"generation", "filled_at"} & {key for entry in entries for key in entry.changes}


@pytest.mark.parametrize(
    ("tree", "said"),
    [
        ({}, "at least one condition"),
        ("nonsense", "JSON object"),
        ({"all": [{"field": "gone", "op": "empty"}]}, "gone"),
        ({"all": [{"field": "owner", "op": "me"}]}, "Owner"),
        ({"all": [{"field": "owner", "op": "my_team"}]}, "Owner"),
        ({"all": [{"exists": {"path": "opportunities", "where": {"field": "owner", "op": "me"}}}]}, "Owner"),
        ({"all": [{"field": "followed", "op": "is_true"}]}, "every reader"),
        ({"all": [{"field": "created_at", "op": "newer_than", "value": {"n": 3, "unit": "hour"}}]}, "days"),
        ({"all": [{"field": "created_at", "op": "before", "value": {"rel": "now"}}]}, "days"),
    ],
)
def test_a_filter_that_a_rule_cannot_ask_is_refused(share, tree, said):
    with pytest.raises(FilterError, match=said):
        share(tree)
    assert not SharingRule.objects.exists()


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"name": "  "}, "name"),
        ({"name": "x" * 121}, "name"),
        ({"name": "a\x00"}, "name"),
        ({"object": "nothing"}, "object"),
        ({"team": None, "role": None}, "team"),
        ({"team": None, "team_id": 10**20}, "team"),
        ({"team": None, "role": None, "role_id": 99999}, "role"),
        ({"level": 7}, "level"),
    ],
)
def test_nonsense_is_refused_by_name(administrator, south, wrong, field):
    rule = SharingRule(name="X", object="lead", filter=RICH, team=south)
    for name, value in wrong.items():
        setattr(rule, name, value)
    with pytest.raises(ValidationError) as refused:
        save_rule(actor_of(administrator), rule)
    assert list(refused.value.message_dict) == [field]
    assert not SharingRule.objects.exists()


def test_a_rule_stays_with_its_object_and_rules_are_for_administrators(share, administrator, manager):
    rule = share()
    rule.object = "customer"
    with pytest.raises(ValidationError, match="another rule"):
        save_rule(actor_of(administrator), rule)
    with pytest.raises(Forbidden):
        save_rule(actor_of(manager), SharingRule.objects.get())
    with pytest.raises(Forbidden):
        delete_rule(actor_of(manager), SharingRule.objects.get())


def test_a_deleted_role_takes_its_rules_along_and_the_audit_knows(share, administrator):
    role = create_role(actor_of(administrator), "Guests", like=Role.objects.get(key="salesperson"))
    rule = share(role=role)
    delete_role(actor_of(administrator), role, into=None)
    assert not SharingRule.objects.exists()
    gone = HistoryEntry.objects.filter(object="sharing_rule", record_id=rule.pk, verb="deleted")
    assert gone.exists()
    walk_rules.enqueue()
    run_until_idle()
    assert not Holding.objects.exists()


class Killed(BaseException):
    """Stands for kill -9: nobody catches it and nothing is tidied up."""


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_killed_walk_goes_on_where_it_was(share, administrator, south, seller_north, monkeypatch, when):
    leads = [make_lead(seller_north, value=5000) for _n in range(8)]
    monkeypatch.setattr(filling, "BATCH", 3)
    rule = SharingRule(name="R", object="lead", filter=RICH, team=south)
    save_rule(actor_of(administrator), rule)
    real, calls = filling.truth.correct, []

    def dying(asked: Any, numbers: Any) -> int:
        calls.append(list(numbers))
        if len(calls) == 2 and when == "before":
            raise Killed
        done = real(asked, numbers)
        if len(calls) == 2:
            raise Killed
        return done

    with monkeypatch.context() as patch:
        patch.setattr(filling.truth, "correct", dying)
        with pytest.raises(Killed):
            filling.walk(rule.pk)
    assert (state_of(rule).done, state_of(rule).total, state_of(rule).records) == (3, 8, 3)
    filling.walk(rule.pk)
    assert (state_of(rule).done, state_of(rule).records) == (None, 8)
    assert Grant.objects.count() == len(leads)
    assert calls[1] == [lead.pk for lead in leads[3:6]]


def statements(work: Any) -> int:
    with unit_of_work():
        find_records(SYSTEM, "lead").count()
        with CaptureQueriesContext(
            connection,
        ) as found:
            work()
    return len(found)


def test_writes_cost_nothing_without_rules_and_little_with_many(share, seller_north, south):
    lead = make_lead(seller_north, value=1)

    def touch(values: dict[str, Any]) -> int:
        return statements(lambda: update_record(SYSTEM, "lead", lead.pk, values))

    def many(count: int) -> int:
        rows = [RowWrite({"first_name": str(n), "value": 5000}) for n in range(count)]
        return statements(lambda: write_records(SYSTEM, "lead", rows))

    touch({"first_name": "0"})
    alone, bulk, valued = touch({"first_name": "A"}), many(2), touch({"value": 3})
    for number in range(20):
        tree = {"all": [{"field": "value", "op": "ge", "value": 1000 + number}]}
        rule = SharingRule(name=str(number), object="lead", filter=tree, team=south)
        rule.save()
        grants.note_holders([("lead", grants.rule_holder(rule))])
    touch({"first_name": "0"})
    assert touch({"first_name": "B"}) == alone  # no rule reads it
    assert touch({"value": 2}) == valued + 1  # asks whether rules have the record
    assert many(2) - bulk <= 3
    assert many(20) - many(2) <= 2  # only more rows of grants
    assert touch({"value": 9000}) <= valued + 3
    assert touch({"value": 3}) <= valued + 2


@only_postgresql
@pytest.mark.django_db(transaction=True)
def test_who_links_to_a_record_while_it_changes_is_judged_by_what_it_is_then(
    two_writers, share, seller_north
):
    """The writer of the link cannot know of the change yet; the job of the change waits for the writer."""
    rule = share({"all": [{"field": "customer.labels", "op": "not_empty"}]}, "opportunity")
    make_option("label", "Important")
    one, other = make_customer(seller_north), make_customer(seller_north)
    deal = make_opportunity(seller_north, customer=one.pk)

    def label_it() -> None:
        change(other, "customer", labels=["important"])
        filling.follow("customer", [other.pk], {})

    two_writers(lambda: change(deal, "opportunity", customer=other.pk), label_it)
    assert state_of(rule).records == 1

"""The score of leads: points by rules, with their reasons."""

from unittest import mock

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from headwater.access.errors import Forbidden
from headwater.history.services import entries_of
from headwater.jobs.services import run_until_idle
from headwater.metadata.errors import FilterError
from headwater.pipeline import scoring
from headwater.pipeline.models import Lead, ScoreRule
from headwater.pipeline.scoring import delete_rule, reasons_of, save_rule
from headwater.records.bulk import RowWrite, write_records
from headwater.records.write import delete_record, restore_record, update_record
from headwater.testing.factories import actor_of, make_lead, make_opportunity
from headwater.users.actor import SYSTEM

pytestmark = pytest.mark.django_db

VALUABLE = {"all": [{"field": "value", "op": "ge", "value": 1000}]}
REACHABLE = {"any": [{"field": k, "op": "not_empty"} for k in ("email", "phone")]}
IN_TALKS = {"all": [{"exists": {"path": "opportunities"}}]}


def rule(administrator, name, points, tree, **more):
    return save_rule(actor_of(administrator), ScoreRule(name=name, points=points, filter=tree, **more))


def scored(lead):
    found = Lead.unscoped.get(pk=lead.pk)
    assert isinstance(found, Lead)
    return found.score, [(reason.name, reason.points) for reason in reasons_of(found)]


@pytest.fixture
def rules(administrator):
    return [
        rule(administrator, "Worth it", 30, VALUABLE),
        rule(administrator, "Can be reached", 5, REACHABLE),
    ]


def test_a_lead_is_scored_as_it_is_written(rules, seller_north):
    lead = make_lead(seller_north, value=5000, email="anna@example.com")
    assert scored(lead) == (35, [("Worth it", 30), ("Can be reached", 5)])
    update_record(actor_of(seller_north), "lead", lead.pk, {"value": 10})
    assert scored(lead) == (5, [("Can be reached", 5)])
    update_record(actor_of(seller_north), "lead", lead.pk, {"email": None})
    assert scored(lead) == (None, [])
    changes = [entry.changes["score"] for entry in entries_of("lead", lead.pk) if "score" in entry.changes]
    assert changes == [[None, 35], [35, 5], [5, None]]


def test_the_version_given_back_can_be_used_at_once(rules, seller_north):
    actor = actor_of(seller_north)
    lead = make_lead(seller_north, value=5000)
    changed = update_record(actor, "lead", lead.pk, {"value": 10}, version=lead.version)
    update_record(actor, "lead", lead.pk, {"value": 2000}, version=changed.version)
    assert scored(lead)[0] == 30


def test_many_at_once_are_scored_too(rules, seller_north):
    rows = [RowWrite({"first_name": f"L{n}", "value": n * 500}) for n in range(4)]
    results = write_records(actor_of(seller_north), "lead", rows)
    found = Lead.unscoped.in_bulk([result.record_id for result in results])
    assert [found[result.record_id].score for result in results] == [None, None, 30, 30]


def test_leads_follow_when_rules_change(rules, administrator, seller_north):
    rich, poor = make_lead(seller_north, value=5000), make_lead(seller_north, value=1)
    rules[0].points = 50
    save_rule(actor_of(administrator), rules[0])
    late = rule(administrator, "Cheap", -20, {"all": [{"field": "value", "op": "lt", "value": 10}]})
    assert scored(rich)[0] == 30
    run_until_idle()
    assert (scored(rich)[0], scored(poor)) == (50, (-20, [("Cheap", -20)]))
    late.is_active = False
    save_rule(actor_of(administrator), late)
    delete_rule(actor_of(administrator), rules[0])
    run_until_idle()
    assert (scored(rich), scored(poor)) == ((None, []), (None, []))


def test_what_a_rule_asks_of_related_records_counts_at_the_latest_over_night(administrator, seller_north):
    rule(administrator, "In talks", 10, IN_TALKS)
    lead = make_lead(seller_north)
    make_opportunity(seller_north, lead=lead.pk)
    assert scored(lead)[0] == 10  # its status changed with it
    assert scoring.score_all() == 0


def test_a_deleted_lead_is_left_alone_until_it_comes_back(administrator, seller_north):
    lead = make_lead(seller_north, value=5000)
    delete_record(actor_of(administrator), "lead", lead.pk)
    rule(administrator, "Worth it", 30, VALUABLE)
    run_until_idle()
    assert Lead.unscoped.get(pk=lead.pk).score is None
    restore_record(actor_of(administrator), "lead", lead.pk)
    assert scored(lead)[0] == 30


def test_the_score_cannot_be_written(rules, seller_north):
    lead = make_lead(seller_north)
    with pytest.raises(Exception, match="filled in by the system"):
        update_record(actor_of(seller_north), "lead", lead.pk, {"score": 99})


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"points": 0}, "points"),
        ({"points": 101}, "points"),
        ({"name": "  "}, "name"),
        ({"name": "x" * 121}, "name"),
    ],
)
def test_nonsense_is_refused(values, field, administrator):
    with pytest.raises(ValidationError) as refused:
        save_rule(actor_of(administrator), ScoreRule(**{"name": "X", "points": 5, "filter": {}} | values))
    assert list(refused.value.message_dict) == [field]
    assert not ScoreRule.objects.exists()


@pytest.mark.parametrize(
    "tree",
    [
        {"all": [{"field": "nonsense", "op": "eq", "value": 1}]},
        {"all": [{"field": "owner", "op": "me"}]},
        "nonsense",
    ],
)
def test_a_filter_that_means_nothing_is_refused(tree, administrator):
    with pytest.raises(FilterError):
        rule(administrator, "X", 5, tree)


def test_rules_are_for_administrators(seller_north, rules):
    with pytest.raises(Forbidden):
        save_rule(actor_of(seller_north), ScoreRule(name="X", points=5, filter={}))
    with pytest.raises(Forbidden):
        delete_rule(actor_of(seller_north), rules[0])


def test_a_rule_that_no_longer_works_gives_nothing_and_is_named(administrator, seller_north):
    broken = ScoreRule.objects.create(
        name="Old", points=5, filter={"all": [{"field": "gone", "op": "empty"}]}
    )
    lead = make_lead(seller_north)
    assert scored(lead) == (None, [])
    assert "gone" in scoring.problem_of(broken)


@given(
    st.lists(st.tuples(st.integers(-100, 100).filter(bool), st.integers(0, 5)), max_size=5), st.integers(0, 5)
)
def test_the_score_is_the_sum_of_its_reasons(bounds, value):
    given_rules = [
        ScoreRule(
            pk=n, name=str(n), points=points, filter={"all": [{"field": "value", "op": "ge", "value": bound}]}
        )
        for n, (points, bound) in enumerate(bounds, 1)
    ]
    wanted = [points for points, bound in bounds if value >= bound]
    with mock.patch.object(scoring, "rules", return_value=given_rules):
        lead = make_lead(SYSTEM, value=value)
        found = Lead.unscoped.get(pk=lead.pk)
        assert found.score == (sum(wanted) if wanted else None)
        assert [points for _number, points in found.score_reasons] == wanted

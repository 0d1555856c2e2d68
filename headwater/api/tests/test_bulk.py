"""Changing many records, and taking it back."""

import pytest

from headwater.history.models import HistoryEntry
from headwater.jobs.services import run_until_idle
from headwater.testing.factories import make_lead, make_option
from headwater.transfer import bulk
from headwater.transfer.models import ChangeSet

pytestmark = pytest.mark.django_db


@pytest.fixture
def api(api_of, manager):
    return api_of(manager)


@pytest.fixture
def leads(seller_north):
    return [make_lead(seller_north, employees=number, job_title="CEO") for number in range(5)]


def titles(api):
    return [lead["job_title"] for lead in api.get("leads", sort="employees").json()["items"]]


def undo(api, change_set):
    assert api.post(f"change-sets/{change_set}/undo").status_code == 202
    run_until_idle()


def test_the_records_of_a_filter_change_and_change_back(api, leads):
    where = {"all": [{"field": "employees", "op": "ge", "value": 3}]}
    answer = api.post("leads/bulk", {"filter": where, "set": {"job_title": "CFO", "priority": "high"}})
    assert answer.status_code == 202
    done = answer.json()
    assert (done["state"], done["counts"]) == ("done", {"updated": 2, "unchanged": 0, "failed": 0})
    assert titles(api) == ["CEO", "CEO", "CEO", "CFO", "CFO"]
    assert api.client.get(answer.headers["Location"]).json()["id"] == done["change_set"]
    undo(api, done["change_set"])
    assert titles(api) == ["CEO"] * 5
    assert api.get(f"change-sets/{done['id']}").json()["undo_counts"]["restored"] == 2


def test_named_records_change(api, leads):
    numbers = [leads[0].pk, leads[4].pk, leads[0].pk]
    done = api.post("leads/bulk", {"ids": numbers, "set": {"job_title": "CFO"}}).json()
    assert done["counts"]["updated"] == 2
    assert titles(api) == ["CFO", "CEO", "CEO", "CEO", "CFO"]
    assert HistoryEntry.objects.filter(change_set_id=done["id"], door="api").count() == 2


def test_what_others_changed_since_is_left_alone(api, api_of, leads, seller_north):
    done = api.post("leads/bulk", {"ids": [leads[0].pk, leads[1].pk], "set": {"job_title": "CFO"}}).json()
    api_of(seller_north).patch(f"leads/{leads[0].pk}", {"job_title": "COO"})
    undo(api, done["id"])
    assert titles(api)[:2] == ["COO", "CEO"]
    assert api.get(f"change-sets/{done['id']}").json()["conflicts"][0]["record_id"] == leads[0].pk


def test_many_are_changed_in_the_background(api, leads, monkeypatch):
    monkeypatch.setattr(bulk, "AT_ONCE", 2)
    started = api.post("leads/bulk", {"filter": {}, "set": {"job_title": "CFO"}}).json()
    assert started["state"] == "open"
    assert titles(api) == ["CEO"] * 5
    assert api.post(f"change-sets/{started['id']}/undo").status_code == 409
    run_until_idle()
    assert api.get(f"change-sets/{started['id']}").json()["counts"]["updated"] == 5
    assert titles(api) == ["CFO"] * 5
    assert api.post(f"change-sets/{started['id']}/cancellation").status_code == 409
    undo(api, started["id"])
    assert titles(api) == ["CEO"] * 5


def test_a_change_that_waits_can_be_stopped(api, leads, monkeypatch):
    monkeypatch.setattr(bulk, "AT_ONCE", 2)
    started = api.post("leads/bulk", {"filter": {}, "set": {"job_title": "CFO"}}).json()
    assert api.post(f"change-sets/{started['id']}/cancellation").json()["state"] == "done"
    run_until_idle()
    assert titles(api) == ["CEO"] * 5


def test_a_worker_goes_on_where_the_one_before_stopped(api, leads, manager):
    change_set = ChangeSet.objects.create(
        kind="bulk", object="lead", actor=manager, created_at=leads[0].created_at, counts={"updated": 3}
    )
    bulk.carry_out(change_set.pk, [lead.pk for lead in leads], {"job_title": "CFO"}, "api")
    change_set.refresh_from_db()
    assert (change_set.state, change_set.counts) == ("done", {"updated": 5, "unchanged": 0, "failed": 0})
    assert titles(api) == ["CEO", "CEO", "CEO", "CFO", "CFO"]


def test_a_record_that_cannot_change_fails_alone(api, leads, manager):
    number = make_lead(manager, last_name="", employees=9).pk
    done = api.post("leads/bulk", {"filter": {}, "set": {"first_name": ""}}).json()
    assert done["counts"] == {"updated": 5, "unchanged": 0, "failed": 1}
    assert api.get(f"leads/{number}").json()["first_name"] == "Lead"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"set": {"job_title": "x"}}, "filter"),
        ({"filter": {}, "ids": [1], "set": {"job_title": "x"}}, "filter"),
        ({"filter": None, "set": {"job_title": "x"}}, "filter"),
        ({"filter": {"field": "sauce", "op": "in"}, "set": {"job_title": "x"}}, "filter.field"),
        ({"ids": [], "set": {"job_title": "x"}}, "ids"),
        ({"ids": ["x"], "set": {"job_title": "x"}}, "ids.0"),
        ({"ids": [999], "set": {"job_title": "x"}}, "ids"),
        ({"filter": {}, "set": {}}, "set"),
        ({"filter": {}, "set": {"sauce": 1}}, "sauce"),
        ({"filter": {}, "set": {"name": "x"}}, "name"),
        ({"filter": {}, "set": {"email": "x"}}, "email"),
        ({"filter": {}, "set": {"customer": 999}}, "customer"),
        ({"filter": {}, "set": {"id": 1}}, "id"),
        ({"filter": {}, "set": {"job_title": "x"}, "sauce": 1}, "sauce"),
    ],
)
def test_a_wrong_word_is_named_and_nothing_changes(api, leads, body, field):
    answer = api.post("leads/bulk", body)
    assert answer.status_code == 422, answer.content
    assert field in [error["field"] for error in answer.json()["errors"]]
    assert titles(api) == ["CEO"] * 5
    assert not ChangeSet.objects.exists()


def test_an_id_beyond_all_ids_is_refused(api):
    assert api.post("leads/bulk", {"ids": [10**30], "set": {"job_title": "x"}}).status_code == 422


def test_nobody_reaches_records_of_others(api_of, leads, seller_south, seller_north, stranger, manager):
    body = {"ids": [leads[0].pk], "set": {"job_title": "x"}}
    assert api_of(seller_south).post("leads/bulk", body).status_code == 422
    assert api_of(stranger).post("leads/bulk", body).status_code == 403
    theirs = make_lead(manager)
    assert (
        api_of(seller_north).post("leads/bulk", {"ids": [theirs.pk], "set": {"job_title": "x"}}).status_code
        == 422
    )
    done = api_of(seller_south).post("leads/bulk", {"filter": {}, "set": {"job_title": "x"}}).json()
    assert done["counts"]["updated"] == 0


def test_a_change_set_belongs_to_its_maker(api, api_of, leads, seller_north, administrator):
    done = api.post("leads/bulk", {"filter": {}, "set": {"job_title": "CFO"}}).json()
    for path in ("undo", "cancellation"):
        assert api_of(seller_north).post(f"change-sets/{done['id']}/{path}").status_code == 404
    assert api_of(administrator).post(f"change-sets/{done['id']}/undo").status_code == 202


def test_labels_and_owner_are_given_to_many(api, leads, seller_north, seller_south, manager):
    make_option("label", "VIP")
    assert (
        api.post("leads/bulk", {"filter": {}, "set": {"labels": ["vip"], "owner": manager.pk}}).json()[
            "counts"
        ]["updated"]
        == 5
    )
    items = api.get("leads").json()["items"]
    assert {(item["owner"], *item["labels"]) for item in items} == {(manager.pk, "vip")}
    refused = api.post("leads/bulk", {"filter": {}, "set": {"owner": seller_south.pk}})
    assert [error["field"] for error in refused.json()["errors"]] == ["owner"]


def labels(leads):
    for lead in leads:
        lead.refresh_from_db()
    return [list(lead.labels) for lead in leads]


def test_labels_are_added_and_taken_away_and_back(api, leads):
    for name in ("VIP", "Old", "Fair"):
        make_option("label", name)
    api.patch(f"leads/{leads[0].pk}", {"labels": ["old", "fair"]})
    api.patch(f"leads/{leads[1].pk}", {"labels": ["vip"]})
    ids = [lead.pk for lead in leads[:3]]
    step = {"labels": {"add": ["VIP"], "remove": ["old"]}, "job_title": "CFO"}
    done = api.post("leads/bulk", {"ids": ids, "set": step}).json()
    assert done["counts"] == {"updated": 3, "unchanged": 0, "failed": 0}
    assert labels(leads[:4]) == [["vip", "fair"], ["vip"], ["vip"], []]
    same = api.post("leads/bulk", {"ids": ids, "set": {"labels": {"add": ["vip"]}}}).json()
    assert same["counts"]["unchanged"] == 3
    undo(api, done["id"])
    assert labels(leads[:4]) == [["old", "fair"], ["vip"], [], []]


@pytest.mark.parametrize(
    "step", [{"add": []}, {}, {"add": ["nowhere"]}, {"take": ["vip"]}, {"add": 7}, {"add": {"a": 1}}]
)
def test_a_step_that_means_nothing_is_refused(api, leads, step):
    make_option("label", "VIP")
    answer = api.post("leads/bulk", {"ids": [leads[0].pk], "set": {"labels": step}})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "labels")
    assert not ChangeSet.objects.exists()


def test_a_step_is_for_fields_that_hold_several(api, leads):
    answer = api.post("leads/bulk", {"ids": [leads[0].pk], "set": {"job_title": {"add": ["x"]}}})
    assert answer.status_code == 422

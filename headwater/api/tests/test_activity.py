"""Timelines and comments."""

import pytest

from headwater.testing.factories import make_lead

pytestmark = pytest.mark.django_db


@pytest.fixture
def api(api_of, seller_north):
    return api_of(seller_north)


@pytest.fixture
def lead(seller_north):
    return make_lead(seller_north, job_title="CEO")


def test_a_timeline_tells_changes_and_comments_newest_first(api, lead, seller_north):
    api.patch(f"leads/{lead.pk}", {"job_title": "CFO"})
    api.post(f"leads/{lead.pk}/comments", {"body": "Called her"})
    items = api.get(f"leads/{lead.pk}/timeline").json()["items"]
    assert [item["kind"] for item in items] == ["comment", "change", "change"]
    assert items[0]["comment"]["body"] == "Called her"
    assert items[1]["changes"] == [{"field": "job_title", "label": "Job title", "from": "CEO", "to": "CFO"}]
    assert items[1]["door"] == "api"
    assert items[1]["by"] == {"id": seller_north.pk, "name": "Nora"}
    assert items[1]["at"].endswith("Z")


def test_a_timeline_is_paged(api, lead):
    for number in range(4):
        api.post(f"leads/{lead.pk}/comments", {"body": f"No {number}"})
    first = api.get(f"leads/{lead.pk}/timeline", limit=3).json()
    second = api.get(f"leads/{lead.pk}/timeline", limit=3, after=first["next"]).json()
    assert len({item["id"] for item in first["items"] + second["items"]}) == 5
    assert second["next"] is None
    assert api.get(f"leads/{lead.pk}/timeline", after="x").json()["errors"][0]["field"] == "after"


def test_only_its_writer_changes_a_comment(api, api_of, lead, manager):
    comment = api.post(f"leads/{lead.pk}/comments", {"body": "First"}).json()
    assert api_of(manager).patch(f"comments/{comment['id']}", {"body": "Mine"}).status_code == 403
    assert api_of(manager).delete(f"comments/{comment['id']}").status_code == 403
    assert api.patch(f"comments/{comment['id']}", {"body": "Second"}).json()["body"] == "Second"
    assert api.delete(f"comments/{comment['id']}").status_code == 204
    assert "Second" not in api.get(f"leads/{lead.pk}/timeline").content.decode()


@pytest.mark.parametrize("body", ["", "   ", "\x00", 5, None, "x" * 20_001])
def test_a_comment_that_says_nothing_is_refused(api, lead, body):
    answer = api.post(f"leads/{lead.pk}/comments", {"body": body})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "body"


def test_comments_of_hidden_records_are_404(api, api_of, lead, seller_south):
    comment = api.post(f"leads/{lead.pk}/comments", {"body": "First"}).json()
    other = api_of(seller_south)
    assert other.get(f"leads/{lead.pk}/timeline").status_code == 404
    assert other.post(f"leads/{lead.pk}/comments", {"body": "x"}).status_code == 404
    assert other.patch(f"comments/{comment['id']}", {"body": "x"}).status_code == 404
    assert other.delete(f"comments/{comment['id']}").status_code == 404
    assert other.delete(f"comments/{'9' * 25}").status_code == 404


def test_an_event_is_logged_corrected_and_deleted(api, api_of, lead, manager):
    given = {
        "kind": "call",
        "direction": "incoming",
        "at": "2025-05-04T12:00+03:00",
        "body": "Asks for a price",
    }
    answer = api.post(f"leads/{lead.pk}/events", given)
    assert answer.status_code == 201
    event = answer.json()
    assert (event["at"], event["minutes"], event["direction"]) == ("2025-05-04T09:00:00Z", None, "incoming")
    assert api.get(f"leads/{lead.pk}").json()["status"] == "open"
    items = api.get(f"leads/{lead.pk}/timeline").json()["items"]
    assert [item["kind"] for item in items] == ["change", "event", "change"]
    assert items[0]["cause"] == f"event {event['id']}"
    assert (items[1]["event"]["body"], items[1]["sentence"]) == (
        "Asks for a price",
        "logged an incoming call",
    )
    assert api_of(manager).patch(f"events/{event['id']}", {"body": "Mine"}).status_code == 403
    assert api_of(manager).delete(f"events/{event['id']}").status_code == 403
    assert api.patch(f"events/{event['id']}", {"minutes": 12}).json()["minutes"] == 12
    assert api.patch(f"events/{event['id']}", {"kind": "meeting"}).status_code == 422
    assert api.delete(f"events/{event['id']}").status_code == 204
    assert api.get(f"leads/{lead.pk}").json()["status"] == "lead"
    assert "Asks for" not in api.get(f"leads/{lead.pk}/timeline").content.decode()


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "kind"),
        ({"kind": "letter"}, "kind"),
        ({"kind": "call"}, "direction"),
        ({"kind": "call", "direction": "sideways"}, "direction"),
        ({"kind": "meeting", "at": "2199-01-01T00:00Z"}, "at"),
        ({"kind": "meeting", "at": "tomorrow"}, "at"),
        ({"kind": "meeting", "minutes": -1}, "minutes"),
        ({"kind": "meeting", "body": "x" * 20_001}, "body"),
        ({"kind": "meeting", "status": "open"}, "status"),
    ],
)
def test_an_event_that_cannot_have_been_is_refused(api, lead, body, field):
    answer = api.post(f"leads/{lead.pk}/events", body)
    assert answer.status_code == 422
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["errors"][0]["field"] == field


def test_events_of_hidden_records_are_404(api, api_of, lead, seller_south):
    event = api.post(f"leads/{lead.pk}/events", {"kind": "meeting"}).json()
    other = api_of(seller_south)
    assert other.post(f"leads/{lead.pk}/events", {"kind": "meeting"}).status_code == 404
    assert other.patch(f"events/{event['id']}", {"body": "x"}).status_code == 404
    assert other.delete(f"events/{event['id']}").status_code == 404

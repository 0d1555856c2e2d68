"""Notices, wishes and following through the API."""

import pytest

from headwater.testing.factories import make_lead

pytestmark = pytest.mark.django_db


def test_notices_are_read_and_marked(api_of, manager, seller_north):
    lead = make_lead(manager, owner=seller_north.pk)
    hers = api_of(seller_north)
    body = {"body": f"@[{seller_north.pk}] please"}
    said = api_of(manager).post(f"leads/{lead.pk}/comments", body).json()
    assert (said["body"], said["mentions"]) == ("@Nora please", [{"id": seller_north.pk, "name": "Nora"}])
    found = hers.get("notices").json()
    assert found["unread"] == 2
    newest = found["items"][0]
    assert (newest["kind"], newest["object"], newest["record_id"]) == ("mentioned", "lead", lead.pk)
    assert (newest["text"], newest["excerpt"]) == ("mentioned you in a comment", "@Nora please")
    assert newest["by"] == {"id": manager.pk, "name": "Manager"}
    assert hers.post("notices/reading", {"ids": [newest["id"]]}).json() == {"changed": 1, "unread": 1}
    assert len(hers.get("notices", unread="true").json()["items"]) == 1
    assert hers.post("notices/reading", {"all": True}).json() == {"changed": 1, "unread": 0}
    assert hers.post("notices/reading", {}).status_code == 422
    timeline = hers.get(f"leads/{lead.pk}/timeline").json()["items"]
    assert timeline[0]["comment"]["mentions"] == said["mentions"]


def test_a_mention_of_who_cannot_see_is_refused_or_meant(api_of, manager, seller_north, seller_south):
    lead = make_lead(seller_north)
    body = {"body": "@Sam look"}
    refused = api_of(manager).post(f"leads/{lead.pk}/comments", body)
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (422, "cannot_see")
    assert api_of(manager).post(f"leads/{lead.pk}/comments", body | {"anyway": True}).status_code == 201
    assert api_of(seller_south).get("notices").json()["items"] == []


def test_wishes_are_changed(api_of, seller_north):
    hers = api_of(seller_north)
    assert hers.get("notice-settings").json()["ways"]["mentioned"] == {"in_app": True, "mail": "now"}
    changed = hers.patch("notice-settings", {"ways": {"mentioned": {"mail": "daily"}}, "follows_own": False})
    assert changed.json()["ways"]["mentioned"] == {"in_app": True, "mail": "daily"}
    assert changed.json()["follows_own"] is False
    bodies: tuple[dict[str, object], ...] = (
        {"ways": {"x": {}}},
        {"ways": {"mentioned": {"mail": "hourly"}}},
        {"x": 1},
    )
    for wrong in bodies:
        assert hers.patch("notice-settings", wrong).status_code == 422


def test_records_are_followed_and_found(api_of, manager, seller_north, seller_south):
    lead = make_lead(seller_north)
    make_lead(seller_north)
    his, path = api_of(manager), f"leads/{lead.pk}/following"
    assert his.get(path).json() == {"following": False}
    assert his.send("PUT", path).json() == {"following": True}
    found = his.get("leads", filter='{"field":"followed","op":"is_true"}').json()["items"]
    assert [item["id"] for item in found] == [lead.pk]
    assert his.delete(path).status_code == 204
    assert his.get(path).json() == {"following": False}
    assert api_of(seller_south).get(path).status_code == 404
    questions = his.get("leads/describe").json()["questions"]
    assert [question["key"] for question in questions] == ["followed"]
    wrong = his.get("leads", filter='{"field":"followed","op":"me"}')
    assert wrong.status_code == 422

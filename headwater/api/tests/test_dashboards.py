"""Dashboards over HTTP."""

import pytest

pytestmark = pytest.mark.django_db

COUNT = {"v": 1, "root": "lead", "measures": [{"id": "m1", "ref": "lead.count"}]}


@pytest.fixture
def mine(api_of, seller_north):
    return api_of(seller_north)


@pytest.fixture
def report(mine):
    return mine.post("reports", {"name": "R", "definition": COUNT}).json()["id"]


def test_a_dashboard_is_made_arranged_shared_and_deleted(mine, report, api_of, seller_south):
    made = mine.post("dashboards", {"name": "Monday", "tiles": [{"report": report}]})
    assert made.status_code == 201
    board = made.json()
    path = f"dashboards/{board['id']}"
    assert made.headers["Location"] == f"/api/v1/{path}"
    [tile] = board["tiles"]
    assert (tile["report"], tile["width"], tile["height"]) == (report, 6, 2)
    wide = {"id": tile["id"], "width": 12, "height": 3}
    changed = mine.patch(path, {"name": "Tuesday", "tiles": [{"report": report, "width": 4}, wide]}).json()
    assert [(t["report"], t["width"]) for t in changed["tiles"]] == [(report, 4), (report, 12)]
    theirs = api_of(seller_south)
    assert theirs.get(path).status_code == 404
    mine.patch(path, {"shared_with": {"users": [seller_south.pk]}})
    seen = theirs.get(path).json()
    assert (seen["editable"], [t["report"] for t in seen["tiles"]]) == (False, [None, None])
    mine.patch(path, {"shared_with": {"users": [seller_south.pk]}, "share_reports": True})
    assert [t["report"] for t in theirs.get(path).json()["tiles"]] == [report, report]
    assert [item["id"] for item in theirs.get("dashboards").json()["items"]] == [board["id"]]
    assert theirs.patch(path, {"name": "Theirs"}).status_code == 403
    assert theirs.patch(path, {}).status_code == 403
    assert theirs.delete(path).status_code == 403
    assert mine.delete(path).status_code == 204
    assert mine.get(path).status_code == 404


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": ""},
        {"name": "x" * 201},
        {"tiles": [{"report": 999}]},
        {"tiles": [{"report": 10**30}]},
        {"tiles": [{"id": 999}]},
        {"tiles": [{"width": 99}]},
        {"tiles": [{"widht": 6}]},
        {"shared_with": {"teams": [999]}},
        {"color": "red"},
    ],
)
def test_nonsense_is_named_and_changes_nothing(mine, report, wrong):
    path = f"dashboards/{mine.post('dashboards', {'name': 'D', 'tiles': [{'report': report}]}).json()['id']}"
    before = mine.get(path).json()
    assert mine.patch(path, {"name": "Other"} | wrong).status_code == 422
    assert mine.get(path).json() == before

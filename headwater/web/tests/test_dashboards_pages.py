"""Dashboards over HTTP: their tiles under each viewer's rights and filter, arranging, sharing."""

import json
import re
from html import unescape
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client

from headwater.reports.dashboards import (
    Placed,
    create_dashboard,
    get_dashboard,
    placed,
    readers,
    share_dashboard,
)
from headwater.reports.models import Dashboard
from headwater.reports.services import find_reports, save_report, update_report
from headwater.reports.sharing import Readers
from headwater.testing.factories import actor_of
from headwater.users.models import User
from headwater.web.tests.reports_helpers import PARTIAL, RATE, ClientOf, bring_leads, text


@pytest.fixture
def leads(seller_north: User, seller_south: User) -> None:
    bring_leads(seller_north, seller_south)


@pytest.fixture
def board(administrator: User, leads: None) -> Dashboard:
    """A bar report, a scorecard, a table and a report that no longer means anything."""
    actor = actor_of(administrator)
    kinds = [
        ("By source", RATE),
        ("Rate", RATE | {"rows": [], "chart": {"kind": "scorecard"}}),
        ("Table", RATE | {"chart": {"kind": "table"}}),
        ("By owner", RATE | {"columns": [{"id": "d2", "field": "owner"}]}),
    ]
    numbers = [save_report(actor, name=name, definition=definition).pk for name, definition in kinds]
    return create_dashboard(actor, "Monday", [Placed(number) for number in numbers])


@pytest.fixture
def client(client_of: ClientOf, administrator: User) -> Client:
    return client_of(administrator)


def tile(client: Client, board: Dashboard, at: int, **words: str) -> Any:
    return client.get(f"/dashboards/{board.pk}/tiles/{board.tiles.all()[at].pk}/", words)


def drawn(answer: Any) -> dict[str, Any]:
    found = re.search(r"data-chart='([^']*)'", answer.content.decode())
    assert found
    chart: dict[str, Any] = json.loads(unescape(found[1]))
    return chart


def test_a_page_has_frames_of_full_size_and_tiles_fill_them(client: Client, board: Dashboard) -> None:
    page = client.get(f"/dashboards/{board.pk}/").content.decode()
    assert page.count('hx-trigger="intersect once"') == 4
    assert page.count('data-width="6" data-height="2"') == 4
    assert "Fair" not in page
    assert [(bar["label"], bar["value"]) for bar in drawn(tile(client, board, 0))["bars"]] == [
        ("Fair", 40.0),
        ("Mail", 0.0),
    ]
    assert "25.0%" in text(tile(client, board, 1))
    assert "Mail 3 0 0.0%" in text(tile(client, board, 2))


def test_a_bar_of_a_tile_leads_to_its_records(client: Client, board: Dashboard) -> None:
    assert "Nothing to count" in text(tile(client, board, 0, owner="me")), "she owns no lead"
    chart = drawn(tile(client, board, 3))
    part = chart["bars"][0]["parts"][0]
    opened = client.get(chart["href"], {"mark": part["mark"]})
    assert "Source is Fair" in text(opened)
    assert "Owner is Nora" in text(opened)


def test_a_viewers_filter_narrows_every_tile_but_a_locked_period(
    client: Client, board: Dashboard, administrator: User, seller_north: User
) -> None:
    locked = {"field": "created_at", "range": {"from": "2026-01-01", "to": "2026-02-01"}, "locked": True}
    second = board.tiles.all()[1].report_id
    update_report(
        actor_of(administrator),
        second,
        definition=board.tiles.all()[1].report.definition | {"period": locked},
    )
    february = '{"from":"2026-02-01","to":"2026-03-01"}'
    assert [bar["label"] for bar in drawn(tile(client, board, 0, period=february))["bars"]] == ["Fair"]
    hers = drawn(tile(client, board, 0, owner=str(seller_north.pk)))
    assert [bar["label"] for bar in hers["bars"]] == ["Fair"]
    kept = text(tile(client, board, 1, period=february))
    assert "Keeps its own period" in kept
    assert "0.0%" in kept
    page = client.get(f"/dashboards/{board.pk}/", {"period": february, "owner": "me"}).content.decode()
    assert "owner=me" in page
    assert "Me</option>" in page


@pytest.mark.parametrize(
    "words",
    [
        {"period": "{"},
        {"period": "[]"},
        {"period": '{"rel":"x"}'},
        {"owner": "x"},
        {"owner": "my_team"},
        {"owner": "9" * 40},
    ],
)
def test_a_filter_that_means_nothing_counts_as_none(
    client: Client, board: Dashboard, words: dict[str, str]
) -> None:
    assert len(drawn(tile(client, board, 0, **words))["bars"]) == 2
    assert client.get(f"/dashboards/{board.pk}/", words).status_code == 200


@pytest.mark.attack(10)
def test_each_viewer_sees_her_own_numbers_of_reports_that_are_shared(
    client: Client, client_of: ClientOf, board: Dashboard, seller_north: User, stranger: User
) -> None:
    hers = client_of(seller_north)
    assert hers.get(f"/dashboards/{board.pk}/").status_code == 404
    assert tile(hers, board, 0).status_code == 404
    address = f"/dashboards/{board.pk}/sharing/"
    client.post(address, {"users": [seller_north.pk, stranger.pk]})
    assert readers(board).users == tuple(sorted((seller_north.pk, stranger.pk)))
    page = text(hers.get(f"/dashboards/{board.pk}/"))
    assert "Report of somebody else" in page
    assert "By source" not in page
    assert "not shared with you" in text(tile(hers, board, 0))
    client.post(address, {"users": [seller_north.pk, stranger.pk], "reports": "true"})
    assert [(bar["label"], bar["value"]) for bar in drawn(tile(hers, board, 0))["bars"]] == [("Fair", 40.0)]
    assert "Your role does not let you see" in text(tile(client_of(stranger), board, 0))
    for verb in ("name", "sharing", "deletion", "layout", "tiles"):
        assert hers.post(f"/dashboards/{board.pk}/{verb}/").status_code == 403, verb


def test_a_report_whose_field_is_gone_is_named_in_its_tile(client: Client, board: Dashboard) -> None:
    report = board.tiles.all()[0].report
    type(report).objects.filter(pk=report.pk).update(
        definition=RATE | {"rows": [{"id": "d1", "field": "shoe_size"}]}
    )
    answer = tile(client, board, 0)
    assert answer.status_code == 200
    assert "shoe_size" in text(answer)


def test_tiles_are_arranged_by_steps_and_all_at_once(
    client: Client, board: Dashboard, administrator: User
) -> None:
    actor, address = actor_of(administrator), f"/dashboards/{board.pk}/layout/"
    first, second, third, fourth = (one.id for one in placed(board))
    for do in ("later", "wider", "higher", "earlier", "nonsense"):
        client.post(address, {"tile": str(first), "do": do})
    now = placed(get_dashboard(actor, board.pk))
    assert [(one.id, one.width, one.height) for one in now][:2] == [(first, 7, 3), (second, 6, 2)]
    client.post(address, {"tile": str(third), "do": "remove"})
    wanted = [{"id": one, "width": 12, "height": 1} for one in (fourth, second, first)]
    assert client.post(address, {"tiles": json.dumps(wanted)}).status_code == 204
    assert [one.id for one in placed(get_dashboard(actor, board.pk))] == [fourth, second, first]
    for wrong in (
        "{",
        "7",
        "[7]",
        '[{"id":1}]',
        '[{"id":[],"width":6,"height":2}]',
        json.dumps([wanted[0]] * 2),
    ):
        assert client.post(address, {"tiles": wrong}).status_code == 422, wrong
    assert [one.id for one in placed(get_dashboard(actor, board.pk))] == [fourth, second, first]


def test_making_adding_renaming_and_deleting(client: Client, leads: None, administrator: User) -> None:
    assert "no dashboard yet" in text(client.get("/dashboards/"))
    assert client.post("/dashboards/", {"name": " "}).status_code == 422
    made = client.post("/dashboards/", {"name": "Weekly"})["Location"]
    assert made.endswith("?edit=1")
    board = Dashboard.objects.get()
    report = save_report(actor_of(administrator), name="Fairs", definition=RATE)
    client.post(f"/dashboards/{board.pk}/tiles/", {"report": str(report.pk)})
    assert [one.report for one in placed(board)] == [report.pk]
    refused = client.post(f"/dashboards/{board.pk}/tiles/", {"report": "999"}, headers=PARTIAL)
    assert refused.status_code == 422
    client.post(f"/reports/{report.pk}/dashboards/", {"dashboard": str(board.pk)})
    assert len(placed(board)) == 2
    client.post(f"/reports/{report.pk}/dashboards/", {"name": "Another"})
    assert Dashboard.objects.get(name="Another").tiles.get().report == report
    assert client.post(f"/reports/{report.pk}/dashboards/", {}).status_code == 422
    client.post(f"/dashboards/{board.pk}/name/", {"name": "Weekly numbers"})
    assert "Weekly numbers" in text(client.get("/dashboards/"))
    client.post(f"/dashboards/{board.pk}/deletion/")
    assert list(Dashboard.objects.values_list("name", flat=True)) == ["Another"]
    assert find_reports(actor_of(administrator)).count() == 1


def test_who_may_see_nothing_makes_no_dashboard(client_of: ClientOf, stranger: User) -> None:
    assert client_of(stranger).post("/dashboards/", {"name": "Mine"}).status_code == 403
    assert not Dashboard.objects.exists()


def test_a_new_reader_is_shown_the_way(client: Client, board: Dashboard, seller_north: User) -> None:
    client.post(f"/dashboards/{board.pk}/sharing/", {"everybody": "true"})
    assert readers(board) == Readers(everybody=True)
    assert "Share “Monday”" in text(client.get(f"/dashboards/{board.pk}/sharing/"))


def test_a_viewers_filter_is_in_the_address_and_there_again_next_time_for_her_alone(
    client: Client, client_of: ClientOf, board: Dashboard, seller_north: User
) -> None:
    page, period = f"/dashboards/{board.pk}/", '{"rel":"this","unit":"month"}'
    share_dashboard(actor_of(board.owner), board.pk, Readers(everybody=True))
    other = client_of(seller_north)
    chosen = {"period": period, "owner": str(seller_north.pk)}
    answer = client.post(f"{page}filter/", chosen | {"edit": "1"})
    assert answer["Location"] == f"{page}?{urlencode(chosen | {'edit': '1'})}"
    shown = client.get(page)
    assert shown["Location"] == f"{page}?{urlencode(chosen)}"
    assert "Reset" in text(client.get(shown["Location"]))
    assert other.get(page).status_code == 200, "hers is untouched"
    # An address that somebody sends shows its own filter and changes nothing that is kept.
    assert client.get(page, {"period": "", "owner": "me"}).status_code == 200
    assert client.get(page)["Location"] == shown["Location"]
    assert client.post(f"{page}filter/", {}).headers["Location"] == page
    assert "Reset" not in text(client.get(page))


def test_a_filter_that_means_nothing_any_more_is_not_laid_over(
    client_of: ClientOf, board: Dashboard, seller_north: User
) -> None:
    page = f"/dashboards/{board.pk}/"
    share_dashboard(actor_of(board.owner), board.pk, Readers(everybody=True))
    hers = client_of(seller_north)
    assert hers.post(f"{page}filter/", {"owner": "my_team"})["Location"] == f"{page}?owner=my_team"
    User.objects.filter(pk=seller_north.pk).update(team=None)
    assert hers.get(page).status_code == 200
    assert hers.post(f"{page}filter/", {"owner": "nobody", "period": "[1"})["Location"] == page
    assert client_of(board.owner).post("/dashboards/999999/filter/", {"owner": "me"}).status_code == 404

"""Boards over HTTP: lanes, heads, moves, and moves that are refused."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from headwater.metadata.models import ChoiceOption
from headwater.pipeline.models import Lead
from headwater.pipeline.models.lead import LeadStatus
from headwater.testing.factories import make_lead, make_opportunity, make_option, make_stage
from headwater.users.models import User

ClientOf = Callable[[User], Client]
PARTIAL = {"HX-Request": "true", "HX-Request-Type": "partial"}


@pytest.fixture
def client(client_of: ClientOf, seller_north: User) -> Client:
    return client_of(seller_north)


def body(client: Client, address: str = "/leads/", **query: Any) -> str:
    answer = client.get(address, {"display": "board"} | query)
    assert answer.status_code == 200, answer.content
    return answer.content.decode()


def lanes(page: str) -> dict[str, str]:
    """Return the HTML of each lane by its word."""
    parts = page.split('data-lane="')[1:]
    return {part.split('"')[0].replace("&#34;", '"'): part for part in parts}


def move(client: Client, record: Any, key: str, to: Any, **more: Any) -> Any:
    slug = "leads" if isinstance(record, Lead) else "opportunities"
    data = {"to": json.dumps(to)} | more
    return client.post(f"/{slug}/{record.pk}/moves/{key}/", data, headers=PARTIAL)


def test_lanes_have_counts_sums_and_pages_of_cards(
    client: Client, seller_north: User, seller_south: User, django_assert_max_num_queries: Any
) -> None:
    for number in range(23):
        make_lead(seller_north, last_name=f"Open {number:02}", status="open", value="10")
    make_lead(seller_north, last_name="Replied", status="replied", value="7", currency="USD")
    make_lead(seller_south, last_name="Elsewhere", status="open", value="1000")
    body(client)
    with django_assert_max_num_queries(6):
        page = body(client, sort="name")
    found = lanes(page)
    assert list(found) == [json.dumps(status.value) for status in LeadStatus]
    assert 'lane-count">23<' in found['"open"']
    assert "€230.00" in found['"open"']
    assert "US$7.00" in found['"replied"']
    assert found['"open"'].count('class="card"') == 20
    assert "Elsewhere" not in page
    more = found['"open"'].split('hx-get="')[-1].split('"')[0].replace("&amp;", "&")
    rest = client.get(more).content.decode()
    assert rest.count('class="card"') == 3
    assert "Show more" not in rest
    assert "Open 22" in rest


def test_a_card_is_moved_and_moved_back(client: Client, seller_north: User) -> None:
    lead = make_lead(seller_north, status="open", value="10")
    answer = move(client, lead, "status", "replied")
    lead.refresh_from_db()
    assert (answer.status_code, lead.status) == (200, "replied")
    html = answer.content.decode()
    assert f'id="card-{lead.pk}"' in html
    assert html.count("lane-head-") == 9
    assert "is in “Replied” now" in html
    undo = html.split('action="')[-1].split('"')[0].replace("&amp;", "&")
    back = client.post(undo)
    assert back.status_code == 302
    assert "display=board" in back["Location"]
    lead.refresh_from_db()
    assert lead.status == "open"
    assert client.get(back["Location"]).status_code == 200


def test_what_was_made_from_a_lead_decides_its_status(client: Client, seller_north: User) -> None:
    lead = make_lead(seller_north, last_name="Maker", status="open")
    make_opportunity(seller_north, lead=lead.pk)
    assert "data-only=" in body(client)
    answer = move(client, lead, "status", "replied")
    lead.refresh_from_db()
    assert answer.status_code == 422
    assert "What was made from this lead decides its status" in answer.content.decode()
    assert (lead.status, lead.manual_status) == ("opportunity", "open")
    dialog = client.get(f"/leads/{lead.pk}/moves/status/", headers=PARTIAL).content.decode()
    assert "What was made from this lead" in dialog
    assert dialog.count("disabled") == 8
    assert move(client, lead, "status", "do_not_contact").status_code == 200
    lead.refresh_from_db()
    assert lead.status == "do_not_contact"
    assert move(client, lead, "status", "opportunity").status_code == 200


def test_a_loss_asks_for_its_reasons_in_place(client: Client, seller_north: User) -> None:
    make_option("lost_reason", "Price")
    deal = make_opportunity(seller_north)
    asked = move(client, deal, "status", "lost")
    assert asked.status_code == 422
    assert asked.headers["HX-Retarget"] == "#dialog"
    assert "Price" in asked.content.decode()
    deal.refresh_from_db()
    assert deal.status == "open"
    assert move(client, deal, "status", "lost", lost_reasons=["price"]).status_code == 200
    deal.refresh_from_db()
    assert (deal.status, deal.lost_reasons) == ("lost", ("price",))


def test_stages_are_lanes_and_an_ended_opportunity_stays(client: Client, seller_north: User) -> None:
    first, second = make_stage("First", position=1), make_stage("Second", position=2)
    deal = make_opportunity(seller_north, stage=first.pk, amount="5")
    assert list(lanes(body(client, "/opportunities/"))) == [str(first.pk), str(second.pk)]
    assert move(client, deal, "stage", second.pk).status_code == 200
    assert move(client, deal, "status", "closed").status_code == 200
    refused = move(client, deal, "stage", first.pk)
    assert refused.status_code == 422
    assert "Reopen the opportunity" in refused.content.decode()
    other = make_stage("Elsewhere", pipeline="Second way")
    assert "Second way › Elsewhere" in lanes(body(client, "/opportunities/"))[str(other.pk)]


def test_a_card_that_leaves_the_filter_leaves_the_board(client: Client, seller_north: User) -> None:
    lead = make_lead(seller_north, status="open")
    tree = {"field": "status", "op": "in", "value": ["open"]}
    state = f"filter={json.dumps(tree)}&display=board"
    html = move(client, lead, "status", "replied", list=state).content.decode()
    assert f'<li id="card-{lead.pk}" hx-swap-oob="delete">' in html


def test_what_cannot_be_set_is_no_place_to_move_to(client: Client, seller_north: User) -> None:
    option = make_option("source", "Fair")
    make_option("source", "Web")
    lead = make_lead(seller_north, source="fair")
    ChoiceOption.objects.filter(pk=option.pk).update(active=False)
    found = lanes(body(client, lanes="source"))
    assert list(found) == ['"fair"', '"web"']
    assert "data-fixed" in found['"fair"'][:120]
    assert "data-fixed" not in found['"web"'][:120]
    assert move(client, lead, "source", None).status_code == 200
    assert "null" in lanes(body(client, lanes="source"))
    derived = body(client, lanes="manual_status")
    assert "the board only shows it" in derived
    assert 'data-move="' not in derived
    assert move(client, lead, "manual_status", "open").status_code == 422


@pytest.mark.parametrize("to", ["", "{", "[]", "{}", "7", '"sauce"', "true", "[" * 5000, '"\\u0000"'])
def test_a_lane_that_is_none_is_refused_by_name(client: Client, seller_north: User, to: str) -> None:
    lead = make_lead(seller_north, status="open")
    answer = client.post(f"/leads/{lead.pk}/moves/status/", {"to": to}, headers=PARTIAL)
    assert answer.status_code == 422
    assert client.post(f"/leads/{lead.pk}/moves/status/", {"to": to}).status_code == 302
    lead.refresh_from_db()
    assert lead.status == "open"


def test_others_records_are_not_moved(
    client: Client, client_of: ClientOf, seller_north: User, seller_south: User, manager: User
) -> None:
    lead = make_lead(seller_south, status="open")
    assert move(client, lead, "status", "replied").status_code == 404
    assert client.get(f"/leads/{lead.pk}/moves/status/").status_code == 404
    own = make_lead(seller_north)
    assert client.get(f"/leads/{own.pk}/moves/name/").status_code == 404
    assert client.get(f"/leads/{own.pk}/moves/status/").status_code == 200


@pytest.mark.parametrize(
    "query", [{"lanes": "nothing"}, {"lanes": "name"}, {"sort": "nothing"}, {"filter": "{"}]
)
def test_words_that_mean_nothing_are_named(client: Client, query: dict[str, str]) -> None:
    assert client.get("/leads/", {"display": "board"} | query).status_code == 422


def test_every_board_there_is(client: Client, seller_north: User) -> None:
    make_lead(seller_north)
    dialog = client.get("/leads/display/").content.decode().split('name="lanes"')[1]
    keys = [part.split('"')[0] for part in dialog.split('<option value="')[1:]]
    assert {"status", "source", "priority", "origin"} <= set(keys)
    for key in keys:
        assert 'class="card"' in body(client, lanes=key), key
    assert "No contacts yet" in client.get("/contacts/", {"display": "board"}).content.decode()

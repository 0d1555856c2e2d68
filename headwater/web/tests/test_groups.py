"""Lists in groups and lines of totals over HTTP."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from headwater.records.saved.services import save_view
from headwater.testing.factories import actor_of, make_lead, make_option
from headwater.users.models import User

ClientOf = Callable[[User], Client]


@pytest.fixture
def leads(seller_north: User, seller_south: User) -> None:
    make_option("source", "Fair")
    for number in range(23):
        make_lead(seller_north, last_name=f"Fair {number:02}", source="fair", value="10")
    make_lead(seller_north, last_name="Dollar", source="fair", value="7", currency="USD")
    make_lead(seller_north, last_name="Bare")
    make_lead(seller_south, last_name="Elsewhere", source="fair", value="1000")


@pytest.fixture
def client(client_of: ClientOf, seller_north: User) -> Client:
    return client_of(seller_north)


def body(client: Client, **query: Any) -> str:
    answer = client.get("/leads/", query)
    assert answer.status_code == 200, answer.content
    return answer.content.decode()


def test_groups_have_counts_and_sums_and_open_to_pages_of_records(client: Client, leads: None) -> None:
    page = body(client, group="source", columns="name,value,source")
    assert ">Fair<" in page
    assert ">(none)<" in page
    assert 'group-count">24<' in page
    assert "<div>€230.00</div><div>US$7.00</div>" in page
    assert "Fair 01" not in page
    assert "2 groups" in page
    opened = body(client, group="source", open=json.dumps("fair"), sort="name")
    assert opened.count("<tr data-row") == 20
    assert "Show more" in opened
    part = body(client, group="source", part=json.dumps("fair"), sort="name")
    assert part.count("<tr data-row") == 20
    assert "<html" not in part
    more = part.split('hx-get="')[1].split('"')[0].replace("&amp;", "&")
    rest = client.get(more).content.decode()
    assert rest.count("<tr data-row") == 4
    assert "Show more" not in rest
    assert "Elsewhere" not in page + opened + part + rest


def test_records_of_a_group_go_on_within_the_group(client: Client, leads: None) -> None:
    part = body(client, group="source", part="null")
    link = part.split('class="row-link" href="')[1].split('"')[0].replace("&amp;", "&")
    record = client.get(link).content.decode()
    assert "Bare" in record
    assert 'data-key="j"' not in record


def test_the_line_of_totals_is_chosen_by_column(
    client: Client, leads: None, django_assert_max_num_queries: Any
) -> None:
    plain = body(client)
    assert "<tfoot" not in plain
    assert "totals=value%3Asum" in plain
    with django_assert_max_num_queries(8):
        page = body(client, totals="value:sum,name:count")
    assert "<div>€230.00</div><div>US$7.00</div>" in page
    assert '<option value="value:sum" selected' in page
    assert ">25<" in page
    answer = client.get("/leads/", {"totals": ["value:average", "created_at:min", ""]})
    assert "<div>€10.00</div><div>US$7.00</div>" in answer.content.decode()


@pytest.mark.parametrize(
    "query",
    [
        {"totals": "name:sum"},
        {"totals": "nothing:count"},
        {"group": "nothing"},
        {"group": "created_at"},
        {"group": "source", "part": "{"},
        {"group": "source", "open": "{"},
    ],
)
def test_words_that_mean_nothing_are_named(client: Client, leads: None, query: dict[str, str]) -> None:
    answer = client.get("/leads/", query)
    assert answer.status_code == (200 if "open" in query else 422)


def test_a_view_holds_groups_and_totals(client: Client, seller_north: User, leads: None) -> None:
    settings = {"group": "source", "totals": {"value": "sum"}}
    view = save_view(actor_of(seller_north), "lead", name="By source", settings=settings)
    page = body(client, view=view.pk)
    assert 'group-count">24<' in page
    assert "<tfoot" in page
    assert "Unsaved changes" not in page
    ungrouped = body(client, view=view.pk, group="", totals="")
    assert "Unsaved changes" in ungrouped
    assert "<tfoot" not in ungrouped


def test_every_field_can_be_chosen_to_group_by(client: Client, leads: None) -> None:
    dialog = client.get("/leads/display/?sort=name").content.decode()
    assert 'value="created_at:fiscal_quarter"' in dialog
    assert '<input type="hidden" name="sort" value="name">' in dialog
    choices = [part.split('"')[0] for part in dialog.split('<option value="')[1:]]
    for choice in choices:
        assert body(client, group=choice, open="null")


def test_a_grouped_list_asks_few_questions(
    client: Client, leads: None, django_assert_max_num_queries: Any
) -> None:
    body(client)  # settings and option lists are remembered between requests
    with django_assert_max_num_queries(6):
        body(client, group="source", totals="value:sum")

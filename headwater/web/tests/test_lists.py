"""The list of any object over HTTP."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from headwater.metadata import registry
from headwater.testing.factories import MINIMAL, make_customer, make_lead, make_opportunity, make_record
from headwater.users.models import User

ClientOf = Callable[[User], Client]
HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"


def get(client: Client, address: str, **query: Any) -> tuple[int, str]:
    words = {key: json.dumps(value) if isinstance(value, dict) else value for key, value in query.items()}
    answer = client.get(address, words)
    return answer.status_code, answer.content.decode()


@pytest.mark.parametrize("name", sorted(MINIMAL))
def test_every_object_has_its_pages(client_of: ClientOf, administrator: User, name: str) -> None:
    record = make_record(administrator, name)
    slug = registry.get(name).slug
    client = client_of(administrator)
    status, body = get(client, f"/{slug}/")
    assert status == 200
    assert f"/{slug}/{record.pk}/" in body
    assert get(client, f"/{slug}/{record.pk}/")[0] == 200
    assert get(client, f"/{slug}/new/")[0] == 200
    assert get(client, f"/{slug}/filter/")[0] == 200
    for section in registry.get(name).sections:
        assert get(client, f"/{slug}/{record.pk}/sections/{section.key}/")[0] == 200


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ({"filter": "{"}, "not readable"),
        ({"filter": '{"field": "nothing", "op": "eq", "value": 1}'}, "nothing"),
        ({"filter": '{"field": "source", "op": "resembles", "value": 1}'}, "resembles"),
        ({"filter": "[1, 2]"}, "JSON object"),
        ({"filter": "[" * 5000}, "not readable"),
        ({"sort": "password"}, "password"),
        ({"sort": "owner.email"}, "owner.email"),
        ({"after": "nonsense"}, "not valid"),
    ],
)
def test_words_that_mean_nothing_are_named(
    client_of: ClientOf, administrator: User, query: dict[str, str], named: str
) -> None:
    status, body = get(client_of(administrator), "/leads/", **query)
    assert status == 422
    assert named in body


def test_the_filters_sentence_is_the_title_and_each_condition_can_go(
    client_of: ClientOf, administrator: User
) -> None:
    make_lead(administrator, first_name="Anna", job_title="Buyer")
    make_lead(administrator, first_name="Bert", job_title="Seller")
    tree = {
        "all": [
            {"field": "first_name", "op": "eq", "value": "Anna"},
            {"field": "job_title", "op": "contains", "value": "buy"},
        ]
    }
    status, body = get(client_of(administrator), "/leads/", filter=tree)
    assert status == 200
    assert "Leads: First name is “Anna” and Job title contains “buy”" in body
    assert "Remove: First name is “Anna”" in body
    assert "Bert" not in body


def test_what_people_wrote_is_text(client_of: ClientOf, administrator: User) -> None:
    customer = make_customer(administrator, name=HOSTILE)
    lead = make_lead(
        administrator, first_name=HOSTILE, last_name="", job_title=HOSTILE, organization_name=HOSTILE
    )
    deal = make_opportunity(administrator, title=HOSTILE, customer=customer.pk)
    client = client_of(administrator)
    client.post(f"/leads/{lead.pk}/comments/", {"body": HOSTILE})
    tree = {"field": "job_title", "op": "eq", "value": HOSTILE}
    pages = [
        client.get("/leads/", {"columns": "name,job_title,organization_name", "filter": json.dumps(tree)}),
        client.get("/leads/filter/", {"filter": json.dumps(tree)}),
        client.get(f"/leads/{lead.pk}/"),
        client.get(f"/leads/{lead.pk}/sections/lead/"),
        client.get(f"/leads/{lead.pk}/make/opportunity/"),
        client.get("/opportunities/"),
        client.get(f"/opportunities/{deal.pk}/"),
        client.get(f"/customers/{customer.pk}/"),
        client.get("/search/", {"q": "script"}),
        client.get("/search/", {"q": HOSTILE}),
        client.get("/"),
    ]
    for page in pages:
        body = page.content.decode()
        assert page.status_code == 200
        assert "<script>alert" not in body
        assert "<img" not in body
    assert "&lt;script&gt;" in pages[0].content.decode()


def test_an_address_that_runs_code_is_never_a_link(client_of: ClientOf, administrator: User) -> None:
    lead = make_lead(administrator)
    lead.website = "javascript:alert(1)"  # as it could stand there before the rule
    lead.save(update_fields=["website"])
    body = client_of(administrator).get(f"/leads/{lead.pk}/").content.decode()
    assert "javascript:alert(1)" in body
    assert 'href="javascript' not in body


def test_a_linked_record_one_may_not_see_has_no_name(
    client_of: ClientOf, administrator: User, seller_north: User, seller_south: User
) -> None:
    hidden = make_customer(seller_south, name="Hidden Ltd")
    deal = make_opportunity(administrator, title="Shared", customer=hidden.pk, owner=seller_north.pk)
    client = client_of(seller_north)
    for address in ("/opportunities/", f"/opportunities/{deal.pk}/", "/search/?q=Shared"):
        body = client.get(address).content.decode()
        assert "Shared" in body
        assert "Hidden Ltd" not in body


def test_the_count_is_capped_until_one_asks(
    client_of: ClientOf, administrator: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("headwater.records.paging.COUNT_CAP", 2)
    for _number in range(4):
        make_lead(administrator)
    client = client_of(administrator)
    assert "More than 2 records" in get(client, "/leads/")[1]
    status, body = get(client, "/leads/", count="exact", count_only="")
    assert (status, body.strip().startswith("<span")) == (200, True)
    assert "4 records" in body


def test_a_list_asks_few_questions(
    client_of: ClientOf, administrator: User, django_assert_max_num_queries: Any
) -> None:
    customer = make_customer(administrator)
    for _number in range(5):
        make_lead(administrator, customer=customer.pk, next_contact_by=administrator.pk)
    client = client_of(administrator)
    client.get("/contacts/")  # custom fields and option lists are remembered between requests
    with django_assert_max_num_queries(8):
        client.get("/leads/")


def test_a_record_page_asks_few_questions(
    client_of: ClientOf, manager: User, django_assert_max_num_queries: Any
) -> None:
    lead = make_lead(manager, next_contact_by=manager.pk)
    client = client_of(manager)
    for _number in range(3):
        client.post(f"/leads/{lead.pk}/comments/", {"body": "Called."})
    client.post(f"/leads/{lead.pk}/people/", {"first_name": "Ilze"})
    client.post(f"/leads/{lead.pk}/addresses/", {"line1": "Brīvības iela 1"})
    address = f"/leads/{lead.pk}/"
    client.get(address)  # settings and option lists are remembered between requests
    with django_assert_max_num_queries(15):
        client.get(address)


def test_an_empty_list_offers_to_begin(client_of: ClientOf, administrator: User, seller_north: User) -> None:
    body = client_of(administrator).get("/contacts/").content.decode()
    assert "No contacts yet" in body
    assert 'href="/imports/new/?object=contact' in body
    assert "/imports/new/" not in client_of(seller_north).get("/contacts/").content.decode()

"""Making one record from another, and the steps of an opportunity."""

import pytest

from headwater.api.views import document
from headwater.customers.models import Customer
from headwater.pipeline.conversion import VERBS
from headwater.pipeline.models import Opportunity
from headwater.testing.factories import make_customer, make_lead, make_opportunity, make_option, make_stage

pytestmark = pytest.mark.django_db


@pytest.fixture
def api(api_of, seller_north):
    make_stage()
    return api_of(seller_north)


@pytest.fixture
def lead(seller_north):
    make_option("source", "Fair")
    return make_lead(
        seller_north, first_name="Ilze", last_name="Kalna", source="fair", value=500, email="i@x.lv"
    )


def test_a_lead_becomes_an_opportunity(api, lead):
    made = api.post(f"leads/{lead.pk}/opportunity", {"title": "Big one"})
    assert made.status_code == 201
    opportunity = made.json()
    assert made.headers["Location"] == f"/api/v1/opportunities/{opportunity['id']}"
    expected = {"title": "Big one", "lead": lead.pk, "amount": 500.0, "currency": "EUR", "source": "fair"}
    assert expected.items() <= opportunity.items()
    after = api.get(f"leads/{lead.pk}").json()
    assert after["status"] == "opportunity"
    assert after["converted_at"] == opportunity["created_at"]


def test_a_lead_becomes_a_customer_once(api, lead):
    made = api.post(f"leads/{lead.pk}/customer")
    assert made.status_code == 201
    assert made.json()["name"] == "Ilze Kalna"
    assert api.get(f"leads/{lead.pk}").json()["status"] == "converted"
    again = api.post(f"leads/{lead.pk}/customer")
    assert again.status_code == 409
    assert again.json()["existing"] == {"object": "customer", "id": made.json()["id"], "title": "Ilze Kalna"}
    assert Customer.unscoped.count() == 1


@pytest.mark.parametrize("verb", VERBS, ids=lambda verb: f"{verb.source}-{verb.name}")
def test_a_preview_of_any_verb_writes_nothing(api, seller_north, lead, verb):
    sources = {
        "lead": ("leads", lead.pk),
        "customer": ("customers", make_customer(seller_north).pk),
        "opportunity": ("opportunities", make_opportunity(seller_north, lead=lead.pk).pk),
    }
    before = (Customer.unscoped.count(), Opportunity.unscoped.count(), api.get("contacts").json()["count"])
    slug, number = sources[verb.source]
    preview = api.post(f"{slug}/{number}/{verb.name}", preview=1)
    assert preview.status_code == 200
    assert preview.json()
    assert before == (
        Customer.unscoped.count(),
        Opportunity.unscoped.count(),
        api.get("contacts").json()["count"],
    )


def test_a_preview_shows_what_was_given_over_what_is_copied(api, lead):
    preview = api.post(f"leads/{lead.pk}/opportunity", {"title": "Mine"}, preview=1).json()
    assert (preview["title"], preview["amount"]) == ("Mine", 500.0)


def test_a_preview_reads_what_was_given(api, lead):
    filled = api.post(f"leads/{lead.pk}/opportunity", {"amount": "1200.50", "created_at": ""}, preview=1)
    assert filled.json()["amount"] == 1200.5
    assert "created_at" not in filled.json()
    wrongs: list[dict] = [
        {"amount": {}},
        {"labels": "x"},
        {"owner": "somebody"},
        {"lead": 10**9},
        {"sauce": 1},
    ]
    for wrong in wrongs:
        refused = api.post(f"leads/{lead.pk}/opportunity", wrong, preview=1)
        assert refused.status_code == 422, wrong
        assert {error["field"] for error in refused.json()["errors"]} == set(wrong)


def test_wrong_values_of_a_verb_are_named_and_nothing_is_written(api, lead):
    refused = api.post(f"leads/{lead.pk}/opportunity", {"amount": "much", "sauce": 1})
    assert refused.status_code == 422
    assert {error["field"] for error in refused.json()["errors"]} == {"amount", "sauce"}
    assert api.get(f"leads/{lead.pk}").json()["converted_at"] is None


def test_an_opportunity_is_lost_with_reasons_and_reopened(api, seller_north, lead):
    make_option("lost_reason", "Price")
    make_option("competitor", "Acme")
    opportunity = make_opportunity(seller_north, lead=lead.pk)
    path = f"opportunities/{opportunity.pk}"
    refused = api.post(f"{path}/loss", {"reasons": []})
    assert [error["field"] for error in refused.json()["errors"]] == ["reasons"]
    given = {"reasons": ["price"], "competitors": ["acme"], "detail": "Too dear"}
    lost = api.post(f"{path}/loss", given)
    assert lost.status_code == 200
    assert (lost.json()["status"], lost.json()["lost_reasons"], lost.json()["lost_detail"]) == (
        "lost",
        ["price"],
        "Too dear",
    )
    assert lost.json()["lost_at"]
    reopened = api.post(f"{path}/reopening").json()
    assert (reopened["status"], reopened["lost_reasons"], reopened["lost_at"]) == ("open", [], None)
    won = api.post(f"{path}/win").json()
    assert won["status"] == "converted"
    assert won["won_at"]


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"reasons": ["nothing"]}, "reasons"),
        ({"reasons": 5}, "reasons"),
        ({"reasons": ["price"], "sauce": 1}, "sauce"),
    ],
)
def test_wrong_words_of_a_step_are_named(api, seller_north, given, field):
    make_option("lost_reason", "Price")
    opportunity = make_opportunity(seller_north)
    refused = api.post(f"opportunities/{opportunity.pk}/loss", given)
    assert refused.status_code == 422
    assert [error["field"] for error in refused.json()["errors"]] == [field]
    assert api.get(f"opportunities/{opportunity.pk}").json()["status"] == "open"


def test_an_unknown_verb_is_404(api, lead):
    assert api.post(f"leads/{lead.pk}/sauce").status_code == 404
    assert api.post(f"leads/{lead.pk}/win").status_code == 404
    assert api.get(f"leads/{lead.pk}/opportunity").status_code == 405


def test_verbs_need_the_right_to_edit_their_source(api_of, lead, seller_south, manager, north, make_user):
    assert api_of(seller_south).post(f"leads/{lead.pk}/opportunity").status_code == 404
    assert api_of(seller_south).post(f"leads/{lead.pk}/opportunity", preview=1).status_code == 404
    colleague = make_user("colleague", team=north)
    assert api_of(colleague).post(f"leads/{lead.pk}/opportunity").status_code == 403
    assert api_of(colleague).post(f"leads/{lead.pk}/opportunity", preview=1).status_code == 403


def test_people_of_a_record(api, seller_north, lead):
    make_option("contact_role", "Buyer")
    path = f"leads/{lead.pk}/contacts"
    made = api.post(path, {"contact": {"first_name": "Anna", "phone": "+371 29123456"}, "role": "buyer"})
    assert made.status_code == 201
    first = made.json()
    assert (first["name"], first["role"], first["is_primary"]) == ("Anna", "buyer", True)
    contact = api.post("contacts", {"first_name": "Berta"}).json()
    second = api.post(path, {"contact": contact["id"], "primary": True}).json()
    assert [link["name"] for link in api.get(path).json()["items"]] == ["Berta", "Anna"]
    assert api.get(f"leads/{lead.pk}").json()["primary_contact"] == contact["id"]
    assert api.patch(f"{path}/{first['id']}", {"primary": True}).json()["is_primary"] is True
    ended = api.patch(f"{path}/{second['id']}", {"until": "2026-01-31", "preferred_channel": "viber"}).json()
    assert (ended["until"], ended["preferred_channel"]) == ("2026-01-31", "viber")
    assert api.patch(f"{path}/{second['id']}", {"until": None}).json()["until"] is None
    for wrong, field in (({}, ""), ({"preferred_channel": "pigeon"}, "preferred_channel")):
        refused = api.patch(f"{path}/{second['id']}", wrong)
        assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, field)
    assert api.delete(f"{path}/{first['id']}").status_code == 204
    assert [link["name"] for link in api.get(path).json()["items"]] == ["Berta"]


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"contact": 999}, None),
        ({"contact": 10**30}, None),
        ({"contact": {"first_name": ""}}, "first_name"),
        ({"contact": {"first_name": "A", "sauce": 1}}, "sauce"),
        ({"contact": {"first_name": "A"}, "role": "king"}, "role"),
        ({"contact": {"first_name": "A"}, "since": "yesterday"}, "since"),
        ({"contact": "Anna"}, "contact.int"),
        ({}, "contact"),
    ],
)
def test_wrong_people_are_named(api, lead, given, field):
    refused = api.post(f"leads/{lead.pk}/contacts", given)
    if field is None:
        assert refused.status_code == 404
    else:
        assert refused.status_code == 422
        assert field in [error["field"] for error in refused.json()["errors"]]
    assert api.get("contacts").json()["items"] == []


def test_a_link_of_another_record_is_404(api, seller_north, lead):
    other = make_lead(seller_north)
    link = api.post(f"leads/{lead.pk}/contacts", {"contact": {"first_name": "Anna"}}).json()
    for answer in (
        api.patch(f"leads/{other.pk}/contacts/{link['id']}", {"primary": True}),
        api.delete(f"leads/{other.pk}/contacts/{link['id']}"),
        api.delete(f"leads/{lead.pk}/addresses/{link['id']}"),
    ):
        assert answer.status_code == 404


def test_contacts_and_addresses_have_no_address_for_people_of_their_own(api, lead):
    """What could only be refused is not offered, neither at the door nor in its description."""
    person = api.post("contacts", {"first_name": "Anna"}).json()
    place = api.post("addresses", {"line1": "1 Harbour Street"}).json()
    for path, given in (
        (f"contacts/{person['id']}/contacts", {"contact": {"first_name": "Berta"}}),
        (f"addresses/{place['id']}/contacts", {"contact": {"first_name": "Berta"}}),
        (f"addresses/{place['id']}/addresses", {"address": {"line1": "2 Harbour Street"}}),
    ):
        assert (api.get(path).status_code, api.post(path, given).status_code) == (404, 404)
    used = api.post(f"contacts/{person['id']}/addresses", {"address": place["id"]})
    assert used.status_code == 201
    offered = {
        word: {path.split("/")[3] for path in document()["paths"] if f"{{id}}/{word}" in path}
        for word in ("contacts", "addresses")
    }
    assert offered == {
        "contacts": {"leads", "opportunities", "customers"},
        "addresses": {"leads", "opportunities", "customers", "contacts"},
    }


def test_addresses_of_a_record(api, lead):
    path = f"leads/{lead.pk}/addresses"
    first = api.post(path, {"address": {"line1": "1 Harbour Street", "city": "Riga"}}).json()
    second = api.post(path, {"address": {"line1": "2 Harbour Street"}}).json()
    assert (first["is_primary"], second["is_primary"]) == (True, False)
    assert api.patch(f"{path}/{second['id']}", {"primary": True}).json()["is_primary"] is True
    assert [use["address"] for use in api.get(path).json()["items"]] == [second["address"], first["address"]]
    assert api.delete(f"{path}/{first['id']}").status_code == 204
    assert api.post(path, {"address": second["address"]}).status_code == 422
    assert api.patch(f"{path}/{second['id']}", {"primary": False}).status_code == 422

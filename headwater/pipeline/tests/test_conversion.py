"""Making opportunities, customers and contacts from leads."""

from decimal import Decimal

import pytest

from headwater.customers.models import Contact, ContactLink, Customer
from headwater.customers.services import add_address, add_contact, addresses_of, contacts_of
from headwater.history.models import HistoryEntry
from headwater.metadata.choices import ensure_options
from headwater.pipeline import conversion
from headwater.pipeline.errors import AlreadyMade
from headwater.pipeline.models import Lead, Opportunity
from headwater.records.errors import Forbidden, Invalid, NotFound
from headwater.records.find import find_records, get_record
from headwater.records.write import delete_record, update_record
from headwater.testing.factories import actor_of, make_customer, make_lead, make_opportunity

pytestmark = pytest.mark.django_db


def full_lead(user, **values):
    return make_lead(
        user,
        **{
            "organization_name": "Ūdensroze SIA",
            "first_name": "Līga",
            "last_name": "Kalniņa",
            "gender": "female",
            "job_title": "Director",
            "email": "liga@udensroze.lv",
            "phone": "67 123 456",
            "source": "reference",
            "territory": "europe",
            "industry": "tourism",
            "value": "1250.50",
            "currency": "EUR",
            "status": "interested",
            "external_id": "X-1",
        }
        | values,
    )


def test_the_form_of_an_opportunity_is_filled_and_nothing_is_written(administrator, options):
    lead = full_lead(administrator)
    before = HistoryEntry.objects.count()
    values = conversion.prefill_opportunity(actor_of(administrator), lead.pk)
    assert values == {
        "title": "Ūdensroze SIA",
        "lead": lead.pk,
        "amount": 1250.5,
        "currency": "EUR",
        "source": "reference",
        "territory": "europe",
        "owner": administrator.pk,
    }
    assert HistoryEntry.objects.count() == before
    assert not find_records(actor_of(administrator), "opportunity").exists()


def test_what_the_person_made_of_the_form_wins_over_what_was_copied(administrator, options):
    actor = actor_of(administrator)
    lead = full_lead(administrator)
    made = conversion.make_opportunity(actor, lead.pk, {"title": "Pool", "source": "", "amount": "99.90"})
    assert isinstance(made, Opportunity)
    assert (made.name, made.source, made.amount, made.territory) == ("Pool", None, Decimal("99.90"), "europe")
    assert made.lead_id == lead.pk
    assert made.stage is not None
    assert made.probability == made.stage.probability
    entry = HistoryEntry.objects.get(object="opportunity", record_id=made.pk)
    assert entry.cause == f"lead:{lead.pk}"


def test_a_lead_cannot_be_swapped_for_another_by_the_posted_values(administrator, options):
    lead, other = full_lead(administrator), make_lead(administrator)
    made = conversion.make_opportunity(actor_of(administrator), lead.pk, {"lead": other.pk})
    assert isinstance(made, Opportunity)
    assert made.lead_id == lead.pk


def test_a_refused_form_leaves_nothing_behind(administrator, options):
    actor = actor_of(administrator)
    lead = full_lead(administrator)
    with pytest.raises(Invalid) as refused:
        conversion.make_customer(actor, lead.pk, {"email": "not an address"})
    assert [error.field for error in refused.value.errors] == ["email"]
    found = get_record(actor, "lead", lead.pk)
    assert isinstance(found, Lead)
    assert (found.status, found.customer_id, found.version) == ("interested", None, lead.version)


def test_a_customer_gets_the_people_addresses_and_opportunities_of_its_lead(administrator, options):
    actor = actor_of(administrator)
    lead = full_lead(administrator)
    boss = add_contact(actor, "lead", lead.pk, {"first_name": "Ilze"}, role="director")
    clerk = add_contact(actor, "lead", lead.pk, {"first_name": "Uldis"}, role="accountant", primary=True)
    add_address(actor, "lead", lead.pk, {"line1": "Brīvības iela 1", "city": "Rīga"})
    opportunity = conversion.make_opportunity(actor, lead.pk, {})
    customer = conversion.make_customer(actor, lead.pk, {})
    assert isinstance(customer, Customer)
    assert (customer.name, customer.kind, customer.industry) == ("Ūdensroze SIA", "company", "tourism")
    assert customer.email == "liga@udensroze.lv"
    people = contacts_of(actor, "customer", customer.pk)
    assert [(p.contact_id, p.role, p.is_primary) for p in people] == [
        (clerk.contact_id, "accountant", True),
        (boss.contact_id, "director", False),
    ]
    assert customer.primary_contact_id == clerk.contact_id
    assert [link.address.city for link in addresses_of(actor, "customer", customer.pk)] == ["Rīga"]
    assert find_records(actor, "contact").count() == 2
    assert find_records(actor, "address").count() == 1
    lead = get_record(actor, "lead", lead.pk)
    assert (lead.status, lead.customer_id, lead.converted_at) == (
        "converted",
        customer.pk,
        opportunity.created_at,
    )
    assert get_record(actor, "opportunity", opportunity.pk).customer_id == customer.pk


def test_a_person_becomes_an_individual(administrator, options):
    lead = make_lead(administrator, first_name="Uldis", last_name="Ozols", mobile="29 111 222")
    customer = conversion.make_customer(actor_of(administrator), lead.pk, {})
    assert isinstance(customer, Customer)
    assert (customer.name, customer.kind, customer.phone) == ("Uldis Ozols", "individual", "29 111 222")


def test_a_second_customer_is_refused_and_the_first_one_named(
    administrator, seller_north, seller_south, options
):
    actor = actor_of(administrator)
    lead = full_lead(administrator, owner=seller_north.pk)
    first = conversion.make_customer(actor, lead.pk, {"owner": seller_south.pk})
    with pytest.raises(AlreadyMade) as refused:
        conversion.make_customer(actor, lead.pk, {})
    assert (refused.value.pk, refused.value.title) == (first.pk, "Ūdensroze SIA")
    assert "Ūdensroze SIA" in refused.value.errors[0].message
    with pytest.raises(AlreadyMade) as hidden:
        conversion.make_customer(actor_of(seller_north), lead.pk, {})
    assert (hidden.value.pk, hidden.value.title) == (None, None)
    assert "Ūdensroze" not in hidden.value.errors[0].message


def test_after_the_first_customer_was_deleted_another_can_be_made(administrator, options):
    actor = actor_of(administrator)
    lead = full_lead(administrator)
    first = conversion.make_customer(actor, lead.pk, {})
    delete_record(actor, "customer", first.pk)
    assert get_record(actor, "lead", lead.pk).customer_id is None
    second = conversion.make_customer(actor, lead.pk, {})
    assert get_record(actor, "lead", lead.pk).customer_id == second.pk


def test_a_lead_of_an_existing_customer_makes_no_second_one(administrator, options):
    customer = make_customer(administrator, name="Known Ltd")
    lead = full_lead(administrator, customer=customer.pk)
    with pytest.raises(AlreadyMade) as refused:
        conversion.make_customer(actor_of(administrator), lead.pk, {})
    assert refused.value.pk == customer.pk


def test_a_contact_is_made_as_a_person_of_the_lead(administrator, options):
    actor = actor_of(administrator)
    lead = full_lead(administrator)
    contact = conversion.make_contact(actor, lead.pk, {})
    assert isinstance(contact, Contact)
    assert (contact.name, contact.gender, contact.organization) == ("Līga Kalniņa", "female", "Ūdensroze SIA")
    assert contact.phone_e164 == "+37167123456"
    assert get_record(actor, "lead", lead.pk).primary_contact_id == contact.pk
    assert conversion.prefill_opportunity(actor, lead.pk)["contact"] == contact.pk


def test_a_customer_and_an_opportunity_make_further_records(administrator, options):
    actor = actor_of(administrator)
    customer = make_customer(administrator, name="Known Ltd", territory="asia")
    made = conversion.make_for_customer(actor, customer.pk, {"title": "More"})
    assert isinstance(made, Opportunity)
    assert (made.customer_id, made.lead_id, made.territory) == (customer.pk, None, "asia")
    with pytest.raises(AlreadyMade):
        conversion.make_from_opportunity(actor, made.pk, {})
    opportunity = make_opportunity(administrator, lead=full_lead(administrator).pk)
    won = conversion.make_from_opportunity(actor, opportunity.pk, {})
    assert get_record(actor, "opportunity", opportunity.pk).customer_id == won.pk


@pytest.mark.parametrize("verb", conversion.VERBS, ids=lambda verb: f"{verb.source}-{verb.name}")
def test_whoever_may_not_change_the_source_makes_nothing_from_it(
    verb, administrator, seller_north, make_user, north, stranger, options
):
    source = {
        "lead": lambda: full_lead(seller_north),
        "customer": lambda: make_customer(seller_north),
        "opportunity": lambda: make_opportunity(seller_north, lead=full_lead(seller_north).pk),
    }[verb.source]()
    helper = make_user("ned", team=north)
    before = HistoryEntry.objects.count()
    for user, error in ((stranger, NotFound), (helper, Forbidden)):
        with pytest.raises(error):
            verb.prefill(actor_of(user), source.pk)
        with pytest.raises(error):
            verb.make(actor_of(user), source.pk, {})
    assert HistoryEntry.objects.count() == before
    assert conversion.find_verb(verb.source, verb.name) is verb


def test_links_that_the_maker_may_not_see_are_not_copied(administrator, seller_north, seller_south, options):
    secret = make_customer(seller_south, name="Secret")
    lead = full_lead(seller_north)
    update_record(actor_of(administrator), "lead", lead.pk, {"customer": secret.pk})
    assert "customer" not in conversion.prefill_opportunity(actor_of(seller_north), lead.pk)


def test_labels_are_copied_because_both_use_one_list(administrator, options):
    ensure_options("label", [("hot", "Hot"), ("big", "Big")])
    lead = full_lead(administrator, labels=["hot", "big"])
    assert conversion.prefill_customer(actor_of(administrator), lead.pk)["labels"] == ["hot", "big"]
    assert ContactLink.objects.count() == 0

"""Making one record from another: the verbs behind "Make".

Each verb first gives the values of an unsaved form, and then, with what the person made of them,
writes everything in one transaction. Surfaces offer ``VERBS`` without knowing one by name.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from headwater.access.models import Action
from headwater.customers.models.customer import CustomerKind
from headwater.customers.services import copy_links, link_contact
from headwater.metadata.titles import titles_of
from headwater.pipeline.errors import AlreadyMade
from headwater.pipeline.evidence import Evidence, set_evidence
from headwater.pipeline.models import Lead, LeadEvidence, Opportunity
from headwater.pipeline.prefill import Values, copied_values, only_reachable, seen_value
from headwater.records.context import filter_context
from headwater.records.facts import Fact, lock_records, write_facts_of_many
from headwater.records.find import get_record
from headwater.records.models import Record
from headwater.records.write import create_record
from headwater.users.actor import Actor

Kind = LeadEvidence.Kind


@dataclass(frozen=True)
class Verb:
    """One thing that can be made from an object's records.

    ``prefill`` returns the values of the unsaved form; ``make`` writes them over the same values
    and returns the new record. Both raise NotFound and Forbidden for the source, ``make`` also
    Invalid for the values.
    """

    name: str
    label: str | Promise
    source: str
    target: str
    prefill: Callable[[Actor, Any], Values]
    make: Callable[[Actor, Any, Values], Record]


def _lead(actor: Actor, lead_id: Any) -> Lead:
    lead = get_record(actor, "lead", lead_id, Action.EDIT)
    assert isinstance(lead, Lead)
    return lead


def _opportunity(actor: Actor, pk: Any) -> Opportunity:
    opportunity = get_record(actor, "opportunity", pk, Action.EDIT)
    assert isinstance(opportunity, Opportunity)
    return opportunity


def prefill_opportunity(actor: Actor, lead_id: Any) -> Values:
    """Return the values of an opportunity that is to be made from a lead."""
    lead = _lead(actor, lead_id)
    own = {
        "title": lead.name[:200],
        "lead": lead.pk,
        "contact": lead.primary_contact_id,
        "amount": seen_value(lead, "value"),
        "currency": lead.currency if seen_value(lead, "value") is not None else "",
    }
    return copied_values(actor, lead, "opportunity") | only_reachable(actor, "opportunity", own)


@transaction.atomic
def make_opportunity(actor: Actor, lead_id: Any, values: Values) -> Record:
    """Make an opportunity from a lead; the lead's status follows by its evidence."""
    given = prefill_opportunity(actor, lead_id) | values
    lead = _lead(actor, lead_id)
    return create_record(actor, "opportunity", given | {"lead": lead.pk}, cause=f"lead:{lead.pk}")


def prefill_customer(actor: Actor, lead_id: Any) -> Values:
    """Return the values of a customer that is to be made from a lead."""
    lead = _lead(actor, lead_id)
    company = seen_value(lead, "organization_name")
    own = {
        "name": (company or lead.name)[:200],
        "kind": CustomerKind.COMPANY.value if company else CustomerKind.INDIVIDUAL.value,
        "phone": seen_value(lead, "phone") or seen_value(lead, "mobile"),
    }
    return copied_values(actor, lead, "customer") | only_reachable(actor, "customer", own)


@transaction.atomic
def make_customer(actor: Actor, lead_id: Any, values: Values) -> Record:
    """Make a customer from a lead: it gets the lead's people, addresses and opportunities.

    Raises AlreadyMade, which names the first one, when the lead has a customer.
    """
    lead = _lead(actor, lead_id)
    lock_records("lead", [lead.pk])
    _refuse_second(actor, _lead(actor, lead_id))
    given = prefill_customer(actor, lead_id) | values
    customer = create_record(actor, "customer", given, cause=f"lead:{lead.pk}")
    copy_links(actor, ("lead", lead.pk), ("customer", customer.pk))
    made = Evidence(lead.pk, Kind.CUSTOMER, customer.pk, customer.created_at)
    set_evidence(actor, [made], values={lead.pk: {"customer_id": customer.pk}})
    _show_opportunities(actor, lead, customer)
    customer.refresh_from_db()
    return customer


def _refuse_second(actor: Actor, lead: Lead) -> None:
    made = lead.evidence.filter(kind=Kind.CUSTOMER, exists=True).values_list("record_id", flat=True)
    first = made.order_by("at", "pk").first() or lead.customer_id
    if first is None:
        return
    title = titles_of("customer", [first], filter_context(actor)).get(first)
    raise AlreadyMade("customer", first if title is not None else None, title)


def _show_opportunities(actor: Actor, lead: Lead, customer: Record) -> None:
    """Let the lead's opportunities belong to the customer too, as far as they have none."""
    pks = lead.opportunities.filter(customer=None).values_list("pk", flat=True)
    facts = [
        Fact(record, {"customer_id": customer.pk}, cause=f"customer:{customer.pk}")
        for record in lock_records("opportunity", list(pks)).values()
    ]
    write_facts_of_many(actor, "opportunity", facts)


def prefill_contact(actor: Actor, lead_id: Any) -> Values:
    """Return the values of a contact for the person of a lead."""
    lead = _lead(actor, lead_id)
    own = {"organization": seen_value(lead, "organization_name")}
    return copied_values(actor, lead, "contact") | only_reachable(actor, "contact", own)


@transaction.atomic
def make_contact(actor: Actor, lead_id: Any, values: Values) -> Record:
    """Make a contact from a lead, as a person of that lead."""
    given = prefill_contact(actor, lead_id) | values
    lead = _lead(actor, lead_id)
    contact = create_record(actor, "contact", given, cause=f"lead:{lead.pk}")
    link_contact(actor, "lead", lead.pk, contact)
    return contact


def prefill_of_customer(actor: Actor, customer_id: Any) -> Values:
    """Return the values of an opportunity with a customer."""
    customer: Any = get_record(actor, "customer", customer_id, Action.EDIT)
    own = {"title": customer.name, "customer": customer.pk, "contact": customer.primary_contact_id}
    return copied_values(actor, customer, "opportunity") | only_reachable(actor, "opportunity", own)


@transaction.atomic
def make_for_customer(actor: Actor, customer_id: Any, values: Values) -> Record:
    """Make an opportunity with a customer."""
    given = prefill_of_customer(actor, customer_id) | values
    pk = get_record(actor, "customer", customer_id, Action.EDIT).pk
    return create_record(actor, "opportunity", given | {"customer": pk}, cause=f"customer:{pk}")


def prefill_from_opportunity(actor: Actor, pk: Any) -> Values:
    """Return the values of a customer for an opportunity that is with a lead."""
    return prefill_customer(actor, _lead_of(actor, pk))


@transaction.atomic
def make_from_opportunity(actor: Actor, pk: Any, values: Values) -> Record:
    """Make a customer from the lead of an opportunity."""
    return make_customer(actor, _lead_of(actor, pk), values)


def _lead_of(actor: Actor, pk: Any) -> int:
    opportunity = _opportunity(actor, pk)
    if opportunity.lead_id is None:
        customer = opportunity.customer_id or 0
        title = titles_of("customer", [customer], filter_context(actor)).get(customer)
        raise AlreadyMade("customer", customer if title is not None else None, title)
    return opportunity.lead_id


VERBS: tuple[Verb, ...] = (
    Verb("opportunity", _("Opportunity"), "lead", "opportunity", prefill_opportunity, make_opportunity),
    Verb("customer", _("Customer"), "lead", "customer", prefill_customer, make_customer),
    Verb("contact", _("Contact"), "lead", "contact", prefill_contact, make_contact),
    Verb("opportunity", _("Opportunity"), "customer", "opportunity", prefill_of_customer, make_for_customer),
    Verb(
        "customer", _("Customer"), "opportunity", "customer", prefill_from_opportunity, make_from_opportunity
    ),
)


def verbs_of(source: str) -> list[Verb]:
    """Return what can be made from an object's records."""
    return [verb for verb in VERBS if verb.source == source]


def find_verb(source: str, name: str) -> Verb | None:
    """Find a verb by the object it starts from and its name in addresses."""
    return next((verb for verb in verbs_of(source) if verb.name == name), None)

"""Calls that are logged on a lead reach its status, and leave it when they are deleted."""

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headwater.activities.events import delete_event, edit_event, log_event
from headwater.activities.timeline import timeline
from headwater.history.models import HistoryEntry
from headwater.pipeline.models import Lead, LeadEvidence
from headwater.pipeline.models.lead import LeadStatus
from headwater.pipeline.next_contact import open_leads_due
from headwater.pipeline.status import explain_status, status_of
from headwater.records.find import get_record
from headwater.records.write import delete_record, update_record
from headwater.testing.factories import actor_of, make_customer, make_lead, make_opportunity

pytestmark = pytest.mark.django_db

OUT = {"kind": "call", "direction": "outgoing"}
IN = {"kind": "call", "direction": "incoming"}


@pytest.fixture
def actor(administrator, options):
    return actor_of(administrator)


def status(actor, lead: Lead) -> str:
    found = get_record(actor, "lead", lead.pk)
    assert isinstance(found, Lead)
    return found.status


@pytest.mark.parametrize("start", LeadStatus.values)
def test_a_call_changes_the_status_from_where_it_may(actor, administrator, start):
    after = {
        "outgoing": {"lead": "replied", "open": "replied"},
        "incoming": dict.fromkeys(("lead", "replied", "interested"), "open"),
    }
    for values in (OUT, IN):
        lead = make_lead(administrator, status=start)
        log_event(actor, "lead", lead.pk, values)
        assert status(actor, lead) == after[values["direction"]].get(start, start)


def test_meetings_and_calls_on_other_records_leave_the_status_alone(actor, administrator):
    lead, customer = make_lead(administrator), make_customer(administrator)
    log_event(actor, "lead", lead.pk, {"kind": "meeting"})
    log_event(actor, "lead", lead.pk, {"kind": "other"})
    log_event(actor, "customer", customer.pk, OUT)
    assert status(actor, lead) == "lead"
    assert not LeadEvidence.objects.exists()


def test_the_change_is_one_entry_that_names_the_call(actor, administrator):
    lead = make_lead(administrator)
    event = log_event(actor, "lead", lead.pk, OUT)
    entries = HistoryEntry.objects.filter(object="lead", record_id=lead.pk).order_by("id")
    assert [entry.verb for entry in entries] == ["created", "event_added", "updated"]
    changed = entries.get(verb="updated")
    assert (changed.changes, changed.cause) == ({"status": ["lead", "replied"]}, f"event {event.pk}")
    item = timeline(actor, "lead", lead.pk).items[0]
    assert item.because == f"logged call #{event.pk}"
    lead.refresh_from_db()
    explained = explain_status(actor, lead)
    assert explained.reason == "Calls were logged since the status was last set by hand."
    assert [(line.label, line.counts) for line in explained.evidence] == [("Outgoing call", True)]


def test_a_deleted_call_gives_the_status_of_the_others(actor, administrator):
    lead = make_lead(administrator)
    first = log_event(actor, "lead", lead.pk, OUT)
    second = log_event(actor, "lead", lead.pk, IN)
    assert status(actor, lead) == "open"
    delete_event(actor, second.pk)
    assert status(actor, lead) == "replied"
    delete_event(actor, first.pk)
    assert status(actor, lead) == "lead"


def test_a_call_counts_from_when_it_was(actor, administrator):
    lead = make_lead(administrator)
    out = log_event(actor, "lead", lead.pk, OUT | {"at": "2025-05-04T09:00Z"})
    log_event(actor, "lead", lead.pk, IN | {"at": "2025-05-03T09:00Z"})
    assert status(actor, lead) == "replied"
    edit_event(actor, out.pk, {"at": "2025-05-02T09:00Z"})
    assert status(actor, lead) == "open"


def test_what_is_set_by_hand_after_a_call_holds(actor, administrator):
    lead = make_lead(administrator)
    call = log_event(actor, "lead", lead.pk, OUT)
    update_record(actor, "lead", lead.pk, {"status": "lead"})
    assert status(actor, lead) == "lead"
    edit_event(actor, call.pk, {"body": "Busy"})
    log_event(actor, "lead", lead.pk, {"kind": "meeting"})
    assert status(actor, lead) == "lead"
    log_event(actor, "lead", lead.pk, IN)
    assert status(actor, lead) == "open"
    update_record(actor, "lead", lead.pk, {"status": "interested"})
    delete_event(actor, call.pk)
    assert status(actor, lead) == "interested"


def test_papers_speak_before_calls(actor, administrator):
    lead = make_lead(administrator)
    opportunity = make_opportunity(administrator, lead=lead.pk)
    log_event(actor, "lead", lead.pk, OUT)
    assert status(actor, lead) == "opportunity"
    delete_record(actor, "opportunity", opportunity.pk)
    assert status(actor, lead) == "replied"


@pytest.mark.parametrize("start", ["lead", "open"])
def test_the_day_of_the_next_contact_opens_what_a_call_made_replied(actor, administrator, start):
    lead = make_lead(administrator, status=start, next_contact_at="2025-05-04T09:00Z")
    call = log_event(actor, "lead", lead.pk, OUT | {"at": "2025-05-01T09:00Z"})
    assert status(actor, lead) == "replied"
    open_leads_due()
    assert status(actor, lead) == "open"
    delete_event(actor, call.pk)
    assert status(actor, lead) == "open"


def test_writing_another_field_changes_nothing(actor, administrator):
    lead = make_lead(administrator)
    log_event(actor, "lead", lead.pk, OUT)
    update_record(actor, "lead", lead.pk, {"job_title": "CEO", "status": "replied"})
    assert status(actor, lead) == "replied"
    assert LeadEvidence.objects.get().live


@settings(max_examples=100, deadline=None)
@given(
    st.sampled_from(LeadStatus.values),
    st.lists(st.tuples(st.booleans(), st.booleans()), max_size=6),
    st.randoms(),
)
def test_the_order_of_noting_is_no_matter(start, calls, random):
    """Against the rule in its own words, call after call by when they were."""
    rows, expected = [], start
    for number, (outgoing, exists) in enumerate(calls):
        kind = LeadEvidence.Kind.OUTGOING_CALL if outgoing else LeadEvidence.Kind.INCOMING_CALL
        at = datetime(2025, 5, 1 + number, tzinfo=UTC)
        rows.append(LeadEvidence(kind=kind, record_id=number, exists=exists, live=True, at=at))
        if exists and outgoing and expected in ("lead", "open"):
            expected = "replied"
        elif exists and not outgoing and expected in ("lead", "replied", "interested"):
            expected = "open"
    random.shuffle(rows)
    assert (status_of(rows, start) or start) == expected

"""Facts about opportunities reach their leads through every door, in a bounded number of statements."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from headwater.history.asof import rebuild
from headwater.history.models import HistoryEntry
from headwater.lib.memo import unit_of_work
from headwater.pipeline.evidence import Evidence, set_evidence
from headwater.pipeline.models import Lead, LeadEvidence
from headwater.pipeline.status import explain_status
from headwater.records.bulk import RowWrite, write_records
from headwater.records.find import get_record
from headwater.records.write import create_record, delete_record, restore_record, update_record
from headwater.testing.factories import actor_of, make_customer, make_lead, make_opportunity

pytestmark = pytest.mark.django_db

DAY = datetime(2026, 5, 4, 9, tzinfo=UTC)


def lead_now(actor, lead: Lead) -> Lead:
    found = get_record(actor, "lead", lead.pk)
    assert isinstance(found, Lead)
    return found


def test_an_opportunity_by_any_door_changes_the_lead_with_one_entry_and_its_cause(administrator, options):
    lead = make_lead(administrator)
    opportunity = make_opportunity(administrator, lead=lead.pk, created_at=DAY)
    lead = lead_now(actor_of(administrator), lead)
    assert (lead.status, lead.converted_at, lead.manual_status) == ("opportunity", DAY, "lead")
    entries = HistoryEntry.objects.filter(object="lead", record_id=lead.pk)
    assert [e.verb for e in entries.order_by("id")] == ["created", "opportunity_made"]
    made = entries.get(verb="opportunity_made")
    assert made.cause == f"opportunity:{opportunity.pk}"
    assert made.changes["status"] == ["lead", "opportunity"]
    assert made.changes["converted_at"] == [None, "2026-05-04T09:00:00Z"]
    assert made.actor_id == administrator.pk


def test_an_opportunity_that_moves_to_another_lead_takes_the_conversion_along(administrator, options):
    actor = actor_of(administrator)
    one, two = make_lead(administrator), make_lead(administrator)
    opportunity = make_opportunity(administrator, lead=one.pk, created_at=DAY)
    update_record(actor, "opportunity", opportunity.pk, {"lead": two.pk})
    assert (lead_now(actor, one).status, lead_now(actor, one).converted_at) == ("lead", None)
    assert (lead_now(actor, two).status, lead_now(actor, two).converted_at) == ("opportunity", DAY)
    customer = make_customer(administrator)
    update_record(actor, "opportunity", opportunity.pk, {"lead": None, "customer": customer.pk})
    assert lead_now(actor, two).status == "lead"


def test_a_corrected_business_date_corrects_the_conversion(administrator, options):
    actor = actor_of(administrator)
    lead = make_lead(administrator)
    opportunity = make_opportunity(administrator, lead=lead.pk, created_at=DAY)
    update_record(actor, "opportunity", opportunity.pk, {"created_at": DAY - timedelta(days=3)})
    assert lead_now(actor, lead).converted_at == DAY - timedelta(days=3)


def test_do_not_contact_sticks_and_what_was_set_by_hand_comes_back(administrator, options):
    actor = actor_of(administrator)
    lead = make_lead(administrator, status="interested")
    opportunity = make_opportunity(administrator, lead=lead.pk)
    update_record(actor, "lead", lead.pk, {"status": "do_not_contact"})
    assert lead_now(actor, lead).status == "do_not_contact"
    update_record(actor, "lead", lead.pk, {"status": "open"})
    assert lead_now(actor, lead).status == "opportunity"
    delete_record(actor, "opportunity", opportunity.pk)
    assert lead_now(actor, lead).status == "open"


def test_what_happens_to_a_deleted_lead_does_not_bring_it_back_into_history(administrator, options):
    actor = actor_of(administrator)
    lead = make_lead(administrator)
    opportunity = make_opportunity(administrator, lead=lead.pk)
    delete_record(actor, "lead", lead.pk)
    delete_record(actor, "opportunity", opportunity.pk)
    assert rebuild("lead", lead.pk, datetime.now(UTC) + timedelta(days=1)) is None
    restored = restore_record(actor, "lead", lead.pk)
    assert isinstance(restored, Lead)
    assert (restored.status, restored.converted_at) == ("lead", None)


def test_an_import_of_opportunities_costs_a_bounded_number_of_statements(administrator, options):
    actor = actor_of(administrator)
    leads = [make_lead(administrator) for _number in range(60)]

    def statements(count: int) -> int:
        rows = [RowWrite({"title": f"Deal {n}", "lead": lead.pk}) for n, lead in enumerate(leads[:count])]
        with (
            unit_of_work(),
            CaptureQueriesContext(
                connection,
            ) as captured,
        ):
            results = write_records(actor.through("import", 7, 3), "opportunity", rows)
        assert {result.outcome for result in results} == {"created"}
        return len(captured)

    few = statements(10)
    assert statements(60) <= few
    for lead in leads:
        lead.refresh_from_db()
    assert {lead.status for lead in leads} == {"opportunity"}


def test_consequences_stay_out_of_the_change_set_because_they_follow_their_cause(administrator, options):
    lead = make_lead(administrator)
    importer = actor_of(administrator).through("import", 7, 3)
    write_records(importer, "opportunity", [RowWrite({"title": "Deal", "lead": lead.pk})])
    entry = HistoryEntry.objects.get(object="lead", verb="opportunity_made")
    assert (entry.change_set_id, entry.import_number, entry.door) == (None, 3, "import")
    assert HistoryEntry.objects.get(object="opportunity").change_set_id == 7


@pytest.mark.parametrize(
    ("kinds", "status"),
    [
        ([("quotation", True)], "quotation"),
        ([("quotation", False)], "lead"),
        ([("lost_quotation", True)], "lost_quotation"),
        ([("lost_quotation", True), ("quotation", True)], "quotation"),
        ([("quotation", True), ("opportunity", True)], "quotation"),
        ([("lost_quotation", True), ("opportunity", True)], "opportunity"),
        ([("lost_quotation", True), ("opportunity", False)], "lost_quotation"),
        ([("quotation", True), ("order", True)], "converted"),
        ([("quotation", True), ("order", False)], "quotation"),
    ],
)
def test_the_first_true_line_of_the_rules_wins(administrator, options, kinds, status):
    actor = actor_of(administrator)
    lead = make_lead(administrator)
    set_evidence(
        actor, [Evidence(lead.pk, kind, 900 + n, DAY, live=live) for n, (kind, live) in enumerate(kinds)]
    )
    assert lead_now(actor, lead).status == status


def test_papers_of_other_rooms_convert_a_lead_only_by_opportunity_or_customer(administrator, options):
    actor = actor_of(administrator)
    lead = make_lead(administrator)
    set_evidence(actor, [Evidence(lead.pk, "order", 901, DAY)])
    found = lead_now(actor, lead)
    assert (found.status, found.converted_at) == ("converted", None)
    assert found.customer_at is not None


def test_a_fact_told_twice_is_noted_once(administrator, options):
    actor = actor_of(administrator)
    lead = make_lead(administrator)
    fact = Evidence(lead.pk, "quotation", 901, DAY)
    set_evidence(actor, [fact, fact])
    set_evidence(actor, [fact])
    assert LeadEvidence.objects.count() == 1
    assert HistoryEntry.objects.filter(object="lead", verb="quotation_made").count() == 1


def test_the_status_explains_itself(administrator, seller_north, seller_south, north, options):
    actor = actor_of(seller_north)
    lead = make_lead(seller_north)
    assert explain_status(actor, lead).reason.startswith("Nothing made from the lead")
    hidden = create_record(
        actor_of(administrator), "opportunity", {"title": "Secret", "lead": lead.pk, "owner": seller_south.pk}
    )
    mine = make_opportunity(seller_north, lead=lead.pk, title="Mine")
    lead.refresh_from_db()
    explained = explain_status(actor, lead)
    assert (explained.status, explained.manual_status) == ("opportunity", "lead")
    assert explained.reason == "An opportunity exists that is not lost."
    assert {(line.record_id, line.title) for line in explained.evidence} == {
        (hidden.pk, None),
        (mine.pk, "Mine"),
    }
    assert all(line.counts and line.label == "Opportunity" for line in explained.evidence)


def test_the_first_day_as_a_customer_is_kept(administrator, options):
    actor = actor_of(administrator)
    with time_machine.travel(DAY, tick=False):
        lead = make_lead(administrator, status="converted")
    assert lead.customer_at == DAY
    update_record(actor, "lead", lead.pk, {"status": "open"})
    again = update_record(actor, "lead", lead.pk, {"status": "converted"})
    assert isinstance(again, Lead)
    assert again.customer_at == DAY

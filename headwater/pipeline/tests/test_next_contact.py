"""The day of a lead's next contact opens it, once."""

from datetime import UTC, datetime, timedelta
from typing import Any
from unittest import mock

import pytest
import time_machine

from headwater.history.models import HistoryEntry
from headwater.jobs.services import run_until_idle
from headwater.pipeline import next_contact
from headwater.pipeline.jobs import open_leads_due
from headwater.pipeline.models import Lead
from headwater.pipeline.models.lead import LeadStatus
from headwater.records.facts import write_facts_of_many
from headwater.records.write import delete_record, restore_record, update_record
from headwater.testing.factories import actor_of, make_lead, make_opportunity
from headwater.users.models import User
from headwater.users.services import update_organization

pytestmark = pytest.mark.django_db

CONTACT = datetime(2031, 5, 4, 9, tzinfo=UTC)


def statuses(lead: Lead) -> tuple[str, str]:
    found = Lead.unscoped.get(pk=lead.pk)
    assert isinstance(found, Lead)
    return found.status, found.manual_status


def opened(at: datetime = CONTACT) -> int:
    with time_machine.travel(at, tick=False):
        return next_contact.open_leads_due()


def write(user: User, lead: Lead, **values: Any) -> None:
    update_record(actor_of(user), "lead", lead.pk, values)


@pytest.mark.parametrize(
    ("zone", "begins"),
    [
        ("UTC", datetime(2031, 5, 4, tzinfo=UTC)),
        ("Asia/Bangkok", datetime(2031, 5, 3, 17, tzinfo=UTC)),
        ("America/Los_Angeles", datetime(2031, 5, 4, 7, tzinfo=UTC)),
    ],
)
def test_the_day_begins_in_the_zone_of_the_organization(administrator, zone, begins):
    update_organization(zone=zone)
    lead = make_lead(administrator, next_contact_at=CONTACT)
    assert opened(begins - timedelta(seconds=1)) == 0
    assert statuses(lead) == ("lead", "lead")
    assert opened(begins) == 1
    assert statuses(lead) == ("open", "open")


def test_a_contact_at_midnight_belongs_to_the_day_that_begins(administrator):
    update_organization(zone="Europe/Riga")
    midnight = datetime(2031, 5, 3, 21, tzinfo=UTC)
    lead = make_lead(administrator, next_contact_at=midnight)
    assert opened(midnight - timedelta(seconds=1)) == 0
    assert opened(midnight) == 1
    assert statuses(lead)[0] == "open"


@pytest.mark.parametrize("status", LeadStatus.values)
def test_only_resting_leads_are_opened(administrator, status):
    lead = make_lead(administrator, next_contact_at=CONTACT, status=status)
    rests = status in ("lead", "replied")
    assert opened() == rests
    wanted = "open" if rests else status
    assert statuses(lead) == (wanted, wanted)


def test_history_says_who_and_why(administrator):
    lead = make_lead(administrator, next_contact_at=CONTACT)
    with time_machine.travel(CONTACT, tick=False):
        open_leads_due.enqueue()
        run_until_idle()
    entry = HistoryEntry.objects.get(object="lead", record_id=lead.pk, cause=next_contact.CAUSE)
    assert entry.changes == {"status": ["lead", "open"], "manual_status": ["lead", "open"]}
    assert (entry.door, entry.actor_id) == ("system", None)


def test_what_was_made_of_a_lead_still_decides_its_status(administrator, options):
    lead = make_lead(administrator, next_contact_at=CONTACT)
    opportunity = make_opportunity(administrator, lead=lead.pk)
    assert opened() == 1
    assert statuses(lead) == ("opportunity", "open")
    delete_record(actor_of(administrator), "opportunity", opportunity.pk)
    assert statuses(lead) == ("open", "open")


def test_a_status_set_back_by_hand_stays_until_another_next_contact(administrator):
    lead = make_lead(administrator, next_contact_at=CONTACT)
    assert (opened(), opened()) == (1, 0)
    write(administrator, lead, status="replied", next_contact_at=CONTACT)
    assert opened(CONTACT + timedelta(days=3)) == 0
    assert statuses(lead) == ("replied", "replied")
    write(administrator, lead, next_contact_at=CONTACT + timedelta(days=7))
    assert opened(CONTACT + timedelta(days=6)) == 0
    assert opened(CONTACT + timedelta(days=7)) == 1
    assert statuses(lead) == ("open", "open")


def test_the_day_passes_for_a_lead_that_it_does_not_open(administrator):
    lead = make_lead(administrator, next_contact_at=CONTACT, status="do_not_contact")
    assert opened() == 0
    write(administrator, lead, status="lead")
    assert opened() == 0
    assert statuses(lead) == ("lead", "lead")
    write(administrator, lead, next_contact_at=None)
    write(administrator, lead, next_contact_at=CONTACT)
    assert opened() == 1


def test_a_day_that_was_moved_before_it_came_does_not_count(administrator):
    later = CONTACT + timedelta(days=1)
    lead = make_lead(administrator, next_contact_at=CONTACT)
    write(administrator, lead, next_contact_at=later)
    assert opened() == 0
    assert opened(later) == 1


def test_deleted_and_archived_leads_wait_until_they_come_back(administrator):
    actor = actor_of(administrator)
    deleted = make_lead(administrator, next_contact_at=CONTACT)
    archived = make_lead(administrator, next_contact_at=CONTACT, archived_at=CONTACT)
    delete_record(actor, "lead", deleted.pk)
    assert opened() == 0
    assert (statuses(deleted)[0], statuses(archived)[0]) == ("lead", "lead")
    restore_record(actor, "lead", deleted.pk)
    write(administrator, archived, archived_at=None)
    assert opened() == 2


def test_one_lead_that_cannot_be_written_stops_no_other(administrator, monkeypatch):
    leads = [make_lead(administrator, next_contact_at=CONTACT) for _number in range(5)]
    broken = leads[2].pk

    def failing(actor, object_name, facts):
        if any(fact.record.pk == broken for fact in facts):
            raise RuntimeError("broken")
        write_facts_of_many(actor, object_name, facts)

    with monkeypatch.context() as patched, mock.patch.object(next_contact, "logger") as log:
        patched.setattr(next_contact, "_BATCH", 2)
        patched.setattr(next_contact, "write_facts_of_many", failing)
        assert opened() == 4
    assert [statuses(lead)[0] for lead in leads] == ["open", "open", "lead", "open", "open"]
    assert log.exception.call_args.args[1:] == (broken,)
    assert opened() == 1

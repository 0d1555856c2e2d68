"""The timeline of a record in words."""

from datetime import UTC, datetime

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from headwater.activities.services import add_comment, delete_comment, edit_comment
from headwater.activities.timeline import timeline
from headwater.customers.seeds import seed as seed_customers
from headwater.customers.services import (
    add_address,
    add_contact,
    end_role,
    link_contact,
    make_contact_primary,
)
from headwater.lib.memo import unit_of_work
from headwater.metadata.errors import FilterError
from headwater.pipeline import services as pipeline
from headwater.pipeline.conversion import make_customer as make_customer_from
from headwater.pipeline.conversion import make_opportunity as make_opportunity_from
from headwater.pipeline.seeds import seed as seed_pipeline
from headwater.records.bulk import RowWrite, write_records
from headwater.records.errors import NotFound
from headwater.records.write import create_record, delete_record, restore_record, update_record
from headwater.testing.factories import actor_of, make_contact, make_lead, make_opportunity

pytestmark = pytest.mark.django_db

DAY = datetime(2026, 5, 4, 9, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _options(administrator):
    seed_customers(administrator)
    seed_pipeline(administrator)


def sentences(user, lead, **options):
    return [item.sentence for item in timeline(actor_of(user), "lead", lead.pk, **options).items]


def test_changes_are_said_with_labels_and_shown_values(administrator, seller_north):
    actor = actor_of(administrator)
    lead = make_lead(administrator)
    update_record(actor, "lead", lead.pk, {"source": "reference"})
    update_record(actor, "lead", lead.pk, {"source": "walk_in", "job_title": "Buyer"})
    update_record(actor, "lead", lead.pk, {"owner": seller_north.pk})
    update_record(actor, "lead", lead.pk, {"value": "1250.5"})
    update_record(actor, "lead", lead.pk, {"value": None})
    update_record(actor, "lead", lead.pk, {"status": "interested"})
    assert sentences(administrator, lead) == [
        "changed Status from Lead to Interested",
        "removed €1,250.50 from Value",
        "set Value to €1,250.50",
        "changed Owner from Administrator to Nora",
        "set Job title to Buyer and changed Source from Reference to Walk in",
        "set Source to Reference",
        "created this record",
    ]


def test_what_the_product_fills_in_stays_out_of_sight(administrator):
    lead = make_lead(administrator, first_name="Līga", last_name="", email="liga@example.com")
    (created,) = timeline(actor_of(administrator), "lead", lead.pk).items
    shown = {change.key for change in created.changes}
    assert {"first_name", "email", "owner", "status"} <= shown
    assert not shown & {
        "name",
        "named_by",
        "manual_status",
        "recorded_at",
        "created_by",
        "origin",
        "updated_at",
    }


def test_who_when_and_through_which_door(administrator, seller_north):
    with time_machine.travel(DAY, tick=False):
        importer = actor_of(administrator).through("import", 7, 3)
        (result,) = write_records(
            importer,
            "lead",
            [RowWrite({"first_name": "Old", "created_at": "2024-02-03", "owner": seller_north.pk})],
        )
    (item,) = timeline(actor_of(seller_north), "lead", result.record_id).items
    assert (item.at, item.door, item.import_number, item.who) == (DAY, "import", 3, administrator)
    assert item.to_json()["by"] == {"id": administrator.pk, "name": "Administrator"}


def test_the_life_of_a_lead_reads_like_a_story(administrator):
    actor = actor_of(administrator)
    lead = make_lead(administrator, organization_name="Ūdensroze", first_name="", last_name="")
    boss = add_contact(actor, "lead", lead.pk, {"first_name": "Ilze"}, role="director")
    clerk = add_contact(actor, "lead", lead.pk, {"first_name": "Uldis"}, role="accountant")
    make_contact_primary(actor, "lead", lead.pk, clerk.pk)
    end_role(actor, "lead", lead.pk, boss.pk)
    add_address(actor, "lead", lead.pk, {"line1": "Ostas iela 2", "city": "Rīga"})
    opportunity = make_opportunity_from(actor, lead.pk, {"title": "Pool"})
    pipeline.lose(actor, opportunity.pk, reasons=["price"])
    pipeline.reopen(actor, opportunity.pk)
    make_customer_from(actor, lead.pk, {})
    said = sentences(administrator, lead)
    assert said[0] == (
        "made the customer Ūdensroze; set Customer to Ūdensroze"
        " and changed Status from Opportunity to Converted"
    )
    assert said[1:3] == [
        "reopened the opportunity Pool; changed Status from Lead to Opportunity",
        "lost the opportunity Pool; changed Status from Opportunity to Lead",
    ]
    assert said[3].startswith("made the opportunity Pool; changed Status from Lead to Opportunity")
    assert said[4] == "added the address Ostas iela 2, Rīga"
    assert said[5].startswith("ended the role of the contact Ilze (Director, until ")
    assert said[6:] == [
        "made Uldis (Accountant) the primary contact",
        "linked the contact Uldis (Accountant)",
        "linked the contact Ilze (Director)",
        "created this record",
    ]


def test_the_cause_is_named_to_those_who_may_see_it(administrator, seller_north, seller_south):
    lead = make_lead(seller_north)
    opportunity = create_record(
        actor_of(administrator), "opportunity", {"title": "Secret", "lead": lead.pk, "owner": seller_south.pk}
    )
    seen, hidden = (
        timeline(actor_of(user), "lead", lead.pk).items[0] for user in (administrator, seller_north)
    )
    assert seen.to_json()["cause"] == {"object": "opportunity", "id": opportunity.pk, "title": "Secret"}
    assert hidden.to_json()["cause"] is None
    assert "Secret" not in str(hidden.to_json())
    assert hidden.sentence.startswith(
        "made the opportunity a record you cannot see; changed Status from Lead to Opportunity"
    )


def test_a_hidden_record_stays_hidden_in_changed_values(administrator, seller_north, seller_south):
    person = make_contact(seller_south, first_name="Secret")
    opportunity = make_opportunity(seller_north)
    update_record(actor_of(administrator), "opportunity", opportunity.pk, {"contact": person.pk})
    item = timeline(actor_of(seller_north), "opportunity", opportunity.pk).items[0]
    assert item.sentence == "set Contact to a record you cannot see"


def test_comments_stand_in_one_order_with_changes(administrator, seller_north):
    actor = actor_of(seller_north)
    lead = make_lead(seller_north)
    first = add_comment(actor, "lead", lead.pk, "Called.")
    update_record(actor, "lead", lead.pk, {"status": "open"})
    second = add_comment(actor_of(administrator), "lead", lead.pk, "Good.")
    edit_comment(actor, first.pk, "Called twice.")
    delete_comment(actor_of(administrator), second.pk)
    items = timeline(actor, "lead", lead.pk).items
    assert [item.verb for item in items] == [
        "comment_deleted",
        "comment_added",
        "updated",
        "comment_added",
        "created",
    ]
    assert (items[1].comment, items[1].kind) == (None, "comment")
    written = items[3].to_json()["comment"]
    assert (written["body"], written["own"], written["edited_at"] is not None) == (
        "Called twice.",
        True,
        True,
    )


def test_deleting_and_restoring_is_told(administrator):
    actor = actor_of(administrator)
    lead = make_lead(administrator)
    delete_record(actor, "lead", lead.pk)
    with pytest.raises(NotFound):
        timeline(actor, "lead", lead.pk)
    restore_record(actor, "lead", lead.pk)
    assert sentences(administrator, lead) == [
        "restored this record",
        "deleted this record",
        "created this record",
    ]


def test_pages_follow_each_other_without_gap_or_repeat(administrator):
    actor = actor_of(administrator)
    lead = make_lead(administrator)
    for number in range(7):
        update_record(actor, "lead", lead.pk, {"employees": number})
    seen, after = [], None
    while True:
        page = timeline(actor, "lead", lead.pk, after=after, limit=3)
        seen += [item.id for item in page.items]
        if page.next is None:
            break
        after = page.next
    assert len(seen) == 8
    assert seen == sorted(set(seen), reverse=True)
    for wrong in ("x", "-1", "9" * 30, ""):
        with pytest.raises(FilterError):
            timeline(actor, "lead", lead.pk, after=wrong)


def test_a_long_timeline_costs_a_bounded_number_of_statements(administrator, seller_north):
    actor = actor_of(administrator)
    lead = make_lead(administrator)

    def statements() -> int:
        with unit_of_work(), CaptureQueriesContext(connection) as captured:
            timeline(actor, "lead", lead.pk, limit=100)
        return len(captured)

    add_comment(actor, "lead", lead.pk, "One")
    update_record(actor, "lead", lead.pk, {"owner": seller_north.pk})
    link_contact(actor, "lead", lead.pk, make_contact(administrator))
    statements()  # the reader's own team and role are loaded once
    few = statements()
    for number in range(10):
        add_comment(actor, "lead", lead.pk, f"Comment {number}")
        link_contact(actor, "lead", lead.pk, make_contact(administrator))
        update_record(actor, "lead", lead.pk, {"owner": [administrator.pk, seller_north.pk][number % 2]})
    assert statements() == few <= 8


def test_a_stranger_gets_no_timeline(seller_north, stranger):
    lead = make_lead(seller_north)
    with pytest.raises(NotFound):
        timeline(actor_of(stranger), "lead", lead.pk)

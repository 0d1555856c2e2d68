"""Leads › Conversion, worked by hand, from records made through the doors."""

import pytest
import time_machine

from headwater.records.write import create_record, delete_record, update_record
from headwater.reports.drill import drill
from headwater.reports.presets import find_preset
from headwater.reports.run import run
from headwater.testing.factories import actor_of, make_customer, make_lead, make_option, make_stage

pytestmark = pytest.mark.django_db


@pytest.fixture
def report():
    preset = find_preset("lead.conversion")
    assert preset is not None
    return preset.definition()


@pytest.fixture
def company(administrator):
    """Seventeen leads turned back from opportunities and seventeen added by hand, of which two convert."""
    make_stage()
    for label in ("Deal", "Manually created"):
        make_option("source", label)
    actor = actor_of(administrator)
    with time_machine.travel("2026-03-18T10:00:00Z", tick=False):
        leads = [make_lead(actor, source="manually_created") for _number in range(17)]
        for _number in range(17):
            make_lead(actor, source="deal")
        make_lead(actor, source="deal", created_at="2025-12-31T21:59:59Z")
        create_record(actor, "opportunity", {"title": "First", "lead": leads[0].pk})
        create_record(actor, "opportunity", {"title": "Second", "lead": leads[1].pk})
        yield actor, leads


def figures(actor, report):
    return {
        row.group.key["d1"]: (row.cells["m1"].numerator, row.cells["m1"].denominator)
        for row in run(actor, report).rows
    }


def test_it_opens_as_created_this_year_by_source(company, report):
    actor, leads = company
    result = run(actor, report)
    assert result.title == "Lead conversion (cohort)"
    assert [row.group.labels["d1"] for row in result.rows] == ["Manually created", "Deal"]
    assert figures(actor, report) == {"manually_created": (2, 17), "deal": (0, 17)}
    assert result.totals.grand is not None
    assert result.totals.grand["m1"].value == 200 / 34
    found = drill(actor, report, {"row": {"d1": "manually_created"}, "measure": "m1"})
    assert {record.pk for record in found.page.items} == {lead.pk for lead in leads}
    converted = [
        r.pk for r, how in zip(found.page.items, found.counts_as, strict=True) if how.key == "converted"
    ]
    assert sorted(converted) == [leads[0].pk, leads[1].pk]


def test_a_lead_converted_twice_counts_once_and_one_whose_papers_are_gone_not_at_all(company, report):
    actor, leads = company
    again = create_record(actor, "opportunity", {"title": "Third", "lead": leads[0].pk})
    assert figures(actor, report)["manually_created"] == (2, 17)
    delete_record(actor, "opportunity", again.pk)
    assert figures(actor, report)["manually_created"] == (2, 17)
    for opportunity in leads[1].opportunities.all():
        delete_record(actor, "opportunity", opportunity.pk)
    assert figures(actor, report)["manually_created"] == (1, 17)


def test_archived_leads_count_and_deleted_ones_do_not(company, report):
    actor, leads = company
    update_record(actor, "lead", leads[5].pk, {"archived_at": "2026-03-18T10:00:00Z"})
    delete_record(actor, "lead", leads[6].pk)
    assert figures(actor, report)["manually_created"] == (2, 16)


def test_a_conversion_that_an_import_brought_counts_even_before_the_creation(company, report):
    actor, leads = company
    update_record(actor, "lead", leads[7].pk, {"converted_at": "2026-03-01T10:00:00Z"})
    assert figures(actor, report)["manually_created"] == (3, 17)


def test_a_customers_leads_are_one_organization_with_leads_that_only_name_it(company):
    actor, leads = company
    customer = make_customer(actor, name="Straße")
    update_record(actor, "lead", leads[0].pk, {"customer": customer.pk})
    for lead, name in ((leads[1], "STRASSE"), (leads[2], " strasse "), (leads[3], "Gasse")):
        update_record(actor, "lead", lead.pk, {"organization_name": name})
    definition = {"root": "lead", "measures": ["lead.count"], "rows": ["lead.organization"]}
    rows = {row.group.key["d1"]: row for row in run(actor, definition).rows}
    assert {key: row.cells["m1"].value for key, row in rows.items()} == {"strasse": 3, "gasse": 1, None: 31}
    assert rows["strasse"].group.labels["d1"] in ("Straße", "STRASSE", "strasse")
    found = drill(actor, definition, {"row": {"d1": "strasse"}})
    assert {record.pk for record in found.page.items} == {lead.pk for lead in leads[:3]}

"""What makes a lead a lead: its name, its nine statuses, what is filled in by itself."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from headwater.lib.text import fold
from headwater.pipeline.models import Lead
from headwater.pipeline.models.lead import LeadStatus
from headwater.records.bulk import RowWrite, write_records
from headwater.records.errors import Invalid
from headwater.records.find import find_records, get_record
from headwater.records.write import create_record, update_record
from headwater.testing.factories import actor_of, make_lead

pytestmark = pytest.mark.django_db

ORGANIZATION = {"organization_name": "Ūdensroze"}
PERSON = {"first_name": "Līga", "last_name": "Kalniņa"}


def made(user, door="ui", **values) -> Lead:
    lead = create_record(actor_of(user).through(door), "lead", values)
    assert isinstance(lead, Lead)
    return lead


@pytest.mark.parametrize(
    ("values", "name", "named_by", "is_organization"),
    [
        (PERSON, "Līga Kalniņa", "person", False),
        ({"first_name": "Līga"}, "Līga", "person", False),
        (ORGANIZATION, "Ūdensroze", "organization", True),
        (ORGANIZATION | PERSON, "Ūdensroze", "organization", True),
        (ORGANIZATION | PERSON | {"is_organization": False}, "Līga Kalniņa", "person", False),
        (ORGANIZATION | PERSON | {"is_organization": True}, "Ūdensroze", "organization", True),
    ],
)
def test_a_lead_is_named_by_its_organization_or_person(
    administrator, values, name, named_by, is_organization
):
    lead = made(administrator, **values)
    assert (lead.name, lead.named_by, lead.is_organization) == (name, named_by, is_organization)
    assert lead.name_fold == fold(name)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"is_organization": True} | PERSON, "organization_name"),
        ({"is_organization": False} | ORGANIZATION, "first_name"),
        ({"email": "liga@example.com"}, "first_name"),
        ({}, "first_name"),
    ],
)
def test_by_hand_the_name_that_fits_is_mandatory(administrator, values, field):
    with pytest.raises(Invalid) as refused:
        made(administrator, **values)
    assert [(error.field, error.code) for error in refused.value.errors] == [(field, "required")]
    assert not find_records(actor_of(administrator), "lead").exists()


@pytest.mark.parametrize("door", ["api", "import", "automation"])
@pytest.mark.parametrize(
    ("values", "name", "named_by"),
    [
        (PERSON | {"email": "x@example.com"}, "Līga Kalniņa", "person"),
        ({"email": "liga.kalnina@example.com", "phone": "29 123 456"}, "liga.kalnina", "email"),
        ({"phone": "๐๘๑ ๒๓๔ ๕๖๗๘", "external_id": "A-7"}, "๐๘๑ ๒๓๔ ๕๖๗๘", "phone"),
        ({"mobile": "+855 12 345 678"}, "+855 12 345 678", "phone"),
        ({"external_id": "A-7"}, "A-7", "external_id"),
        ({"is_organization": True, "email": "office@example.com"}, "office", "email"),
    ],
)
def test_other_doors_fall_back_to_what_there_is_and_say_so(administrator, door, values, name, named_by):
    lead = made(administrator, door, **values)
    assert (lead.name, lead.named_by) == (name, named_by)


@pytest.mark.parametrize("door", ["api", "import"])
def test_a_lead_with_nothing_to_call_it_by_is_refused_at_every_door(administrator, door):
    with pytest.raises(Invalid) as refused:
        made(administrator, door, source_channel_id="77")
    assert refused.value.errors[0].code == "required"


def test_a_better_name_replaces_the_stand_in(administrator):
    lead = made(administrator, "import", email="liga@example.com")
    renamed = update_record(
        actor_of(administrator), "lead", lead.pk, ORGANIZATION | {"is_organization": True}
    )
    assert isinstance(renamed, Lead)
    assert (renamed.name, renamed.named_by, renamed.version) == ("Ūdensroze", "organization", 2)


def test_an_import_names_its_rows_one_by_one(administrator):
    actor = actor_of(administrator).through("import", 1, 1)
    rows = [
        RowWrite(ORGANIZATION),
        RowWrite({"email": "a@example.com"}),
        RowWrite({"website": "example.com"}),
    ]
    results = write_records(actor, "lead", rows)
    assert [result.outcome for result in results] == ["created", "created", "failed"]
    found: list[Any] = [get_record(actor, "lead", result.record_id) for result in results[:2]]
    assert [(lead.name, lead.named_by, lead.origin, lead.source_origin) for lead in found] == [
        ("Ūdensroze", "organization", "import", "import"),
        ("a", "email", "import", "import"),
    ]


def test_there_are_nine_statuses_and_each_can_be_set_by_hand(administrator):
    assert len(LeadStatus.values) == 9
    lead = make_lead(administrator)
    assert (lead.status, lead.manual_status) == ("lead", "lead")
    for status in LeadStatus.values:
        update_record(actor_of(administrator), "lead", lead.pk, {"status": status})
        stored = get_record(actor_of(administrator), "lead", lead.pk)
        assert isinstance(stored, Lead)
        assert (stored.status, stored.manual_status) == (status, status)


@pytest.mark.parametrize("status", ["won", "Lead ", "DO_NOT_CONTACT", 7, ["open"]])
def test_there_is_no_tenth_status(administrator, status):
    lead = make_lead(administrator)
    if status == "Lead ":
        update_record(actor_of(administrator), "lead", lead.pk, {"status": status})
    else:
        with pytest.raises(Invalid) as refused:
            update_record(actor_of(administrator), "lead", lead.pk, {"status": status})
        assert refused.value.errors[0].field == "status"
    assert get_record(actor_of(administrator), "lead", lead.pk).status == "lead"


def test_a_status_cannot_be_emptied_and_a_new_lead_takes_the_first(administrator):
    lead = made(administrator, **PERSON, status="", priority=None, created_at=None)
    assert (lead.status, lead.priority) == ("lead", "normal")
    for key in ("status", "priority", "created_at"):
        with pytest.raises(Invalid) as refused:
            update_record(actor_of(administrator), "lead", lead.pk, {key: None})
        assert [(error.field, error.code) for error in refused.value.errors] == [(key, "required")]


def test_an_amount_takes_the_currency_of_the_company_unless_told(administrator):
    assert made(administrator, **PERSON, value="10.50").currency == "EUR"
    other = made(administrator, **PERSON, value="10.50", currency="THB")
    assert (other.value, other.currency) == (Decimal("10.50"), "THB")
    assert made(administrator, **PERSON).currency == ""


def test_how_a_lead_was_made_is_its_source_origin(administrator):
    assert made(administrator, **PERSON).source_origin == "manually_created"
    assert made(administrator, "api", **PERSON).source_origin == "api"


def test_an_import_may_bring_the_business_dates(administrator):
    lead = made(
        administrator, "import", **PERSON, created_at="2024-02-29", converted_at="2024-01-15T10:00:00+02:00"
    )
    assert lead.created_at == datetime(2024, 2, 28, 22, tzinfo=UTC)  # the beginning of the day in Riga
    assert lead.converted_at == datetime(2024, 1, 15, 8, tzinfo=UTC)
    assert lead.status == "lead"
    assert lead.created_at_month == 2024 * 12 + 1
    assert lead.recorded_at > lead.created_at

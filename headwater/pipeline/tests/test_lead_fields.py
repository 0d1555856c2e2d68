"""What is known of a lead beside its status: its names, its qualification, when to contact it next."""

from datetime import UTC, datetime, timedelta

import pytest

from headwater.metadata import registry
from headwater.records.errors import Invalid
from headwater.records.find import find_records, get_record
from headwater.records.write import create_record, update_record
from headwater.users.actor import Actor

pytestmark = pytest.mark.django_db

AT = datetime(2026, 3, 4, 9, 0, tzinfo=UTC)


def test_a_name_has_up_to_three_parts_and_each_is_found(administrator):
    actor = Actor(administrator)
    names = {"first_name": "Anna", "middle_name": "Marija", "last_name": "Ozola"}
    for object_name in ("lead", "contact"):
        record = create_record(actor, object_name, names)
        assert record.name == "Anna Marija Ozola"
        assert find_records(actor, object_name, search="marija").get().pk == record.pk
        update_record(actor, object_name, record.pk, {"middle_name": ""})
        assert get_record(actor, object_name, record.pk).name == "Anna Ozola"


def test_a_fax_is_read_like_a_phone_and_an_extension_kept_as_typed(administrator):
    given = {"first_name": "Anna", "fax": "67 123 456", "phone": "29123456", "phone_extension": "12 b"}
    lead = create_record(Actor(administrator), "lead", given)
    assert (lead.fax, lead.fax_e164, lead.phone_extension) == ("67 123 456", "+37167123456", "12 b")


def test_the_next_contact_cannot_end_before_it_begins(administrator):
    actor = Actor(administrator)
    lead = create_record(actor, "lead", {"first_name": "Anna", "next_contact_at": AT})
    with pytest.raises(Invalid) as refused:
        update_record(actor, "lead", lead.pk, {"next_contact_ends_at": AT - timedelta(minutes=1)})
    assert [(e.field, e.code) for e in refused.value.errors] == [("next_contact_ends_at", "too_early")]
    update_record(actor, "lead", lead.pk, {"next_contact_ends_at": AT})


def test_qualification_and_language_are_choices_that_reports_group_by(administrator):
    entry = registry.get("lead")
    assert [choice.key for choice in entry.fields["qualification"].choices()] == [
        "unqualified",
        "in_process",
        "qualified",
    ]
    assert {choice.key for choice in entry.fields["language"].choices()} == {"en", "th", "km", "lv"}
    given = {
        "first_name": "Anna",
        "qualification": "qualified",
        "qualified_by": administrator.pk,
        "qualified_on": "2026-03-04",
        "language": "lv",
        "unsubscribed": True,
    }
    lead = create_record(Actor(administrator), "lead", given)
    assert (lead.qualification, lead.qualified_by_id, lead.language, lead.unsubscribed) == (
        "qualified",
        administrator.pk,
        "lv",
        True,
    )

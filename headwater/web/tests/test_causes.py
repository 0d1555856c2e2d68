"""What brought a change about is said on the record's page and in the audit, whatever it was."""

from collections.abc import Callable

import pytest
from django.test import Client

from headwater.pipeline import next_contact
from headwater.records import computing
from headwater.records.write import update_record
from headwater.testing.factories import actor_of, make_lead
from headwater.transfer.undoing import cause_of_undo
from headwater.users.models import User

pytestmark = pytest.mark.django_db

SAID = {
    computing.CAUSE: "computed by a formula",
    cause_of_undo(7): "undoing of #7",
    "handover 7": "hand-over #7",
    "merge 7": "merging of options #7",
    "demo": "demonstration data",
    next_contact.CAUSE: "the day of the next contact came",
    "a word of a later version": "a word of a later version",
    "nothing:7": "nothing:7",
    "lead:999999": "a record you cannot see",
}


@pytest.mark.parametrize(("cause", "words"), SAID.items())
def test_the_cause_of_a_change_is_said(
    client_of: Callable[[User], Client], administrator: User, cause: str, words: str
) -> None:
    lead = make_lead(administrator, last_name="Liepa")
    update_record(actor_of(administrator), "lead", lead.pk, {"job_title": "CEO"}, cause=cause)
    client = client_of(administrator)
    for address in (f"/leads/{lead.pk}/", "/settings/audit/"):
        page = client.get(address)
        assert page.status_code == 200, address
        assert words in page.content.decode()


def test_the_record_that_brought_it_about_is_linked(
    client_of: Callable[[User], Client], administrator: User
) -> None:
    first, second = (make_lead(administrator, last_name=name) for name in ("Liepa", "Ozola"))
    update_record(actor_of(administrator), "lead", second.pk, {"job_title": "CEO"}, cause=f"lead:{first.pk}")
    page = client_of(administrator).get(f"/leads/{second.pk}/").content.decode()
    assert f'<a class="link" href="/leads/{first.pk}/">{first.name}</a>' in page

"""A lead's page says why the lead has its status, as far as the reader may know it."""

import pytest

from headwater.access.models import FieldAccess, RoleFieldRight
from headwater.pipeline.conversion import make_opportunity
from headwater.records.write import update_record
from headwater.testing.factories import actor_of, make_lead

pytestmark = pytest.mark.django_db


def page(client, lead):
    return client.get(f"/leads/{lead.pk}/").content.decode()


def test_it_names_the_rule_and_leads_to_what_speaks_for_it(client_of, administrator):
    lead = make_lead(administrator, first_name="Anna")
    client = client_of(administrator)
    assert "Why “" not in page(client, lead), "what somebody set explains itself"
    made = make_opportunity(actor_of(administrator), lead.pk, {})
    shown = page(client, lead)
    assert "Why “Opportunity”?" in shown
    assert "An opportunity exists that is not lost." in shown
    assert f'href="/opportunities/{made.pk}/"' in shown
    update_record(actor_of(administrator), "lead", lead.pk, {"status": "do_not_contact"})
    shown = page(client, lead)
    assert "It was set by hand and stays until somebody lifts it." in shown
    assert "does not decide" in shown


def test_whoever_does_not_see_the_status_does_not_see_why(client_of, administrator, seller_north):
    lead = make_lead(seller_north, first_name="Anna")
    make_opportunity(actor_of(seller_north), lead.pk, {})
    RoleFieldRight.objects.create(
        role=seller_north.role, object="lead", field="status", access=FieldAccess.HIDDEN
    )
    assert "Why “" not in page(client_of(seller_north), lead)

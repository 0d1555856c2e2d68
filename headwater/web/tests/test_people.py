"""The people of a record in the browser: what somebody is there, added and changed in dialogs."""

from collections.abc import Callable

import pytest
from django.test import Client

from headwater.customers import services
from headwater.customers.models import ContactLink
from headwater.testing.factories import actor_of, make_lead, make_option
from headwater.users.models import User

PART = {"HX-Request": "true", "HX-Request-Type": "partial"}
ClientOf = Callable[[User], Client]

pytestmark = pytest.mark.django_db


@pytest.fixture
def link(seller_north: User) -> ContactLink:
    make_option("contact_role", "Buyer")
    lead = make_lead(seller_north)
    return services.add_contact(actor_of(seller_north), "lead", lead.pk, {"first_name": "Ilze"})


def test_a_role_is_changed_in_a_dialog(client_of: ClientOf, seller_north: User, link: ContactLink) -> None:
    browser, address = client_of(seller_north), f"/leads/{link.record_id}/people/{link.pk}/"
    assert address in browser.get(f"/leads/{link.record_id}/").content.decode()
    form = {"role": "buyer", "preferred_channel": "line", "since": "2026-03-01", "until": ""}
    saved = browser.post(address, form, headers=PART).content.decode()
    assert "Buyer · prefers LINE" in saved
    dialog = browser.get(address).content.decode()
    assert '<option value="line" selected>LINE</option>' in dialog
    assert 'value="2026-03-01"' in dialog
    link.refresh_from_db()
    assert (link.role, link.preferred_channel, str(link.since)) == ("buyer", "line", "2026-03-01")


def test_a_wrong_part_is_named_and_kept(client_of: ClientOf, seller_north: User, link: ContactLink) -> None:
    browser, address = client_of(seller_north), f"/leads/{link.record_id}/people/{link.pk}/"
    form = {"role": "buyer", "preferred_channel": "pigeon", "since": "2026-03-01", "until": "2026-02-01"}
    refused = browser.post(address, form)
    assert (refused.status_code, refused.headers["HX-Retarget"]) == (422, "#dialog")
    assert 'value="2026-02-01"' in refused.content.decode()
    refused = browser.post(address, form | {"preferred_channel": ""})
    assert "A role cannot end before it begins." in refused.content.decode()
    link.refresh_from_db()
    assert (link.role, link.until) == ("", None)


def test_a_new_person_comes_with_her_channel(
    client_of: ClientOf, seller_north: User, link: ContactLink
) -> None:
    form = {"first_name": "Uldis", "role": "buyer", "preferred_channel": "phone", "since": "2026-01-01"}
    address = f"/leads/{link.record_id}/people/"
    assert client_of(seller_north).post(address, form, headers=PART).status_code == 200
    added = ContactLink.objects.get(contact__first_name="Uldis")
    assert (added.role, added.preferred_channel, str(added.since)) == ("buyer", "phone", "2026-01-01")
    wrong = client_of(seller_north).post(address, form | {"since": "soon"})
    assert wrong.status_code == 422
    assert "Write a date" in wrong.content.decode()


def test_a_role_elsewhere_is_not_found(
    client_of: ClientOf, seller_north: User, seller_south: User, link: ContactLink
) -> None:
    mine = make_lead(seller_south)
    for lead in (mine.pk, link.record_id):
        for answer in (
            client_of(seller_south).get(f"/leads/{lead}/people/{link.pk}/"),
            client_of(seller_south).post(f"/leads/{lead}/people/{link.pk}/", {"role": "buyer"}),
        ):
            assert answer.status_code == 404

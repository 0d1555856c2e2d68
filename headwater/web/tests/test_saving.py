"""Editing in place: only what was changed is written, and nothing is lost silently."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client

from headwater.history.services import entries_of
from headwater.pipeline.models import Lead
from headwater.records.write import update_record
from headwater.testing.factories import actor_of, make_lead, make_opportunity, make_stage
from headwater.users.models import User
from headwater.web.tests.test_filters import FormReader

ClientOf = Callable[[User], Client]
PART = {"HX-Request": "true", "HX-Request-Type": "partial"}
REACH, WORK, FOLLOW_UP = "reach", "work", "follow_up"


@pytest.fixture
def lead(administrator: User) -> Lead:
    moment = datetime(2026, 3, 18, 9, 30, 17, tzinfo=UTC)
    return make_lead(
        administrator, first_name="Marta", email="marta@example.com", value="4500.5", next_contact_at=moment
    )


def open_form(client: Client, lead: Lead, section: str) -> dict[str, Any]:
    """Return what the browser would send if nothing were touched."""
    reader = FormReader()
    reader.feed(client.get(f"/leads/{lead.pk}/sections/{section}/", headers=PART).content.decode())
    return reader.values


def send(client: Client, lead: Lead, section: str, form: dict[str, Any]) -> Any:
    return client.post(f"/leads/{lead.pk}/sections/{section}/", form, headers=PART)


@pytest.mark.parametrize("section", ["lead", "reach", "work", "follow_up", "source", "qualification", "utm"])
def test_saving_without_a_change_writes_nothing(
    client_of: ClientOf, administrator: User, lead: Lead, section: str
) -> None:
    client = client_of(administrator)
    assert send(client, lead, section, open_form(client, lead, section)).status_code == 200
    lead.refresh_from_db()
    assert (lead.version, lead.next_contact_at.second) == (1, 17)
    assert entries_of("lead", lead.pk).count() == 1


def test_a_change_answers_with_everything_it_touches(
    client_of: ClientOf, administrator: User, lead: Lead
) -> None:
    client = client_of(administrator)
    form = open_form(client, lead, REACH) | {"phone": "+371 29 111 222"}
    body = send(client, lead, REACH, form).content.decode()
    for region in ("section-reach", "record-head", "timeline"):
        assert f'id="{region}"' in body
    assert "+371 29 111 222" in body
    lead.refresh_from_db()
    assert lead.phone_e164 == "+37129111222"


def test_two_people_may_change_different_fields(client_of: ClientOf, administrator: User, lead: Lead) -> None:
    client = client_of(administrator)
    form = open_form(client, lead, REACH)
    update_record(actor_of(administrator), "lead", lead.pk, {"mobile": "+371 26000000"})
    assert send(client, lead, REACH, form | {"phone": "+371 29111222"}).status_code == 200
    lead.refresh_from_db()
    assert (lead.mobile, lead.phone) == ("+371 26000000", "+371 29111222")


def test_the_same_field_shows_both_values(client_of: ClientOf, administrator: User, lead: Lead) -> None:
    client = client_of(administrator)
    form = open_form(client, lead, REACH)
    update_record(actor_of(administrator), "lead", lead.pk, {"phone": "+371 26000000"})
    answer = send(client, lead, REACH, form | {"phone": "+371 29111222"})
    body = answer.content.decode()
    assert answer.status_code == 409
    assert 'value="+371 29111222"' in body
    assert "<b>+371 26000000</b>" in body
    lead.refresh_from_db()
    assert lead.phone == "+371 26000000"
    reader = FormReader()
    reader.feed(body)
    assert send(client, lead, REACH, reader.values).status_code == 200
    lead.refresh_from_db()
    assert lead.phone == "+371 29111222"


def test_without_scripts_the_form_is_a_page_and_leads_back(
    client_of: ClientOf, administrator: User, lead: Lead
) -> None:
    client = client_of(administrator)
    assert "Sign out" in client.get(f"/leads/{lead.pk}/sections/reach/").content.decode()
    form = open_form(client, lead, REACH) | {"phone": "+371 29111222"}
    answer = client.post(f"/leads/{lead.pk}/sections/reach/", form)
    assert answer["Location"] == f"/leads/{lead.pk}/"


def test_a_reader_without_the_right_sees_no_way_to_edit(
    client_of: ClientOf, manager: User, seller_north: User
) -> None:
    lead = make_lead(manager, email="marta@example.com")
    client = client_of(seller_north)
    body = client.get(f"/leads/{lead.pk}/").content.decode()
    assert "marta@example.com" in body
    assert "Edit:" not in body
    assert "status-menu" not in body
    assert client.get(f"/leads/{lead.pk}/sections/reach/").status_code == 403
    assert client.post(f"/leads/{lead.pk}/sections/reach/", {"email": "x@example.com"}).status_code == 403
    assert client.post(f"/leads/{lead.pk}/values/status/", {"status": "open"}).status_code == 403
    lead.refresh_from_db()
    assert lead.version == 1


def test_a_field_that_the_system_fills_cannot_be_set(
    client_of: ClientOf, administrator: User, lead: Lead
) -> None:
    client = client_of(administrator)
    assert client.post(f"/leads/{lead.pk}/values/origin/", {"origin": "api"}).status_code == 404
    assert client.post(f"/leads/{lead.pk}/values/deleted_at/", {"deleted_at": "x"}).status_code == 404
    send(
        client,
        lead,
        REACH,
        open_form(client, lead, REACH) | {"version": "1", "origin": "api", "owner": "999"},
    )
    lead.refresh_from_db()
    assert (lead.origin, lead.owner_id) == ("ui", administrator.pk)


def test_a_status_that_needs_more_asks_for_it(client_of: ClientOf, administrator: User) -> None:
    make_stage()
    deal = make_opportunity(administrator)
    client = client_of(administrator)
    answer = client.post(f"/opportunities/{deal.pk}/values/status/", {"status": "lost"}, headers=PART)
    assert (answer.status_code, answer["HX-Retarget"]) == (422, "#dialog")
    assert 'name="lost_reasons"' in answer.content.decode()
    deal.refresh_from_db()
    assert deal.status == "open"


def test_making_shows_a_form_and_writes_nothing(client_of: ClientOf, administrator: User, lead: Lead) -> None:
    make_stage()
    client = client_of(administrator)
    body = client.get(f"/leads/{lead.pk}/make/customer/").content.decode()
    assert 'value="marta@example.com"' in body
    lead.refresh_from_db()
    assert lead.version == 1
    form = FormReader()
    form.feed(body[body.index('<form class="new-form"') :])
    made = client.post(f"/leads/{lead.pk}/make/customer/", form.values)
    assert made["Location"].startswith("/customers/")
    lead.refresh_from_db()
    assert lead.status == "converted"
    second = client.get(f"/leads/{lead.pk}/make/customer/")
    assert second.status_code in (200, 302)
    refused = client.post(f"/leads/{lead.pk}/make/customer/", form.values)
    assert refused.status_code == 422
    assert "already" in refused.content.decode()

"""Calls and meetings are logged on pages, with and without scripts."""

import re
from datetime import UTC, datetime

import pytest

from headwater.activities.events import log_event
from headwater.activities.models import Event
from headwater.testing.factories import make_lead
from headwater.users.actor import Actor
from headwater.users.models import User

pytestmark = pytest.mark.django_db

FRAGMENT = {"HX-Request": "true", "HX-Request-Type": "partial"}


def test_a_call_is_logged_and_deleted_without_scripts(client_of, seller_north: User):
    lead = make_lead(seller_north)
    client, page = client_of(seller_north), f"/leads/{lead.pk}/"
    typed = {"what": "outgoing", "at": "2025-05-04T12:00", "minutes": "75", "body": "No <b>answer</b>"}
    answer = client.post(f"{page}events/", typed)
    assert (answer.status_code, answer["Location"]) == (302, page)
    shown = client.get(page).content.decode()
    assert "logged an outgoing call" in shown
    assert "4 May 2025, 12:00" in shown
    assert "1 h 15 min" in shown
    assert "No &lt;b&gt;answer&lt;/b&gt;" in shown
    event = Event.objects.get()
    assert f"logged call #{event.pk}" in shown
    client.post(f"{page}events/{event.pk}/deletion/")
    assert "No &lt;b&gt;" not in client.get(page).content.decode()
    assert client.get(f"{page}events/").status_code == 405


def test_with_scripts_the_page_is_drawn_again_for_the_status_may_have_changed(client_of, seller_north: User):
    page = f"/leads/{make_lead(seller_north).pk}/"
    answer = client_of(seller_north).post(f"{page}events/", {"what": "incoming"}, headers=FRAGMENT)
    assert page in answer["HX-Location"]


@pytest.mark.parametrize("headers", [{}, FRAGMENT])
def test_a_refused_event_says_why_and_keeps_what_was_typed(client_of, seller_north: User, headers):
    page = f"/leads/{make_lead(seller_north).pk}/"
    typed = {"what": "meeting", "at": "2199-01-01T12:00", "minutes": "long", "body": "At the fair"}
    answer = client_of(seller_north).post(f"{page}events/", typed, headers=headers)
    body = answer.content.decode()
    assert answer.status_code == 422
    assert "the time must not lie in the future" in body
    assert "Write a whole number of minutes" in body
    assert "At the fair" in body
    assert 'value="meeting" checked' in body
    assert not Event.objects.exists()


def test_an_event_is_corrected_in_a_dialog(client_of, seller_north: User, administrator, seller_south: User):
    lead = make_lead(seller_north)
    at = datetime(2026, 3, 4, 10, 30, 45, tzinfo=UTC)
    values = {"kind": "meeting", "at": at.isoformat(), "minutes": 30, "body": "At the fair"}
    event = log_event(Actor(seller_north), "lead", lead.pk, values)
    client, address = client_of(seller_north), f"/leads/{lead.pk}/events/{event.pk}/"
    assert address in client.get(f"/leads/{lead.pk}/").content.decode()
    shown = client.get(address).content.decode()
    assert 'value="30"' in shown
    at_as_shown = re.findall(r'name="event-at"[^>]*value="([^"]+)"', shown)[0]
    typed = {"event-at": at_as_shown, "event-minutes": "", "event-body": "At the trade fair"}
    answer = client.post(address, typed)
    assert (answer.status_code, answer["Location"]) == (302, f"/leads/{lead.pk}/")
    event.refresh_from_db()
    assert (event.at, event.minutes, event.body) == (at, None, "At the trade fair")
    wrong = client.post(address, typed | {"event-at": ""})
    assert (wrong.status_code, wrong["HX-Retarget"]) == (422, "#dialog")
    assert "Say when it was." in wrong.content.decode()
    assert client_of(administrator).get(address).status_code == 200
    assert client_of(seller_south).get(address).status_code == 404
    assert client_of(seller_south).post(address, typed).status_code == 404

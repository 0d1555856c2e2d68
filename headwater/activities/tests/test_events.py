"""Logged events: who logs, corrects and deletes them, and what they leave."""

from datetime import UTC, datetime, timedelta

import pytest

from headwater.activities import events, following
from headwater.activities.models import Event, Notice
from headwater.activities.notices.reading import read_notices
from headwater.activities.timeline import timeline
from headwater.history.models import HistoryEntry
from headwater.lib import clock
from headwater.metadata import registry
from headwater.records.errors import Forbidden, Invalid, NotFound
from headwater.records.write import delete_record
from headwater.testing.factories import actor_of, make_lead, make_record

pytestmark = pytest.mark.django_db

CALL = {"kind": "call", "direction": "outgoing"}
DAY = datetime(2025, 5, 4, 9, tzinfo=UTC)


def test_every_object_takes_events(administrator):
    actor = actor_of(administrator)
    for entry in registry.objects():
        record = make_record(administrator, entry.name)
        values = {
            "kind": "meeting",
            "at": "2025-05-04T12:00+03:00",
            "minutes": 45,
            "body": " Pie viņiem.\r\nលោក ",
        }
        event = events.log_event(actor, entry.name, record.pk, values)
        event.refresh_from_db()
        assert (event.kind, event.direction, event.at, event.minutes) == ("meeting", "", DAY, 45)
        assert (event.body, event.author) == ("Pie viņiem.\nលោក", administrator)
        noted = HistoryEntry.objects.get(object=entry.name, record_id=record.pk, verb="event_added")
        assert noted.changes == {f"event:{event.pk}": [None, True]}


def test_what_is_not_said_is_now_and_unknown(administrator):
    before = clock.now()
    event = events.log_event(actor_of(administrator), "lead", make_lead(administrator).pk, CALL)
    assert before <= event.at <= clock.now()
    assert (event.minutes, event.body) == (None, "")


@pytest.mark.parametrize(
    ("values", "field", "code"),
    [
        ({}, "kind", "not_a_choice"),
        ({"kind": ["call"]}, "kind", "not_a_choice"),
        ({"kind": "call"}, "direction", "required"),
        ({"kind": "meeting", "direction": "incoming"}, "direction", "not_a_call"),
        ({"kind": "call", "direction": "up"}, "direction", "not_a_choice"),
        (CALL | {"at": "soon"}, "at", "not_instant"),
        (CALL | {"at": "0001-01-01T00:00"}, "at", "not_date"),
        (CALL | {"minutes": 0}, "minutes", "not_minutes"),
        (CALL | {"minutes": "1.5"}, "minutes", "not_minutes"),
        (CALL | {"minutes": True}, "minutes", "not_minutes"),
        (CALL | {"minutes": "9" * 30}, "minutes", "not_minutes"),
        (CALL | {"body": "x" * 20_001}, "body", "too_long"),
        (CALL | {"body": "\ud800"}, "body", "required"),
        (CALL | {"body": 7}, "body", "required"),
    ],
)
def test_what_cannot_have_happened_is_refused(administrator, values, field, code):
    with pytest.raises(Invalid) as refused:
        events.log_event(actor_of(administrator), "lead", make_lead(administrator).pk, values)
    assert [(error.field, error.code) for error in refused.value.errors] == [(field, code)]
    assert not Event.objects.exists()


def test_what_will_happen_is_refused(administrator):
    actor, lead = actor_of(administrator), make_lead(administrator)
    event = events.log_event(actor, "lead", lead.pk, CALL)
    for attempt in (
        lambda at: events.log_event(actor, "lead", lead.pk, CALL | {"at": at}),
        lambda at: events.edit_event(actor, event.pk, {"at": at}),
    ):
        with pytest.raises(Invalid) as refused:
            attempt((clock.now() + timedelta(hours=1)).isoformat())
        assert [(error.field, error.code) for error in refused.value.errors] == [("at", "in_future")]


def test_a_colleague_may_log_on_what_she_sees_and_change_only_her_own(
    seller_north, administrator, make_user, north
):
    lead = make_lead(seller_north)
    colleague = actor_of(make_user("ned", team=north))
    event = events.log_event(colleague, "lead", lead.pk, CALL | {"body": "No answer."})
    with pytest.raises(Forbidden):
        events.edit_event(actor_of(seller_north), event.pk, {"body": "Answered."})
    with pytest.raises(Forbidden):
        events.delete_event(actor_of(seller_north), event.pk)
    edited = events.edit_event(colleague, event.pk, {"body": "Answered.", "minutes": 3})
    assert (edited.body, edited.minutes, edited.edited_at is not None) == ("Answered.", 3, True)
    with pytest.raises(Invalid):
        events.edit_event(colleague, event.pk, {"at": None})
    assert events.edit_event(actor_of(administrator), event.pk, {"minutes": None}).minutes is None
    own = {
        reader.user_id: item.event.own
        for reader in (colleague, actor_of(seller_north), actor_of(administrator))
        for item in timeline(reader, "lead", lead.pk).items
        if item.event
    }
    assert list(own.values()) == [True, False, True]


def test_a_stranger_finds_neither_record_nor_event(seller_north, administrator, stranger):
    lead = make_lead(seller_north)
    event = events.log_event(actor_of(seller_north), "lead", lead.pk, CALL | {"body": "Secret"})
    with pytest.raises(NotFound):
        events.log_event(actor_of(stranger), "lead", lead.pk, CALL)
    for attempt in (
        lambda actor, pk: events.edit_event(actor, pk, {"body": "Hello"}),
        events.delete_event,
    ):
        for actor, pk in ((actor_of(stranger), event.pk), (actor_of(seller_north), "9" * 30)):
            with pytest.raises(NotFound):
                attempt(actor, pk)
    delete_record(actor_of(administrator), "lead", lead.pk)
    with pytest.raises(NotFound):
        events.delete_event(actor_of(seller_north), event.pk)
    assert Event.objects.get().body == "Secret"


def test_a_deleted_event_leaves_the_fact_and_not_its_words(administrator, seller_north):
    lead = make_lead(seller_north)
    event = events.log_event(actor_of(seller_north), "lead", lead.pk, CALL | {"body": "Unkind words"})
    events.delete_event(actor_of(administrator), event.pk)
    assert Event.objects.get().body == ""
    items = [item for item in timeline(actor_of(seller_north), "lead", lead.pk).items if "event" in item.verb]
    assert [item.verb for item in items] == ["event_deleted", "event_added"]
    assert (items[1].event, items[1].kind, items[1].sentence) == (None, "event", "logged a call or meeting")
    with pytest.raises(NotFound):
        events.edit_event(actor_of(seller_north), event.pk, {"body": "Again"})


def test_followers_are_told_with_the_words(seller_north, manager):
    lead = make_lead(seller_north)
    following.follow(actor_of(manager), "lead", lead.pk)
    events.log_event(actor_of(seller_north), "lead", lead.pk, {"kind": "meeting", "body": "At the fair"})
    (item,) = read_notices(actor_of(manager)).items
    assert (item.notice.kind, item.excerpt) == (Notice.Kind.CHANGED, "At the fair")
    assert "logged a meeting" in item.text

"""Comments: who writes, changes and deletes them, and what history keeps."""

from datetime import UTC, datetime, timedelta

import pytest

from headwater.activities import services
from headwater.activities.models import Comment
from headwater.history.models import HistoryEntry
from headwater.metadata import registry
from headwater.records.errors import Forbidden, Invalid, NotFound
from headwater.records.write import delete_record
from headwater.testing.factories import actor_of, make_lead, make_record

pytestmark = pytest.mark.django_db


def test_every_object_takes_comments(administrator):
    actor = actor_of(administrator)
    for entry in registry.objects():
        record = make_record(administrator, entry.name)
        comment = services.add_comment(actor, entry.name, record.pk, "  Zvanīt rīt.\r\nលោក  ")
        assert (comment.body, comment.author) == ("Zvanīt rīt.\nលោក", administrator)
        noted = HistoryEntry.objects.get(object=entry.name, record_id=record.pk, verb="comment_added")
        assert noted.changes == {f"comment:{comment.pk}": [None, True]}


@pytest.mark.parametrize("body", ["", " \n ", "\x00", "x" * 20_001, "\ud800", None, 7])
def test_what_is_no_text_is_refused(administrator, body):
    lead = make_lead(administrator)
    with pytest.raises(Invalid) as refused:
        services.add_comment(actor_of(administrator), "lead", lead.pk, body)
    assert refused.value.errors[0].field == "body"
    assert not Comment.objects.exists()


def test_a_colleague_may_comment_what_she_sees_and_change_only_her_own(seller_north, make_user, north):
    lead = make_lead(seller_north)
    colleague = actor_of(make_user("ned", team=north))
    comment = services.add_comment(colleague, "lead", lead.pk, "I know them.")
    with pytest.raises(Forbidden):
        services.edit_comment(actor_of(seller_north), comment.pk, "Changed")
    with pytest.raises(Forbidden):
        services.delete_comment(actor_of(seller_north), comment.pk)
    edited = services.edit_comment(colleague, comment.pk, "I know them well.")
    assert (edited.body, edited.edited_at is not None) == ("I know them well.", True)


def test_a_stranger_finds_neither_record_nor_comment(seller_north, stranger):
    lead = make_lead(seller_north)
    comment = services.add_comment(actor_of(seller_north), "lead", lead.pk, "Secret")
    with pytest.raises(NotFound):
        services.add_comment(actor_of(stranger), "lead", lead.pk, "Hello")
    for attempt in (services.edit_comment, lambda actor, pk, _body: services.delete_comment(actor, pk)):
        with pytest.raises(NotFound):
            attempt(actor_of(stranger), comment.pk, "Hello")
        with pytest.raises(NotFound):
            attempt(actor_of(seller_north), "9" * 30, "Hello")
    assert Comment.objects.get().body == "Secret"


def test_a_deleted_comment_leaves_the_fact_and_not_its_words(administrator, seller_north):
    actor = actor_of(seller_north)
    lead = make_lead(seller_north)
    comment = services.add_comment(actor, "lead", lead.pk, "Unkind words")
    services.delete_comment(actor_of(administrator), comment.pk)
    assert Comment.objects.get().body == ""
    assert "Unkind" not in str(list(HistoryEntry.objects.values_list("changes", flat=True)))
    assert HistoryEntry.objects.filter(verb="comment_deleted", actor=administrator).count() == 1
    with pytest.raises(NotFound):
        services.edit_comment(actor, comment.pk, "Again")


def test_comments_of_a_deleted_record_are_out_of_reach(administrator):
    actor = actor_of(administrator)
    lead = make_lead(administrator)
    comment = services.add_comment(actor, "lead", lead.pk, "Words")
    delete_record(actor, "lead", lead.pk)
    with pytest.raises(NotFound):
        services.edit_comment(actor, comment.pk, "More")
    with pytest.raises(NotFound):
        services.add_comment(actor, "lead", lead.pk, "More")


def test_many_comments_are_written_at_once_with_their_own_instants(administrator, seller_north, stranger):
    one, two = make_lead(seller_north), make_lead(seller_north)
    then = datetime(2026, 1, 2, tzinfo=UTC)
    services.add_comments(
        actor_of(seller_north),
        "lead",
        [(one.pk, "First", then), (two.pk, "Second", then + timedelta(days=1))],
    )
    written = [(c.record_id, c.body, c.created_at) for c in Comment.objects.order_by("pk")]
    assert written == [(one.pk, "First", then), (two.pk, "Second", then + timedelta(days=1))]
    noted = HistoryEntry.objects.filter(verb="comment_added").order_by("pk")
    assert [entry.recorded_at for entry in noted] == [then, then + timedelta(days=1)]
    with pytest.raises(NotFound):
        services.add_comments(actor_of(seller_north), "lead", [(one.pk, "A", then), (two.pk + 9, "B", then)])
    assert Comment.objects.count() == 2

"""Comments on any record."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from headwater.activities import mentions
from headwater.activities.models import Comment, Event
from headwater.activities.notices.effects import comment_written
from headwater.activities.words import COMMENT_ADDED, COMMENT_DELETED, COMMENT_EDITED
from headwater.activities.writings import clean_body, entry, note, own
from headwater.history import services as history
from headwater.history.models import HistoryEntry
from headwater.lib import clock
from headwater.lib.insert import insert_many
from headwater.lib.joining import all_of
from headwater.metadata import registry
from headwater.records.errors import FieldError, Invalid, NotFound
from headwater.records.find import find_records, get_record
from headwater.records.models import Record
from headwater.transfer.erasure import report
from headwater.transfer.erasure.places import Subject
from headwater.transfer.erasure.report import Line
from headwater.users.actor import Actor


def _clean_body(body: Any) -> str:
    return clean_body(body, _("Write a comment."), _("Use at most %(limit)d characters."))


@transaction.atomic
def add_comment(actor: Actor, object_name: str, pk: Any, body: str, *, anyway: bool = False) -> Comment:
    """Write a comment on a record that the actor may see; people it mentions and followers are told.

    Somebody who does not see the record is not told: that is refused with the code ``cannot_see``, unless
    it is meant ``anyway``. Raises NotFound and Invalid.
    """
    record = get_record(actor, object_name, pk)
    text = _clean_body(mentions.stored(actor, _clean_body(body)))
    told = _told(record, mentions.numbers_in(text), anyway=anyway)
    comment = Comment.objects.create(
        object=object_name,
        record_id=record.pk,
        body=text,
        author_id=actor.user_id,
        created_at=clock.now(),
    )
    noted = note(actor, comment, COMMENT_ADDED, [None, True])
    comment_written(actor, record, noted, told)
    return comment


def _told(record: Record, mentioned: Sequence[int], *, anyway: bool) -> set[int]:
    """Return who of the mentioned people can be told. Raises Invalid naming the others."""
    if not mentioned:
        return set()
    blind = mentions.who_cannot_see(registry.of(record).name, record.pk, mentioned)
    if blind and not anyway:
        message = ngettext(
            "%(people)s cannot see this record and will not be told of the comment.",
            "%(people)s cannot see this record and will not be told of the comment.",
            len(blind),
        )
        people = all_of(user.name for user in blind)
        raise Invalid([FieldError("body", "cannot_see", message % {"people": people})])
    return set(mentioned) - {user.pk for user in blind}


@transaction.atomic
def add_comments(actor: Actor, object_name: str, written: Sequence[tuple[int, str, datetime]]) -> None:
    """Write many comments, each with its record and when it was written, in a bounded number of statements.

    Raises NotFound, and writes none, when the actor may not see one of the records.
    """
    numbers = {pk for pk, _body, _at in written}
    seen = set(find_records(actor, object_name).filter(pk__in=numbers).values_list("pk", flat=True))
    if hidden := numbers - seen:
        raise NotFound(object_name, min(hidden))
    comments = [
        Comment(
            object=object_name,
            record_id=pk,
            body=_clean_body(body),
            author_id=actor.user_id,
            created_at=at,
        )
        for pk, body, at in written
    ]
    insert_many(comments)
    history.save_entries([entry(actor, comment, COMMENT_ADDED, [None, True]) for comment in comments])


@transaction.atomic
def edit_comment(actor: Actor, comment_id: Any, body: str, *, anyway: bool = False) -> Comment:
    """Change one's own comment; who is mentioned only now is told. Raises NotFound, Forbidden and Invalid."""
    comment = own(actor, Comment, comment_id)
    text = _clean_body(mentions.stored(actor, _clean_body(body), comment.body))
    if text != comment.body:
        before = set(mentions.numbers_in(comment.body))
        new = [number for number in mentions.numbers_in(text) if number not in before]
        record = get_record(actor, comment.object, comment.record_id)
        told = _told(record, new, anyway=anyway)
        comment.body, comment.edited_at = text, clock.now()
        comment.save(update_fields=["body", "edited_at"])
        note(actor, comment, COMMENT_EDITED, [True, True])
        if told:
            comment_written(actor, record, _entry_of(comment), told, edited=True)
    return comment


def _entry_of(comment: Comment) -> HistoryEntry:
    """Return the entry under which a comment stands in the timeline."""
    entries = history.entries_of(comment.object, comment.record_id).filter(verb=COMMENT_ADDED)
    return entries.get(changes__has_key=f"comment:{comment.pk}")


@transaction.atomic
def delete_comment(actor: Actor, comment_id: Any) -> None:
    """Delete one's own comment for good: history keeps that it was there, not its words."""
    comment = own(actor, Comment, comment_id, administrators_too=True)
    comment.body, comment.deleted_at = "", clock.now()
    comment.save(update_fields=["body", "deleted_at"])
    note(actor, comment, COMMENT_DELETED, [True, None])


def erase_comments(subject: Subject) -> list[Line]:
    """Take the words of every comment on an erased record away, and those of every event logged on it."""
    if not subject.options.comments:
        return []
    erased = 0
    for model in (Comment, Event):
        written = model.objects.filter(object=subject.object, record_id=subject.record_id).exclude(body="")
        erased += written.update(body=subject.words.stand_in)
    return report.erased("comments", erased)

"""Erasing: asking for it, rehearsing it, confirming it, and doing it.

The rehearsal is the erasure itself, taken back at its end, so that what it tells is what happens.
"""

import contextlib
from collections.abc import Iterator
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _

from headwater.access import rights
from headwater.access.models import Action
from headwater.access.visibility import reach_q
from headwater.files.models import StoredFile
from headwater.history import services as history
from headwater.history.models import HistoryEntry
from headwater.history.redaction import vouching
from headwater.jobs.models import Job
from headwater.jobs.tasks import job
from headwater.lib import clock, memo
from headwater.metadata import registry
from headwater.metadata.kinds.relations import id_or_none
from headwater.metadata.objects import ObjectType
from headwater.records.erasing import overwrite
from headwater.records.errors import FieldError, Forbidden, Invalid, NotFound
from headwater.records.models import Record
from headwater.records.search.index import forget_deleted_words
from headwater.records.stored_files import throw_away_files
from headwater.transfer.erasure import files, past, plan, report, sweep
from headwater.transfer.erasure.places import Subject, erase_places
from headwater.transfer.erasure.plan import Options, Words
from headwater.transfer.errors import WrongState
from headwater.transfer.models import Erasure
from headwater.users.acting import acting
from headwater.users.actor import Actor, Door

State = Erasure.State


def find_erasable(actor: Actor, object_name: str, pk: Any) -> Record:
    """Return a record, deleted or not, whose person the actor may erase. Raises NotFound and Forbidden."""
    entry = registry.get(object_name)
    if not entry.is_record or rights.scope(actor, object_name, Action.SEE) == "none":
        raise NotFound(object_name, pk)
    rows = entry.unscoped.filter(pk=id_or_none(pk) or 0)
    if not rows.filter(reach_q(actor, object_name)).exists():
        raise NotFound(object_name, pk)
    rights.require(actor, object_name, Action.ERASE)
    record: Record | None = rows.filter(reach_q(actor, object_name, action=Action.ERASE)).first()
    if record is None:
        raise Forbidden(Action.ERASE, object_name)
    return record


@transaction.atomic
def rehearse(actor: Actor, object_name: str, pk: Any, options: Options) -> Erasure:
    """Find out, in the background, what an erasure would do. Raises NotFound, Forbidden and Invalid."""
    record = find_erasable(actor, object_name, pk)
    _check(registry.get(object_name), options)
    erasure = Erasure.objects.create(
        object=object_name,
        record_id=record.pk,
        actor=actor.user,
        created_at=clock.now(),
        options=options.as_json(),
    )
    _enqueue(actor, erasure)
    return erasure


def _check(entry: ObjectType, options: Options) -> None:
    known = {field.key for field in plan.choosable(entry)}
    unknown = sorted({*options.keep, *options.also} - known)
    if unknown:
        message = _("“%(word)s” is not a field that can be kept or erased.")
        raise Invalid(
            [FieldError(word[:80], "unknown_field", message % {"word": word[:80]}) for word in unknown]
        )


def get_erasure(actor: Actor, pk: Any) -> Erasure:
    """Return an erasure of a record that the actor may erase. Raises NotFound and Forbidden."""
    found = Erasure.objects.select_related("actor").filter(pk=id_or_none(pk) or 0).first()
    if found is None:
        raise NotFound("erasure", pk)
    find_erasable(actor, found.object, found.record_id)
    _follow_job(found)
    return found


def _follow_job(erasure: Erasure) -> None:
    """Note that the job has given up: it says in its own transaction when it is through."""
    working = erasure.state in (State.REHEARSING, State.ERASING)
    if working and not Job.objects.filter(unique_key=_key(erasure), state__in=Job.UNFINISHED).exists():
        Erasure.objects.filter(pk=erasure.pk, state=erasure.state).update(state=State.FAILED)
        erasure.refresh_from_db()


def _key(erasure: Erasure) -> str:
    return f"erasure {erasure.pk}"


@transaction.atomic
def confirm(actor: Actor, pk: Any, typed: str) -> Erasure:
    """Erase what was rehearsed, in the background; ``typed`` is the number of the record.

    Raises NotFound, Forbidden, Invalid and WrongState. Nothing of it can be taken back.
    """
    erasure = Erasure.objects.select_for_update().get(pk=get_erasure(actor, pk).pk)
    if erasure.state != State.REHEARSED:
        raise WrongState(erasure.state, _("Only what was rehearsed, and not erased yet, can be erased."))
    if typed.strip().lstrip("#") != str(erasure.record_id):
        message = _("Type %(number)s, the number of the record.") % {"number": erasure.record_id}
        raise Invalid([FieldError("typed", "not_confirmed", message)])
    if files.busy_imports():
        message = _("An import is being run, perhaps with this person in it. Erase when it is done.")
        raise WrongState(erasure.state, message)
    erasure.state = State.ERASING
    erasure.save(update_fields=["state"])
    _enqueue(actor, erasure)
    return erasure


def _enqueue(actor: Actor, erasure: Erasure) -> None:
    task = carry_out_erasure.using(unique_key=_key(erasure), actor_id=actor.user_id)
    task.enqueue(erasure.pk, actor.door)


@job(queue_name="bulk")
def carry_out_erasure(erasure_id: int, door: Door) -> None:
    carry_out(erasure_id, door)


def carry_out(erasure_id: int, door: Door) -> None:
    """Rehearse, or erase, as the state says; an erasure that is through is left alone."""
    erasure = Erasure.objects.select_related("actor").get(pk=erasure_id)
    actor = Actor(erasure.actor, door)
    if erasure.state == State.REHEARSING:
        with contextlib.suppress(_TakenBack), acting(lambda: actor), transaction.atomic():
            lines = _erase(actor, erasure)
            raise _TakenBack
        memo.forget()
        erasure.state, erasure.lines = State.REHEARSED, lines
        erasure.save(update_fields=["state", "lines"])
    elif erasure.state == State.ERASING:
        with _overwriting_freed(), acting(lambda: actor), transaction.atomic():
            erasure.lines = _erase(actor, erasure)
            erasure.state, erasure.done_at = State.DONE, clock.now()
            erasure.save(update_fields=["state", "lines", "done_at"])
            forget_deleted_words()


class _TakenBack(Exception):
    """Ends a rehearsal."""


def _erase(actor: Actor, erasure: Erasure) -> list[dict[str, Any]]:
    entry = registry.whole(erasure.object)
    options = Options.from_json(erasure.options)
    rows = entry.unscoped.select_for_update(of=("self",))
    record: Record = rows.get(pk=erasure.record_id)
    entries = list(HistoryEntry.objects.filter(object=entry.name, record_id=record.pk).order_by("pk"))
    numbers = {each.import_number for each in entries if each.import_number} | {record.import_number or 0}
    fields = plan.erased_fields(entry, options)
    filled = [field.key for field in fields if not field.is_empty(field.value_of(record))]
    said = plan.words_of(entry, record, entries, fields)
    word = plan.neutral_word()
    after = overwrite(actor, entry, record, {field.key: plan.empty_value(field) for field in fields}, word)
    title = str(entry.title_field.value_of(record))
    words = Words((each for each in said if each != title), word)
    finals = _finals(entry, record, {*after, *(field.key for field in fields)})
    subject = Subject(entry.name, record.pk, options, words)
    lines = report.erased("fields", len(filled), fields=filled)
    lines += report.erased("search", int(bool(entry.search_keys) and record.deleted_at is None))
    kept = {field.key for field in plan.choosable(entry)} - {field.key for field in fields}
    lines += report.erased("files", throw_away_files(entry.name, record.pk, but=kept))
    lines += erase_places(subject)
    lines += report.erased("imports", files.erase_imports(words, numbers))
    elsewhere = words if options.elsewhere else Words((), word)
    others = sweep.mask_records(actor, elsewhere, (entry.name, record.pk))
    for other in others:
        now = {key: [value, value] for key, value in other.after.items()}
        _note(actor, other.entry.name, other.record, now)
    named = [(other.entry.name, other.record.pk) for other in others]
    lines += report.erased("records", len(named), records=named)
    lines += report.erased("texts", sweep.mask_tables(elsewhere))
    lines += report.erased("mail_files", files.erase_mail_files(elsewhere))
    lines += report.erased("disclosures", past.redact_disclosures(erasure.pk, elsewhere) if elsewhere else 0)
    redacted = past.redact_record(erasure.pk, entry.name, record.pk, finals, words)
    for other in others:
        emptied = {key: other.after[key] for key in other.emptied}
        redacted |= past.redact_record(erasure.pk, other.entry.name, other.record.pk, emptied, words)
    if elsewhere:
        redacted |= past.redact_elsewhere(erasure.pk, elsewhere)
    lines += report.erased("history", len(redacted))
    _note(
        actor,
        entry.name,
        record,
        {key: [value, value] for key, value in finals.items() if key in after}
        | vouching(erasure.pk, redacted),
    )
    lines += _kept(entry, {field.key for field in fields}, options)
    return [line.as_json() for line in lines]


def _finals(entry: ObjectType, record: Record, keys: set[str]) -> dict[str, Any]:
    return {
        key: entry.fields[key].kind.to_json(entry.fields[key].value_of(record))
        for key in keys - {"updated_at"}
    }


def _note(actor: Actor, object_name: str, record: Record, changes: history.Changes) -> None:
    at = record.updated_at
    history.build_entry(actor, object_name, record.pk, history.ERASED, changes, recorded_at=at).save()


def _kept(entry: ObjectType, erased: set[str], options: Options) -> list[report.Line]:
    stays = [field.key for field in plan.choosable(entry) if field.key not in erased]
    lines = [report.Line("kept_fields", report.KEPT, len(stays), fields=stays)] if stays else []
    lines += report.kept("record", "facts", "disclosure_rows", "accounts")
    if StoredFile.objects.exists():
        lines += report.kept("other_files")
    if not options.elsewhere:
        lines += report.kept("elsewhere")
    if not options.comments:
        lines += report.kept("comment_words" if options.elsewhere else "comments_whole")
    if connection.vendor == "postgresql":
        lines += report.kept("words")
    return lines + report.kept("outside", "backups")


@contextlib.contextmanager
def _overwriting_freed() -> Iterator[None]:
    """Let SQLite overwrite what is deleted meanwhile; PostgreSQL does the like when it vacuums."""
    if connection.vendor != "sqlite":
        yield
        return
    _run("PRAGMA secure_delete = ON")
    try:
        yield
    finally:
        _run("PRAGMA secure_delete = OFF")
    if not connection.in_atomic_block:
        _run("PRAGMA wal_checkpoint(TRUNCATE)")


def _run(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)

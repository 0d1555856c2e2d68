"""Imports and change sets: what the surfaces may ask for.

An import begins as a draft. ``preview`` and ``review_values`` help a person to choose options,
``start`` rehearses or runs it in the background, ``undo`` takes a run back.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from django.core.files import File
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from headwater.access import rights
from headwater.access.models import Action
from headwater.history.disclosures import Act, note_disclosure
from headwater.history.models import HistoryEntry
from headwater.jobs import services as jobs
from headwater.jobs.models import Job
from headwater.lib import clock
from headwater.lib.numbers import whole_number
from headwater.metadata import registry
from headwater.records.errors import NotFound
from headwater.transfer import previews
from headwater.transfer.at_work import running_job
from headwater.transfer.columns.survey import Facts
from headwater.transfer.errors import BadOptions, OptionError, WrongState
from headwater.transfer.failures import failed_rows
from headwater.transfer.files import limits
from headwater.transfer.files.encodings import read_in
from headwater.transfer.files.errors import FileProblem
from headwater.transfer.files.opening import remove_upload
from headwater.transfer.jobs import run_import, undo_change_set
from headwater.transfer.models import ChangeSet, FailedRow, ImportRun
from headwater.transfer.options import Options, read_options
from headwater.transfer.previews import FormatReview, Preview, ValueReview
from headwater.transfer.running import Plan, finish, open_plan, path_of
from headwater.users.actor import Actor

State = ImportRun.State
BUSY = (State.QUEUED, State.RUNNING)


def create_import(
    actor: Actor,
    object_name: str,
    file: File[bytes],
    file_name: str,
    options: Mapping[str, Any] | None = None,
) -> ImportRun:
    """Keep an uploaded file as a draft. Raises Forbidden, UnknownObject, BadOptions and FileProblem."""
    run = _kept(actor, object_name, file, file_name, options or {})
    run.save()
    return run


def import_file(
    actor: Actor,
    object_name: str,
    file: File[bytes],
    file_name: str,
    options: Mapping[str, Any] | None = None,
    *,
    dry_run: bool,
) -> ImportRun:
    """Keep a file and start its import at once; where that is refused, nothing is kept.

    Raises what ``create_import`` and ``start`` raise. Call it outside a transaction: the file is
    opened first, and the database is written to only for a moment.
    """
    run = _kept(actor, object_name, file, file_name, options or {})
    try:
        plan = open_plan(run)
        _check_rights(actor, run, plan.options)
        _check_mapping(plan)
        with transaction.atomic():
            run.save()
            _enqueue(run, dry_run=dry_run)
    except Exception:
        remove_upload(Path(run.file.path))
        raise
    return run


def _kept(
    actor: Actor, object_name: str, file: File[bytes], file_name: str, options: Mapping[str, Any]
) -> ImportRun:
    """An import that is not saved yet, with its file in its place."""
    entry = registry.get(object_name)
    rights.require(actor, object_name, Action.IMPORT)
    checked = read_options(entry, options)
    if file.size > limits.FILE_BYTES:
        message = _("The file is larger than %(limit)d MB.")
        raise FileProblem("file_too_large", message % {"limit": limits.FILE_BYTES // limits.MEGABYTE})
    run = ImportRun(
        object=object_name,
        created_by=actor.user,
        created_at=clock.now(),
        file_name=file_name.replace("\x00", "")[-255:],
        options=checked.as_json(),
    )
    run.file.save(file_name.replace("\x00", "") or "upload", file, save=False)
    return run


def find_imports(actor: Actor) -> QuerySet[ImportRun]:
    """The imports the actor may see, newest first: her own, and for administrators all."""
    runs = ImportRun.objects.select_related("created_by", "change_set")
    return runs if rights.is_administrator(actor) else runs.filter(created_by=actor.user)


def get_import(actor: Actor, pk: Any) -> ImportRun:
    """One import, with its state brought up to date if its worker died for good. Raises NotFound."""
    run = find_imports(actor).filter(pk=whole_number(pk) or 0).first()
    if run is None:
        raise NotFound("import", pk)
    if run.state in BUSY and run.job_id is not None:
        _follow_job(run)
    return run


def _follow_job(run: ImportRun) -> None:
    """A job that ended without saying so on the import was lost or could not even begin."""
    job = Job.objects.filter(pk=run.job_id or 0).first()
    if job is not None and not job.is_finished:
        return
    run.refresh_from_db()
    if run.state not in BUSY:
        return
    if job is not None and job.state == Job.State.CANCELLED:
        finish(run, State.CANCELLED)
        return
    run.problem = {"code": "internal", "message": ""}
    finish(run, State.FAILED)


def configure(actor: Actor, pk: Any, options: Mapping[str, Any]) -> ImportRun:
    """Replace the options of an import that has not run. Raises NotFound, WrongState and BadOptions.

    Other options make the last rehearsal worthless: the import is a draft again.
    """
    run = _idle(actor, pk)
    checked = read_options(registry.get(run.object), options).as_json()
    if checked != run.options:
        run.options, run.state, run.rehearsal = checked, State.DRAFT, {}
        run.save(update_fields=["options", "state", "rehearsal"])
    return run


def rehearse_with(actor: Actor, pk: Any, options: Mapping[str, Any]) -> ImportRun:
    """Replace some options of an import that has not run, and rehearse it with them.

    Raises what ``configure`` and ``start`` raise.
    """
    run = _idle(actor, pk)
    configure(actor, run.pk, {**run.options, **options})
    return start(actor, run.pk, dry_run=True)


@transaction.atomic
def discard(actor: Actor, pk: Any) -> None:
    """Throw an import that has not run away, with its file. Raises NotFound and WrongState."""
    run = _idle(actor, pk)
    open_files = Path(run.file.path)
    run.delete()
    transaction.on_commit(lambda: remove_upload(open_files))


def preview(actor: Actor, pk: Any) -> Preview:
    """How the file is read with the present options. Raises NotFound, FileProblem and BadOptions."""
    return previews.preview_of(open_plan(get_import(actor, pk)))


def readings_in(actor: Actor, pk: Any, encodings: Iterable[str]) -> dict[str, list[str]]:
    """Telling lines of the file as each encoding would read them, for a person to choose. Raises NotFound."""
    return read_in(path_of(get_import(actor, pk)), encodings)


def review_values(actor: Actor, pk: Any) -> tuple[Facts, list[ValueReview], list[FormatReview]]:
    """The different texts of the file's columns and what they become. Reads the whole file."""
    return previews.review_values(open_plan(get_import(actor, pk)))


@transaction.atomic
def _enqueue(run: ImportRun, *, dry_run: bool) -> None:
    if not dry_run:
        run.change_set = ChangeSet.objects.create(
            kind=ChangeSet.Kind.IMPORT, object=run.object, actor=run.created_by, created_at=clock.now()
        )
    FailedRow.objects.filter(run=run).delete()
    run.state, run.dry_run = State.QUEUED, dry_run
    run.position = run.done_rows = run.total_rows = 0
    run.counts, run.causes, run.problem = {}, [], {}
    run.rehearsal = {} if dry_run else run.rehearsal
    run.started_at = run.finished_at = None
    actor_id = run.created_by.pk if run.created_by else None
    result = run_import.using(unique_key=f"import {run.pk}", actor_id=actor_id).enqueue(run.pk)
    run.job_id = int(result.id)
    run.save()


def start(actor: Actor, pk: Any, *, dry_run: bool) -> ImportRun:
    """Rehearse or run an import in the background.

    What can be known at once is refused at once: Forbidden, WrongState, FileProblem, and
    BadOptions for words that do not fit the file.
    """
    run = _idle(actor, pk)
    plan = open_plan(run)
    _check_rights(actor, run, plan.options)
    _check_mapping(plan)
    _enqueue(run, dry_run=dry_run)
    return run


def _idle(actor: Actor, pk: Any) -> ImportRun:
    run = get_import(actor, pk)
    if run.state in BUSY:
        raise WrongState(run.state, _("The import is at work. Wait until it is finished, or cancel it."))
    if run.change_set is not None:
        raise WrongState(run.state, _("This import has run. Upload the file again for another one."))
    return run


def _check_rights(actor: Actor, run: ImportRun, options: Options) -> None:
    rights.require(actor, run.object, Action.IMPORT)
    if options.mode != "update":
        rights.require(actor, run.object, Action.CREATE)
    if options.mode != "create":
        rights.require(actor, run.object, Action.EDIT)
    if options.adds_options:
        rights.require_administrator(actor)


def _check_mapping(plan: Plan) -> None:
    mapped = {decision.field for decision in plan.decisions if decision.field}
    if not mapped:
        message = _("No column was recognized. Say with “mapping” which column goes into which field.")
        raise BadOptions([OptionError("mapping", "nothing_mapped", message)])
    missing = [key for key in plan.options.match if key not in mapped]
    if missing:
        message = _("No column is mapped to “%(word)s”, by which records are to be found.")
        raise BadOptions([OptionError("match", "not_mapped", message % {"word": key}) for key in missing])


def use_decisions(actor: Actor, pk: Any) -> ImportRun:
    """Write the automatic mapping into the options, as a starting point for a person's own."""
    run = _idle(actor, pk)
    plan = open_plan(run)
    mapping = {decision.header: decision.field or "" for decision in plan.decisions}
    run.options = replace(plan.options, mapping=mapping).as_json()
    run.save(update_fields=["options"])
    return run


def cancel(actor: Actor, pk: Any) -> ImportRun:
    """Ask a waiting or running import to stop; what it has written stays and can be undone."""
    run = get_import(actor, pk)
    if run.state not in BUSY or run.job_id is None:
        raise WrongState(run.state, _("The import is not at work."))
    jobs.request_cancel(run.job_id)
    return get_import(actor, pk)


def failed_rows_csv(actor: Actor, pk: Any) -> Iterator[str]:
    """The rows that failed, as CSV lines with the reasons in the last column. Raises NotFound."""
    run = get_import(actor, pk)
    lines = failed_rows(run, open_plan(run))
    about = {"name": run.file_name, "import": run.pk}
    note_disclosure(actor, Act.FAILED_ROWS, run.object, run.counts.get("failed", 0), about)
    return lines


def get_change_set(actor: Actor, pk: Any) -> ChangeSet:
    """One's own change set; administrators have all. Raises NotFound."""
    sets = ChangeSet.objects.select_related("actor", "undone_by")
    if not rights.is_administrator(actor):
        sets = sets.filter(actor=actor.user)
    found = sets.filter(pk=whole_number(pk) or 0).first()
    if found is None:
        raise NotFound("change set", pk)
    return found


def _is_undoing(change_set: ChangeSet) -> bool:
    """Whether a job is at it. An undo that failed for good can be started again where it stopped."""
    job = Job.objects.filter(pk=change_set.undo_job_id or 0).first()
    return change_set.state == ChangeSet.State.UNDOING and job is not None and not job.is_finished


@transaction.atomic
def undo(actor: Actor, change_set_id: Any) -> ChangeSet:
    """Take back in the background what a change set wrote. Raises NotFound and WrongState."""
    change_set = get_change_set(actor, change_set_id)
    run = ImportRun.objects.filter(change_set=change_set).first()
    if run is not None and get_import(actor, run.pk).state in BUSY:
        raise WrongState(change_set.state, _("The import is still at work. Cancel it first."))
    if running_job(change_set):
        raise WrongState(change_set.state, _("Records are still being changed. Stop that first."))
    change_set = ChangeSet.objects.select_for_update().get(pk=change_set.pk)
    if change_set.state == ChangeSet.State.UNDONE or _is_undoing(change_set):
        raise WrongState(change_set.state, _("This was undone already."))
    if change_set.state != ChangeSet.State.UNDOING:
        last = HistoryEntry.objects.filter(change_set_id=change_set.pk).order_by("-pk").first()
        change_set.undo_position = last.pk + 1 if last else 0
    change_set.state = ChangeSet.State.UNDOING
    change_set.undone_by = actor.user
    result = undo_change_set.using(unique_key=f"undo {change_set.pk}", actor_id=actor.user_id).enqueue(
        change_set.pk
    )
    change_set.undo_job_id = int(result.id)
    change_set.save()
    return change_set

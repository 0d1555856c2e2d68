"""The last step: the run, its result, and what can still be done about it."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from headwater.jobs.services import worker_alive
from headwater.metadata import registry
from headwater.transfer import services
from headwater.transfer.errors import BadOptions, WrongState
from headwater.transfer.files.errors import FileProblem
from headwater.transfer.models import ImportRun
from headwater.users.actor import Actor
from headwater.web.htmx import go_to
from headwater.web.queries import ListQuery
from headwater.web.shell import actor_of
from headwater.web.views.imports.conflicts import is_undoing, undo_context
from headwater.web.views.imports.wizard import State, address_of, context_of, has_run, is_busy, may_undo


def _records_url(run: ImportRun) -> str:
    """Return the list of the records that the import made."""
    entry = registry.get(run.object)
    tree = {"all": [{"field": "import_number", "op": "eq", "value": run.pk}]}
    return ListQuery(entry, tree=tree).url()


def _context(actor: Actor, run: ImportRun) -> dict[str, Any]:
    assert run.change_set is not None
    undo = undo_context(actor, run.change_set)
    busy = is_busy(run) or is_undoing(undo)
    return context_of(
        run,
        "import",
        busy=busy,
        worker_alive=worker_alive() if busy else True,
        counts={"created": 0, "updated": 0, "unchanged": 0, "failed": 0} | run.counts,
        records_url=_records_url(run),
        change_set=run.change_set,
        may_undo=may_undo(run) or undo.get("undo_stopped"),
        **undo,
    )


@require_safe
def import_page(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Show an import that has run, or lead to the step at which it stands."""
    actor = actor_of(request)
    run = services.get_import(actor, pk)
    if not has_run(run):
        return redirect(address_of(run))
    return render(request, "imports/import.html", _context(actor, run))


@require_safe
def progress(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Return how far the work is; when it is finished, lead to the page that shows what came of it."""
    actor = actor_of(request)
    run = services.get_import(actor, pk)
    undo = undo_context(actor, run.change_set)
    if not (is_busy(run) or is_undoing(undo)):
        return go_to(request, address_of(run))
    context = {"run": run, "worker_alive": worker_alive(), **undo}
    return render(request, "imports/_progress.html", context)


@require_POST
def run_import(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Start the import for good. It must have been rehearsed as it is set up now."""
    actor = actor_of(request)
    run = services.get_import(actor, pk)
    try:
        if run.state != State.DONE or not run.rehearsal:
            raise WrongState(run.state, _("Check the file first."))
        services.start(actor, run.pk, dry_run=False)
    except (WrongState, BadOptions, FileProblem) as problem:
        messages.error(request, str(problem))
    return redirect(address_of(services.get_import(actor, pk)))


@require_POST
def cancel(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Ask a rehearsal or run to stop."""
    actor = actor_of(request)
    try:
        run = services.cancel(actor, pk)
    except WrongState as problem:
        messages.error(request, problem.message)
        run = services.get_import(actor, pk)
    else:
        messages.success(request, _("It stops after the rows it is at."))
    return redirect(address_of(run))


@require_POST
def discard(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Throw a draft away, with its file."""
    try:
        services.discard(actor_of(request), pk)
    except WrongState as problem:
        messages.error(request, problem.message)
        return redirect("import", pk)
    messages.success(request, _("The draft and its file are deleted. Nothing was imported."))
    return redirect("imports")


@require_safe
def failed_rows(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Download the rows that failed, with the reasons, as they can be corrected and imported again."""
    actor = actor_of(request)
    run = services.get_import(actor, pk)
    if not run.counts.get("failed"):
        raise Http404
    try:
        lines = services.failed_rows_csv(actor, run.pk)
    except FileProblem as problem:
        messages.error(request, problem.message)
        return redirect(address_of(run))
    response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="import-{run.pk}-failed-rows.csv"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "no-store, private"
    return response

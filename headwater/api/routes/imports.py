"""Imports of files."""

from typing import Any

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils.translation import gettext as _
from ninja import Query, Router

from headwater.api.answers import answer, page
from headwater.api.auth import caller_of
from headwater.api.parsing import read_json_parameter
from headwater.api.problems import Problem, wrong
from headwater.api.routes.bulk import change_set_json
from headwater.api.schemas import imports as schemas
from headwater.api.schemas.common import Page, PageQuery
from headwater.api.uploads import read_form
from headwater.metadata import registry
from headwater.metadata.errors import UnknownObject
from headwater.transfer import services
from headwater.transfer.models import ImportRun
from headwater.users.actor import Actor

router = Router(tags=["Imports"])

TEXTS = ("mode", "encoding", "delimiter", "sheet", "date_format", "decimal_mark", "duration_unit")
SWITCHES = ("create_choices", "clear_empty")
JSON = ("mapping", "match", "values", "header_row")
FORM = ("object", "dry_run", *TEXTS, *SWITCHES, *JSON)
FAILED_ROWS = "failed-rows"


@router.get("/imports", response=Page[schemas.Import])
def list_imports(request: HttpRequest, query: Query[PageQuery]) -> HttpResponse:
    """List your imports, newest first; administrators list everybody's."""
    found = services.find_imports(caller_of(request).actor)
    runs, following = query.cut(found)
    return page([import_json(run) for run in runs], following, count=found.count())


@router.post("/imports", response={202: schemas.StartedImport}, openapi_extra=schemas.IMPORT_FORM)
def create_import(request: HttpRequest) -> HttpResponse:
    """Import a CSV or XLSX file in the background. Ask ``GET /imports/{id}`` how far it is."""
    caller = caller_of(request)
    file, form = read_form(request, FORM)
    dry_run = _switch(form, "dry_run")
    object_name = _object(form.pop("object", ""))
    run = services.import_file(
        caller.actor, object_name, file, file.name or "", _options(form), dry_run=dry_run
    )
    location = {"Location": f"/api/v1/imports/{run.pk}"}
    return answer(_started_json(caller.actor, run), status=202, headers=location)


@router.get("/imports/{int:id}", response=schemas.Import)
def get_import(request: HttpRequest, id: int) -> HttpResponse:
    """Read how far an import is and what became of its rows."""
    return answer(import_json(services.get_import(caller_of(request).actor, id)))


@router.patch("/imports/{int:id}", response={202: schemas.StartedImport})
def change_import(request: HttpRequest, id: int, given: schemas.ChangedImport) -> HttpResponse:
    """Read a rehearsed file in another way, such as in another encoding, and rehearse it anew."""
    actor = caller_of(request).actor
    run = services.rehearse_with(actor, id, given.dict(exclude_unset=True))
    return answer(_started_json(actor, run), status=202)


@router.post("/imports/{int:id}/run", response={202: schemas.Import})
def run_import(request: HttpRequest, id: int) -> HttpResponse:
    """Run a rehearsed import (``dry_run``) for good."""
    return answer(import_json(services.start(caller_of(request).actor, id, dry_run=False)), status=202)


@router.post("/imports/{int:id}/cancellation", response={202: schemas.Import})
def cancel_import(request: HttpRequest, id: int) -> HttpResponse:
    """Stop an import; what it has written stays and can be undone."""
    return answer(import_json(services.cancel(caller_of(request).actor, id)), status=202)


@router.post("/imports/{int:id}/undo", response={202: schemas.ChangeSet})
def undo_import(request: HttpRequest, id: int) -> HttpResponse:
    """Take back in the background what an import wrote."""
    actor = caller_of(request).actor
    run = services.get_import(actor, id)
    if run.change_set_id is None:
        raise Problem(409, "wrong_state", _("This import has written nothing."), state=run.state)
    return answer(change_set_json(services.undo(actor, run.change_set_id)), status=202)


@router.get("/imports/{int:id}/" + FAILED_ROWS, response={200: None})
def read_failed_rows(request: HttpRequest, id: int) -> StreamingHttpResponse:
    """Download the rows that failed, each with its reasons, as CSV to be corrected and imported again."""
    lines = services.failed_rows_csv(caller_of(request).actor, id)
    headers = {"Content-Disposition": f'attachment; filename="import-{id}-failed.csv"'}
    return StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8", headers=headers)


def _object(word: str) -> str:
    """Take an object by its name or by its plural in addresses."""
    try:
        entry = registry.by_slug(word)
    except UnknownObject:
        known = {entry.name: entry for entry in registry.objects()}
        if word not in known:
            message = _("There is no object “%(word)s”.") % {"word": word[:100]}
            raise wrong("object", "unknown_object", message) from None
        entry = known[word]
    if not entry.is_record:
        raise wrong(
            "object", "not_importable", _("%(objects)s cannot be imported.") % {"objects": entry.label}
        )
    return entry.name


def _options(form: dict[str, str]) -> dict[str, Any]:
    options: dict[str, Any] = {key: form[key] for key in TEXTS if form.get(key)}
    options |= {key: read_json_parameter(key, form[key]) for key in JSON if form.get(key)}
    return options | {key: _switch(form, key) for key in SWITCHES if form.get(key)}


def _switch(form: dict[str, str], key: str) -> bool:
    word = form.get(key, "").strip().lower()
    if word not in ("", "true", "false", "1", "0"):
        raise wrong(key, "not_boolean", _("Give true or false."))
    return word in ("true", "1")


def _started_json(actor: Actor, run: ImportRun) -> dict[str, Any]:
    """Return an import with how its file is read and what was decided about its columns."""
    preview = services.preview(actor, run.pk)
    info = preview.info
    reading = {
        "kind": info.kind,
        "encoding": info.encoding,
        "encoding_certain": info.encoding_certain,
        "delimiter": info.delimiter,
        "sheet": info.sheet,
        "header_row": preview.header_row,
        "rows": preview.rows,
    }
    columns = [column.decision.as_json() for column in preview.columns]
    return import_json(run) | {"reading": reading, "columns": columns}


def import_json(run: ImportRun) -> dict[str, Any]:
    """Return an import with its progress and its counts of rows."""
    counts = {
        outcome: run.counts.get(outcome, 0) for outcome in ("created", "updated", "unchanged", "failed")
    }
    address = f"/api/v1/imports/{run.pk}/{FAILED_ROWS}"
    return {
        "id": run.pk,
        "object": run.object,
        "file_name": run.file_name,
        "state": run.state,
        "dry_run": run.dry_run,
        "progress": run.progress,
        "counts": counts,
        "causes": run.causes,
        "problem": run.problem or None,
        "failed_rows_url": address if counts["failed"] else None,
        "change_set": run.change_set_id,
        "created_by": run.created_by_id,
        "created_at": run.created_at,
        "started_at": run.started_at,
        "finished_at": run.finished_at,
    }

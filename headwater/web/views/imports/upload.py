"""The first step: which objects, and the file."""

from pathlib import PurePath

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from headwater.access.errors import Forbidden
from headwater.access.models import Action
from headwater.metadata.objects import ObjectType
from headwater.transfer import services
from headwater.transfer.files import limits
from headwater.transfer.files.errors import FileProblem
from headwater.users.actor import Actor
from headwater.web.shell import actor_of
from headwater.web.views.imports.wizard import importable, steps_of

ENDINGS = (".csv", ".tsv", ".txt", ".tab", ".xlsx", ".xlsm", ".xls")
"""Of files that may hold a table. Old workbooks and those with macros are told apart when they are opened."""

MENDABLE = frozenset({"encoding_needed", "no_header", "bad_delimiter"})
"""What a person can put right on the next page by saying how the file is to be read."""


def _chosen(request: HttpRequest, objects: list[ObjectType]) -> ObjectType | None:
    word = request.POST.get("object") or request.GET.get("object") or ""
    return next((entry for entry in objects if word in (entry.name, entry.slug)), None)


def _problem_of(file: UploadedFile[bytes] | None) -> str:
    if file is None:
        return _("Choose a file.")
    ending = PurePath(file.name or "").suffix.lower()
    if ending not in ENDINGS:
        message = _(
            "“%(name)s” is no table. Choose a CSV file (.csv, .txt, .tsv) or an Excel workbook (.xlsx)."
        )
        return message % {"name": (file.name or "")[:100]}
    return ""


def _keep(actor: Actor, entry: ObjectType, file: UploadedFile[bytes]) -> tuple[str, int]:
    """Keep the file if it can be read; return what is wrong with it, or the number of the import."""
    try:
        run = services.create_import(actor, entry.name, file, file.name or "")
    except FileProblem as problem:
        return problem.message, 0
    try:
        services.preview(actor, run.pk)
    except FileProblem as problem:
        if problem.code not in MENDABLE:
            services.discard(actor, run.pk)
            return problem.message, 0
    return "", run.pk


@require_http_methods(["GET", "POST"])
def upload(request: HttpRequest) -> HttpResponseBase:
    """Ask for the file; a good one becomes a draft, a bad one is refused here and not kept."""
    actor = actor_of(request)
    objects = importable(actor)
    if not objects:
        raise Forbidden(Action.IMPORT)
    entry = _chosen(request, objects)
    errors: dict[str, str] = {}
    if request.method == "POST":
        file = request.FILES.get("file")
        errors = {"object": "" if entry else _("Say what the rows are."), "file": _problem_of(file)}
        if entry and file and not errors["file"]:
            errors["file"], number = _keep(actor, entry, file)
            if number:
                return redirect("import_columns", number)
    context = {
        "objects": objects,
        "chosen": entry,
        "errors": errors,
        "steps": steps_of(None, "upload"),
        "megabytes": limits.FILE_BYTES // limits.MEGABYTE,
        "most_rows": limits.ROWS,
        "most_columns": limits.COLUMNS,
    }
    return render(request, "imports/upload.html", context, status=422 if any(errors.values()) else 200)

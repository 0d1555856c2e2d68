"""The imports so far."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from headwater.access.errors import Forbidden
from headwater.access.models import Action
from headwater.lib.numbers import whole_number
from headwater.metadata import registry
from headwater.transfer.services import find_imports
from headwater.web.shell import actor_of
from headwater.web.views.imports.wizard import has_run, importable, may_undo, state_of

PER_PAGE = 50


@require_safe
def imports(request: HttpRequest) -> HttpResponse:
    """List the reader's imports, for administrators everybody's, the newest first."""
    actor = actor_of(request)
    objects = importable(actor)
    found = find_imports(actor)
    if not objects and not found.exists():
        raise Forbidden(Action.IMPORT)
    before = whole_number(request.GET.get("before", ""))
    if before is not None:
        found = found.filter(pk__lt=before)
    runs = list(found[: PER_PAGE + 1])
    rows = [
        (run, registry.get(run.object), state_of(run), has_run(run), may_undo(run)) for run in runs[:PER_PAGE]
    ]
    context = {
        "rows": rows,
        "may_import": bool(objects),
        "next_before": runs[PER_PAGE - 1].pk if len(runs) > PER_PAGE else None,
        "is_first_page": not before,
    }
    return render(request, "imports/list.html", context)

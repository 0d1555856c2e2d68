"""Keeping reports: save, rename, copy, share, delete."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from headwater.records.errors import Forbidden, Invalid
from headwater.reports import services
from headwater.reports.definition import DefinitionError
from headwater.web.htmx import go_to, is_fragment
from headwater.web.shell import actor_of
from headwater.web.views.reports.drafts import Draft, read_draft


def _name_form(
    request: HttpRequest, title: str, button: str, name: str, draft: Draft | None, error: str = ""
) -> HttpResponse:
    context = {
        "title": title,
        "button": button,
        "name": name,
        "state": draft.state() if draft else {},
        "action": request.path,
        "error": error,
    }
    template = "reports/_name.html" if is_fragment(request) else "reports/name.html"
    return render(request, template, context, status=422 if error else 200)


def _messages(problem: Invalid | DefinitionError) -> str:
    found = problem.errors if isinstance(problem, Invalid) else problem.problems
    return " ".join(str(one.message) for one in found)


@require_http_methods(["GET", "POST"])
def save(request: HttpRequest) -> HttpResponseBase:
    """Ask for a name, or save the definition of the form as a new report of the reader's own."""
    actor = actor_of(request)
    data = request.POST if request.method == "POST" else request.GET
    draft: Draft | None = None
    try:
        draft = read_draft(actor, data)
        proposal = (
            _("Copy of %(name)s") % {"name": draft.report.name}
            if draft.report
            else str(draft.base.get("name", ""))
        )
        if request.method == "GET":
            return _name_form(request, _("Save the report"), _("Save"), proposal, draft)
        saved = services.save_report(actor, name=data.get("name", ""), definition=draft.data)
    except (Invalid, DefinitionError) as problem:
        return _name_form(
            request, _("Save the report"), _("Save"), data.get("name", ""), draft, _messages(problem)
        )
    messages.success(
        request, _("“%(name)s” is saved. Only you can open it until you share it.") % {"name": saved.name}
    )
    return go_to(request, Draft(base=dict(saved.definition), report=saved).url())


@require_POST
def update(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Give a saved report the definition of the form."""
    actor = actor_of(request)
    try:
        draft = read_draft(actor, request.POST, pk)
        services.update_report(actor, pk, definition=draft.data)
    except (Invalid, DefinitionError) as problem:
        messages.error(request, _messages(problem))
        return redirect("report", pk=pk)
    messages.success(request, _("Saved."))
    return redirect("report", pk=pk)


@require_http_methods(["GET", "POST"])
def rename(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Ask for another name, or give it."""
    actor = actor_of(request)
    report = services.get_report(actor, pk)
    if not services.may_change(actor, report):
        raise Forbidden("edit", "report")
    if request.method == "GET":
        return _name_form(request, _("Rename the report"), _("Rename"), report.name, None)
    try:
        services.update_report(actor, pk, name=request.POST.get("name", ""))
    except Invalid as problem:
        return _name_form(
            request,
            _("Rename the report"),
            _("Rename"),
            request.POST.get("name", ""),
            None,
            _messages(problem),
        )
    return go_to(request, Draft(base=dict(report.definition), report=report).url())


@require_POST
def duplicate(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Make a copy that is the reader's own."""
    copy = services.duplicate_report(actor_of(request), pk)
    messages.success(request, _("This is your copy: “%(name)s”.") % {"name": copy.name})
    return redirect("report", pk=copy.pk)


@require_POST
def share(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Let everybody open the report, or nobody else any more."""
    everybody = request.POST.get("everybody") == "true"
    services.share_report(actor_of(request), pk, everybody=everybody)
    told = (
        _("Everybody can open this report now; each sees her own numbers.")
        if everybody
        else _("Only you can open this report now.")
    )
    messages.success(request, told)
    return redirect("report", pk=pk)


@require_POST
def delete(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Delete the report, not its records."""
    actor = actor_of(request)
    name = services.get_report(actor, pk).name
    services.delete_report(actor, pk)
    messages.success(request, _("“%(name)s” is deleted.") % {"name": name})
    return redirect("reports")

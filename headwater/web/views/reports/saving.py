"""Keeping reports: save, rename, move, copy, delete."""

from dataclasses import dataclass, replace

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from headwater.records.errors import Forbidden, Invalid
from headwater.reports import services
from headwater.reports.definition import DefinitionError
from headwater.reports.limits import usage_of
from headwater.web.htmx import go_to, is_fragment
from headwater.web.shell import actor_of
from headwater.web.views.reports.drafts import Draft, read_draft


@dataclass(frozen=True)
class NameForm:
    """A dialog that asks for a name and a folder. ``back`` says where to go afterwards: "list" or ""."""

    title: str
    button: str
    name: str
    folder: str = ""
    draft: Draft | None = None
    back: str = ""

    def answer(self, request: HttpRequest, error: str = "") -> HttpResponse:
        """Draw the dialog, or the page of it; with what is wrong when there is something."""
        context = {
            "form": self,
            "state": self.draft.state() if self.draft else {},
            "folders": services.folders(actor_of(request)),
            "usage": usage_of(actor_of(request).user) if self.draft else None,
            "action": request.path,
            "error": error,
        }
        template = "reports/_name.html" if is_fragment(request) else "reports/name.html"
        return render(request, template, context, status=422 if error else 200)


def messages_of(problem: Invalid | DefinitionError) -> str:
    """Return everything that is wrong, in one text."""
    found = problem.errors if isinstance(problem, Invalid) else problem.problems
    return " ".join(str(one.message) for one in found)


@require_http_methods(["GET", "POST"])
def save(request: HttpRequest) -> HttpResponseBase:
    """Ask for a name, or save the definition of the form as a new report of the reader's own."""
    actor = actor_of(request)
    data = request.POST if request.method == "POST" else request.GET
    form = NameForm(_("Save the report"), _("Save"), data.get("name", ""), data.get("folder", ""))
    try:
        draft = read_draft(actor, data)
        form = replace(form, draft=draft)
        if request.method == "GET":
            folder = draft.report.folder if draft.report else ""
            return replace(form, name=_proposal(draft), folder=folder).answer(request)
        saved = services.save_report(
            actor,
            name=form.name,
            folder=form.folder,
            definition=draft.data,
            before=draft.report.definition if draft.report else None,
        )
    except (Invalid, DefinitionError) as problem:
        return form.answer(request, messages_of(problem))
    messages.success(
        request, _("“%(name)s” is saved. Only you can open it until you share it.") % {"name": saved.name}
    )
    return go_to(request, Draft(base=dict(saved.definition), report=saved).url())


def _proposal(draft: Draft) -> str:
    if draft.report:
        return _("Copy of %(name)s") % {"name": draft.report.name}
    return str(draft.base.get("name", ""))


@require_POST
def update(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Give a saved report the definition of the form."""
    actor = actor_of(request)
    try:
        draft = read_draft(actor, request.POST, pk)
        services.update_report(actor, pk, definition=draft.data)
    except (Invalid, DefinitionError) as problem:
        messages.error(request, messages_of(problem))
        return redirect("report", pk=pk)
    messages.success(request, _("Saved."))
    return redirect("report", pk=pk)


@require_http_methods(["GET", "POST"])
def rename(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Ask for another name or folder, or give it."""
    actor = actor_of(request)
    report = services.get_report(actor, pk)
    if not services.may_change(actor, report):
        raise Forbidden("edit", "report")
    data = request.POST if request.method == "POST" else request.GET
    name, folder = data.get("name", report.name), data.get("folder", report.folder)
    form = NameForm(_("Name and folder"), _("Save"), name, folder, back=data.get("back", ""))
    if request.method == "GET":
        return form.answer(request)
    try:
        report = services.update_report(actor, pk, name=name, folder=folder)
    except Invalid as problem:
        return form.answer(request, messages_of(problem))
    if form.back == "list":
        return go_to(request, reverse("reports"))
    return go_to(request, Draft(base=dict(report.definition), report=report).url())


@require_POST
def duplicate(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Make a copy that is the reader's own."""
    try:
        copy = services.duplicate_report(actor_of(request), pk)
    except (Invalid, DefinitionError) as problem:
        messages.error(request, messages_of(problem))
        return redirect("reports")
    messages.success(request, _("This is your copy: “%(name)s”.") % {"name": copy.name})
    return redirect("report", pk=copy.pk)


@require_POST
def delete(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Delete the report, not its records."""
    actor = actor_of(request)
    name = services.get_report(actor, pk).name
    services.delete_report(actor, pk)
    messages.success(request, _("“%(name)s” is deleted.") % {"name": name})
    return redirect("reports")

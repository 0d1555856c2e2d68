"""Asking whom a report is shared with."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from headwater.lib.collation import in_order
from headwater.records.errors import Forbidden, Invalid
from headwater.reports import services
from headwater.reports.sharing import Readers, read_readers
from headwater.users.models import Team, User
from headwater.web.htmx import go_to, is_fragment
from headwater.web.shell import actor_of
from headwater.web.views.reports.saving import messages_of
from headwater.web.views.settings.forms import number


def read_form(form: QueryDict) -> Readers:
    """Read the controls of the dialog. Raises Invalid."""
    people = {word: [number(text) for text in form.getlist(word) if text] for word in ("teams", "users")}
    everybody = form.get("everybody") == "true"
    return Readers(everybody=True) if everybody else read_readers({"everybody": False, **people})


def sharing_form(
    request: HttpRequest, name: str, chosen: Readers, back: str, error: str = "", kind: str = "report"
) -> HttpResponse:
    """Draw the dialog that asks whom ``name`` is shared with, or the page of it."""
    context = {
        "title": _("Share “%(name)s”") % {"name": name},
        "chosen": chosen,
        "teams": in_order(Team.objects.values_list("pk", "name")),
        "users": in_order(User.objects.filter(pk__in=chosen.users).values_list("pk", "name")),
        "action": request.path,
        "back": back,
        "kind": kind,
        "error": error,
    }
    template = "reports/_share.html" if is_fragment(request) else "reports/share.html"
    return render(request, template, context, status=422 if error else 200)


def told(chosen: Readers) -> str:
    """Return what sharing did, in words."""
    if chosen.everybody:
        return _("Everybody can open it now; each sees her own numbers.")
    if chosen:
        return _("Those you named can open it now; each sees her own numbers.")
    return _("Only you can open it now.")


@require_http_methods(["GET", "POST"])
def share(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Ask who else may open a report, or let just these people."""
    actor = actor_of(request)
    report = services.get_report(actor, pk)
    if not services.may_change(actor, report):
        raise Forbidden("edit", "report")
    back = (request.POST if request.method == "POST" else request.GET).get("back", "")
    if request.method == "GET":
        return sharing_form(request, report.name, services.readers(report), back)
    try:
        chosen = read_form(request.POST)
        services.share_report(actor, pk, chosen)
    except Invalid as problem:
        return sharing_form(request, report.name, services.readers(report), back, messages_of(problem))
    messages.success(request, told(chosen))
    return go_to(request, reverse("reports") if back == "list" else reverse("report", args=[pk]))

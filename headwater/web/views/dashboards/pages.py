"""The pages: all dashboards, and one of them."""

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from headwater.records.errors import Invalid
from headwater.reports import dashboards
from headwater.reports.services import find_reports
from headwater.web.shell import actor_of
from headwater.web.views.dashboards.filtering import choice_of, read_choice
from headwater.web.views.reports.saving import messages_of


@require_http_methods(["GET", "POST"])
def index(request: HttpRequest) -> HttpResponseBase:
    """List the dashboards that the reader may open, or make one of her own."""
    actor = actor_of(request)
    name, error = request.POST.get("name", ""), ""
    if request.method == "POST":
        try:
            made = dashboards.create_dashboard(actor, name)
        except Invalid as problem:
            error = messages_of(problem)
        else:
            return redirect(f"/dashboards/{made.pk}/?edit=1")
    found = list(dashboards.find_dashboards(actor).prefetch_related("tiles"))
    context = {
        "mine": [one for one in found if one.owner_id == actor.user_id],
        "shared": [one for one in found if one.owner_id != actor.user_id],
        "name": name,
        "error": error,
    }
    return render(request, "dashboards/index.html", context, status=422 if error else 200)


@require_safe
def dashboard(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Show a dashboard; its tiles come one by one when they are looked at.

    An address that says nothing of a filter leads to the one that this viewer set last.
    """
    actor = actor_of(request)
    shown = dashboards.get_dashboard(actor, pk)
    if not {"period", "owner"} & request.GET.keys():
        kept = choice_of(actor, dashboards.remembered_filter(actor, shown))
        if kept.state:
            return redirect(kept.address(pk, edit=request.GET.get("edit") == "1"))
    may_change = dashboards.may_change(actor, shown)
    tiles = list(shown.tiles.all())
    known = set(find_reports(actor).filter(pk__in=[t.report_id for t in tiles]).values_list("pk", flat=True))
    context = {
        "dashboard": shown,
        "tiles": [(tile, tile.report_id in known) for tile in tiles],
        "choice": read_choice(actor, request.GET),
        "may_change": may_change,
        "is_mine": shown.owner_id == actor.user_id,
        "is_shared": bool(dashboards.readers(shown)),
        "editing": may_change and request.GET.get("edit") == "1",
    }
    return render(request, "dashboards/dashboard.html", context)


@require_POST
def set_filter(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Lay a filter over the dashboard and keep it for this viewer; without period and owner, forget it."""
    actor = actor_of(request)
    choice = read_choice(actor, request.POST)
    dashboards.remember_filter(actor, pk, choice.quick)
    return redirect(choice.address(pk, edit=request.POST.get("edit") == "1"))

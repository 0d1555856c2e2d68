"""The pages: all dashboards, and one of them."""

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from headwater.records.errors import Invalid
from headwater.reports import dashboards
from headwater.reports.services import find_reports
from headwater.web.shell import actor_of
from headwater.web.views.dashboards.filtering import read_choice
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
def dashboard(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a dashboard; its tiles come one by one when they are looked at."""
    actor = actor_of(request)
    shown = dashboards.get_dashboard(actor, pk)
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

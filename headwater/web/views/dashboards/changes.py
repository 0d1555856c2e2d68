"""Changing a dashboard: its tiles, its name, its readers."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from headwater.records.errors import FieldError, Invalid
from headwater.reports import dashboards
from headwater.reports.dashboards import Placed
from headwater.reports.models.dashboards import COLUMNS, LEAST_COLUMNS, MOST_ROWS
from headwater.reports.services import find_reports, get_report
from headwater.web.htmx import go_to, is_fragment
from headwater.web.shell import actor_of
from headwater.web.views.reports.saving import messages_of
from headwater.web.views.reports.sharing import read_form, sharing_form, told
from headwater.web.views.settings.forms import number

Step = Callable[[list[Placed], int], None]


def _page(pk: int, *, edit: bool = True) -> str:
    return reverse("dashboard", args=[pk]) + ("?edit=1" if edit else "")


@require_http_methods(["GET", "POST"])
def add(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Offer the reports that can be added, or add one at the end."""
    actor = actor_of(request)
    dashboard = dashboards.require_change(actor, pk)
    error = ""
    if request.method == "POST":
        try:
            new = Placed(number(request.POST.get("report", "")))
            dashboards.arrange(actor, pk, [*dashboards.placed(dashboard), new])
            return go_to(request, _page(pk))
        except Invalid as problem:
            error = messages_of(problem)
    context = {
        "dashboard": dashboard,
        "options": [(one.pk, one.name) for one in find_reports(actor)],
        "error": error,
    }
    template = "dashboards/_add.html" if is_fragment(request) else "dashboards/add.html"
    return render(request, template, context, status=422 if error else 200)


@require_POST
def layout(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Arrange the tiles as the form says: ``tiles`` (all of them, as JSON) or one step with one tile."""
    actor = actor_of(request)
    dashboard = dashboards.require_change(actor, pk)
    try:
        now = dashboards.placed(dashboard)
        text = request.POST.get("tiles", "")
        dashboards.arrange(actor, pk, _read(text, now) if text else _stepped(now, request))
    except Invalid as problem:
        if text:
            return HttpResponse(messages_of(problem), status=422, content_type="text/plain; charset=utf-8")
        messages.error(request, messages_of(problem))
    return HttpResponse(status=204) if text else redirect(_page(pk))


def _read(text: str, now: list[Placed]) -> list[Placed]:
    """Read ``[{"id", "width", "height"}, …]``. Raises Invalid."""
    known = {tile.id: tile for tile in now}
    try:
        return [
            replace(known[one["id"]], width=int(one["width"]), height=int(one["height"]))
            for one in json.loads(text)
        ]
    except (ValueError, TypeError, KeyError, OverflowError, RecursionError):
        message = _("A tile is not of this dashboard: load the page again.")
        raise Invalid([FieldError("tiles", "not_found", message)]) from None


def _stepped(now: list[Placed], request: HttpRequest) -> list[Placed]:
    made, wanted = list(now), number(request.POST.get("tile", ""))
    at = next((at for at, tile in enumerate(made) if tile.id == wanted), None)
    step = _STEPS.get(request.POST.get("do", ""))
    if at is None or step is None:
        message = _("A tile is not of this dashboard: load the page again.")
        raise Invalid([FieldError("tiles", "not_found", message)])
    step(made, at)
    return made


def _move(by: int) -> Step:
    def step(tiles: list[Placed], at: int) -> None:
        tile = tiles.pop(at)
        tiles.insert(max(0, at + by), tile)

    return step


def _size(name: str, by: int, least: int, most: int) -> Step:
    def step(tiles: list[Placed], at: int) -> None:
        changed: dict[str, Any] = {name: max(least, min(most, getattr(tiles[at], name) + by))}
        tiles[at] = replace(tiles[at], **changed)

    return step


def _remove(tiles: list[Placed], at: int) -> None:
    del tiles[at]


_STEPS: dict[str, Step] = {
    "earlier": _move(-1),
    "later": _move(1),
    "wider": _size("width", 1, LEAST_COLUMNS, COLUMNS),
    "narrower": _size("width", -1, LEAST_COLUMNS, COLUMNS),
    "higher": _size("height", 1, 1, MOST_ROWS),
    "lower": _size("height", -1, 1, MOST_ROWS),
    "remove": _remove,
}


@require_http_methods(["GET", "POST"])
def rename(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Ask for another name, or give it."""
    actor = actor_of(request)
    dashboard = dashboards.require_change(actor, pk)
    name, error = request.POST.get("name", dashboard.name), ""
    if request.method == "POST":
        try:
            dashboards.rename_dashboard(actor, pk, name)
            return go_to(request, _page(pk, edit=False))
        except Invalid as problem:
            error = messages_of(problem)
    template = "dashboards/_name.html" if is_fragment(request) else "dashboards/name.html"
    context = {"dashboard": dashboard, "name": name, "error": error}
    return render(request, template, context, status=422 if error else 200)


@require_http_methods(["GET", "POST"])
def share(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Ask who else may open a dashboard, or let just these people."""
    actor = actor_of(request)
    dashboard = dashboards.require_change(actor, pk)
    if request.method == "GET":
        return sharing_form(request, dashboard.name, dashboards.readers(dashboard), "", kind="dashboard")
    try:
        chosen = read_form(request.POST)
        with_reports = request.POST.get("reports") == "true"
        dashboards.share_dashboard(actor, pk, chosen, with_reports=with_reports)
    except Invalid as problem:
        shared = dashboards.readers(dashboard)
        return sharing_form(request, dashboard.name, shared, "", messages_of(problem), kind="dashboard")
    messages.success(request, told(chosen))
    return go_to(request, _page(pk, edit=False))


@require_POST
def delete(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Delete the dashboard, not its reports."""
    actor = actor_of(request)
    name = dashboards.get_dashboard(actor, pk).name
    dashboards.delete_dashboard(actor, pk)
    messages.success(request, _("“%(name)s” is deleted.") % {"name": name})
    return redirect("dashboards")


@require_http_methods(["GET", "POST"])
def add_report(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Ask on which dashboard a report shall stand, or put it there; a name makes a new one."""
    actor = actor_of(request)
    report = get_report(actor, pk)
    error = ""
    if request.method == "POST":
        try:
            name, chosen = request.POST.get("name", ""), number(request.POST.get("dashboard", ""))
            if name.strip() or chosen < 0:
                board = dashboards.create_dashboard(actor, name, [Placed(report.pk)])
            else:
                there = dashboards.placed(dashboards.require_change(actor, chosen))
                board = dashboards.arrange(actor, chosen, [*there, Placed(report.pk)])
        except Invalid as problem:
            error = messages_of(problem)
        else:
            return go_to(request, _page(board.pk, edit=False))
    offered = [one for one in dashboards.find_dashboards(actor) if dashboards.may_change(actor, one)]
    context = {
        "report": report,
        "offered": offered,
        "options": [(one.pk, one.name) for one in offered],
        "error": error,
        "action": request.path,
    }
    template = "dashboards/_put.html" if is_fragment(request) else "dashboards/put.html"
    return render(request, template, context, status=422 if error else 200)

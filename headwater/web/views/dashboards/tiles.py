"""One tile: a report in small, under the viewer's filter."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from headwater.access.errors import Forbidden
from headwater.metadata.errors import FilterError
from headwater.records.errors import NotFound
from headwater.reports.dashboards import get_dashboard
from headwater.reports.definition import DefinitionError
from headwater.reports.models import DashboardTile, Report
from headwater.reports.quick import Overlaid, overlay
from headwater.reports.run import run
from headwater.reports.services import get_report
from headwater.users.actor import Actor
from headwater.web.shell import actor_of
from headwater.web.views.dashboards.filtering import Choice, read_choice
from headwater.web.views.reports.bars import chart
from headwater.web.views.reports.drafts import Draft
from headwater.web.views.reports.figures import Figures
from headwater.web.views.reports.segments import Segments

_BARS = {1: 3, 2: 8, 3: 14, 4: 20}
"""How many lying bars fit into so many rows."""
_LINES = 100


@require_safe
def tile(request: HttpRequest, pk: int, tile: int) -> HttpResponse:
    """Show the figures of one tile."""
    actor = actor_of(request)
    dashboard = get_dashboard(actor, pk)
    found = next((one for one in dashboard.tiles.all() if one.pk == tile), None)
    if found is None:
        raise NotFound("tile", tile)
    context = _context(actor, found, read_choice(actor, request.GET))
    return render(request, "dashboards/_tile.html", {"tile": found} | context)


def _context(actor: Actor, tile: DashboardTile, choice: Choice) -> dict[str, Any]:
    try:
        report = get_report(actor, tile.report_id)
    except NotFound:
        return {"problem": _("This report is not shared with you.")}
    try:
        return figures_of(actor, report, tile.height, choice)
    except (DefinitionError, FilterError) as problem:
        return {
            "problem": " ".join(one.message for one in problem.problems),
            "href": Draft(report.definition, report=report).url(),
        }
    except Forbidden:
        return {"problem": _("Your role does not let you see what this report counts.")}


def figures_of(actor: Actor, report: Report, height: int, choice: Choice) -> dict[str, Any]:
    """Return what a tile of so many rows shows of a report. Raises what running it raises."""
    laid = overlay(report.definition, choice.quick)
    given = laid.definition if laid.definition != report.definition else None
    draft = Draft(base=dict(report.definition), given=given, report=report)
    definition = draft.definition
    result = run(actor, definition)
    figures = Figures(definition, result)
    segments = Segments(figures) if definition.columns and not figures.is_scorecard else None
    return {
        "figures": figures,
        "segments": segments,
        "result": result,
        "href": draft.url(),
        "chart": _chart(figures, segments, height, draft.url()) if figures.is_drawn else None,
        "lines": figures.lines[:_LINES],
        "kept": kept_words(laid),
    }


def _chart(figures: Figures, segments: Segments | None, height: int, href: str) -> dict[str, Any]:
    """Return the drawing, every part of which leads to its records on the page of the report."""
    made = chart(figures, segments, most=_BARS[height])
    made["href"] = href
    rows = segments.rows if segments is not None else []
    for at, bar in enumerate(made["bars"]):
        bar["mark"] = figures.lines[at].cell
        for place, part in enumerate(bar.get("parts", ())):
            # The last color may stand for several segments: it leads to the whole group.
            part["mark"] = rows[at][1][place].cell if part["opens"] else bar["mark"]
    return made


def kept_words(laid: Overlaid) -> list[str]:
    """Return what of the viewer's filter the report does not obey."""
    found = []
    if laid.keeps_period:
        found.append(_("Keeps its own period"))
    if laid.keeps_owner:
        found.append(_("Has no owner to filter by"))
    return found

"""Dashboards: which reports stand on them, and who may open them."""

from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from ninja import Query, Router

from headwater.api.answers import answer, nothing, page
from headwater.api.auth import caller_of
from headwater.api.schemas import dashboards as schemas
from headwater.api.schemas.common import Page, PageQuery
from headwater.reports import dashboards
from headwater.reports.dashboards import Placed
from headwater.reports.models import Dashboard
from headwater.reports.services import find_reports
from headwater.reports.sharing import read_readers
from headwater.users.actor import Actor

router = Router(tags=["Dashboards"])


@router.get("/dashboards", response=Page[schemas.Dashboard])
def list_dashboards(request: HttpRequest, query: Query[PageQuery]) -> HttpResponse:
    """List your dashboards and those that others share, newest first."""
    actor = caller_of(request).actor
    found = dashboards.find_dashboards(actor).prefetch_related("tiles", "shares")
    shown, following = query.cut(found)
    items = [dashboard_json(actor, dashboard) for dashboard in shown]
    return page(items, following, count=found.count())


@router.post("/dashboards", response={201: schemas.Dashboard})
def create_dashboard(request: HttpRequest, given: schemas.NewDashboard) -> HttpResponse:
    """Make a dashboard of your own."""
    actor = caller_of(request).actor
    with transaction.atomic():
        made = dashboards.create_dashboard(actor, given.name, _tiles(given.tiles or []))
        if given.shared_with is not None:
            dashboards.share_dashboard(actor, made.pk, read_readers(given.shared_with))
    made = dashboards.get_dashboard(actor, made.pk)
    location = {"Location": f"/api/v1/dashboards/{made.pk}"}
    return answer(dashboard_json(actor, made), status=201, headers=location)


@router.get("/dashboards/{int:id}", response=schemas.Dashboard)
def get_dashboard(request: HttpRequest, id: int) -> HttpResponse:
    """Read a dashboard; run its reports one by one for the figures."""
    actor = caller_of(request).actor
    return answer(dashboard_json(actor, dashboards.get_dashboard(actor, id)))


@router.patch("/dashboards/{int:id}", response=schemas.Dashboard)
def update_dashboard(request: HttpRequest, id: int, given: schemas.DashboardChange) -> HttpResponse:
    """Rename, arrange or share a dashboard of your own."""
    actor = caller_of(request).actor
    with transaction.atomic():
        dashboards.require_change(actor, id)
        if given.name is not None:
            dashboards.rename_dashboard(actor, id, given.name)
        if given.tiles is not None:
            dashboards.arrange(actor, id, _tiles(given.tiles))
        if given.shared_with is not None:
            wanted = read_readers(given.shared_with)
            dashboards.share_dashboard(actor, id, wanted, with_reports=given.share_reports)
    return answer(dashboard_json(actor, dashboards.get_dashboard(actor, id)))


@router.delete("/dashboards/{int:id}", response={204: None})
def delete_dashboard(request: HttpRequest, id: int) -> HttpResponse:
    """Delete a dashboard; its reports stay."""
    dashboards.delete_dashboard(caller_of(request).actor, id)
    return nothing()


def _tiles(given: list[schemas.NewTile]) -> list[Placed]:
    return [Placed(tile.report, tile.width, tile.height, tile.id) for tile in given]


def dashboard_json(actor: Actor, dashboard: Dashboard) -> dict[str, Any]:
    """Return a dashboard; a report that the actor may not open has no number."""
    tiles = list(dashboard.tiles.all())
    numbers = [tile.report_id for tile in tiles]
    known = set(find_reports(actor).filter(pk__in=numbers).values_list("pk", flat=True))
    return {
        "id": dashboard.pk,
        "name": dashboard.name,
        "owner": dashboard.owner_id,
        "shared_with": dashboards.readers(dashboard).to_json(),
        "editable": dashboards.may_change(actor, dashboard),
        "tiles": [
            {
                "id": tile.pk,
                "report": tile.report_id if tile.report_id in known else None,
                "width": tile.width,
                "height": tile.height,
            }
            for tile in tiles
        ],
        "created_at": dashboard.created_at,
        "updated_at": dashboard.updated_at,
    }

"""Keeping dashboards: make, rename, arrange, share, delete."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.utils.translation import gettext as _

from headwater.access import rights
from headwater.access.models import Action
from headwater.lib import clock
from headwater.lib.numbers import whole_number
from headwater.lib.text import collapse
from headwater.metadata.kinds.relations import id_or_none
from headwater.records.errors import FieldError, Forbidden, Invalid, NotFound
from headwater.reports import services, sharing
from headwater.reports.catalog import report_types
from headwater.reports.models import Dashboard, DashboardFilter, DashboardShare, DashboardTile
from headwater.reports.models.dashboards import COLUMNS, LEAST_COLUMNS, MOST_ROWS
from headwater.reports.quick import Quick
from headwater.reports.sharing import Readers, Shared
from headwater.users.actor import Actor

MOST_TILES = 30
_OBJECT = "dashboard"


@dataclass(frozen=True)
class Placed:
    """A tile as it shall be: ``id`` of one that is there, or None for a new one of ``report``."""

    report: int
    width: int = 6
    height: int = 2
    id: int | None = None


def find_dashboards(actor: Actor) -> QuerySet[Dashboard]:
    """Return the dashboards that the actor may open: her own and those shared with her."""
    shared = Exists(DashboardShare.objects.filter(sharing.readable(actor, ""), dashboard=OuterRef("pk")))
    found = Dashboard.objects.select_related("owner")
    return found if actor.is_system else found.filter(Q(owner=actor.user_id) | shared)


def get_dashboard(actor: Actor, pk: Any) -> Dashboard:
    """Return a dashboard. Raises NotFound when there is none or the actor may not open it."""
    number = id_or_none(pk)
    tiles = Prefetch("tiles", DashboardTile.objects.select_related("report", "report__owner"))
    found = find_dashboards(actor).prefetch_related(tiles).filter(pk=number).first() if number else None
    if found is None:
        raise NotFound(_OBJECT, pk)
    return found


def may_change(actor: Actor, dashboard: Dashboard) -> bool:
    """Whether the actor may arrange, share or delete a dashboard that she may open."""
    return dashboard.owner_id == actor.user_id or rights.is_administrator(actor)


def readers(dashboard: Dashboard) -> Readers:
    """Return whom the dashboard is shared with."""
    return sharing.readers_of(dashboard.shares.all())


def placed(dashboard: Dashboard) -> list[Placed]:
    """Return the tiles as ``arrange`` takes them."""
    return [Placed(tile.report_id, tile.width, tile.height, tile.pk) for tile in dashboard.tiles.all()]


@transaction.atomic
def create_dashboard(actor: Actor, name: str, tiles: Sequence[Placed] = ()) -> Dashboard:
    """Make a dashboard of the actor's own, shared with nobody.

    Raises Invalid, and Forbidden for who may see nothing that reports count.
    """
    if actor.user is None or not report_types(actor):
        raise Forbidden(Action.CREATE, _OBJECT)
    now = clock.now()
    made = Dashboard.objects.create(name=_name(name), owner=actor.user, created_at=now, updated_at=now)
    return arrange(actor, made.pk, tiles) if tiles else made


@transaction.atomic
def rename_dashboard(actor: Actor, pk: Any, name: str) -> Dashboard:
    """Give a dashboard another name. Raises NotFound, Forbidden and Invalid."""
    dashboard = require_change(actor, pk)
    dashboard.name = _name(name)
    dashboard.updated_at = clock.now()
    dashboard.save()
    return dashboard


@transaction.atomic
def arrange(actor: Actor, pk: Any, tiles: Sequence[Placed]) -> Dashboard:
    """Make the dashboard have just these tiles, in this order; what is not named goes.

    Raises NotFound, Forbidden, and Invalid for sizes, for tiles of elsewhere and for reports that the
    actor may not open.
    """
    dashboard = require_change(actor, pk)
    there = {tile.pk: tile for tile in dashboard.tiles.all()}
    _check(actor, tiles, there)
    dashboard.tiles.exclude(pk__in=[tile.id for tile in tiles if tile.id]).delete()
    for position, wanted in enumerate(tiles):
        tile = there[wanted.id] if wanted.id else DashboardTile(dashboard=dashboard, report_id=wanted.report)
        tile.position, tile.width, tile.height = position, wanted.width, wanted.height
        tile.save()
    dashboard.updated_at = clock.now()
    dashboard.save()
    return get_dashboard(actor, pk)


def _check(actor: Actor, tiles: Sequence[Placed], there: dict[int, DashboardTile]) -> None:
    if len(tiles) > MOST_TILES:
        _refuse("too_many", _("A dashboard has at most %(n)d tiles.") % {"n": MOST_TILES})
    kept = [tile.id for tile in tiles if tile.id is not None]
    if len(set(kept)) < len(kept) or set(kept) - there.keys():
        _refuse("not_found", _("A tile is not of this dashboard: load the page again."))
    for tile in tiles:
        if not LEAST_COLUMNS <= tile.width <= COLUMNS or not 1 <= tile.height <= MOST_ROWS:
            words = {"least": LEAST_COLUMNS, "most": COLUMNS, "rows": MOST_ROWS}
            text = _("A tile is %(least)d to %(most)d columns wide and at most %(rows)d rows high.")
            _refuse("out_of_range", text % words)
    new = {tile.report for tile in tiles if tile.id is None}
    known = [number for number in new if 0 < number < 2**63]
    if services.find_reports(actor).filter(pk__in=known).count() < len(new):
        _refuse("not_found", _("There is no such report, or it is not shared with you."))


def _refuse(code: str, message: str) -> None:
    raise Invalid([FieldError("tiles", code, message)])


@transaction.atomic
def share_dashboard(actor: Actor, pk: Any, wanted: Readers, *, with_reports: bool = False) -> Dashboard:
    """Let just these people open the dashboard besides its owner.

    ``with_reports`` lets them open its reports, too, as far as the actor may share these; a report that
    a reader may not open is an empty tile to her. Who is named anew hears of it.
    """
    dashboard = require_change(actor, pk)
    named = sharing.give(dashboard.shares, wanted)
    if with_reports:
        for tile in dashboard.tiles.select_related("report"):
            if services.may_change(actor, tile.report):
                sharing.give(tile.report.shares, services.readers(tile.report).union(wanted))
    told = tuple(user for user in named if user.pk not in (dashboard.owner_id, actor.user_id))
    sharing.announce(Shared("dashboard", dashboard.pk, dashboard.name, actor.user, told))
    return dashboard


def delete_dashboard(actor: Actor, pk: Any) -> None:
    """Delete a dashboard; its reports stay. Raises NotFound and Forbidden."""
    require_change(actor, pk).delete()


def remember_filter(actor: Actor, pk: Any, quick: Quick) -> None:
    """Keep the filter that the actor lays over a dashboard, for herself alone; an empty one is forgotten.

    Raises NotFound.
    """
    if actor.user is None:
        raise Forbidden(Action.EDIT, _OBJECT)
    kept = DashboardFilter.objects.filter(dashboard=get_dashboard(actor, pk), viewer=actor.user)
    if not quick:
        kept.delete()
        return
    words = {"period": quick.period, "owner": "" if quick.owner is None else str(quick.owner)}
    DashboardFilter.objects.update_or_create(dashboard_id=pk, viewer=actor.user, defaults=words)


def remembered_filter(actor: Actor, dashboard: Dashboard) -> Quick:
    """Return what the actor laid over the dashboard last; it may mean nothing any more."""
    found = DashboardFilter.objects.filter(dashboard=dashboard, viewer=actor.user_id).first()
    if found is None:
        return Quick()
    owner = whole_number(found.owner)
    return Quick(found.period, found.owner or None if owner is None else owner)


def require_change(actor: Actor, pk: Any) -> Dashboard:
    """Return a dashboard that the actor may change. Raises NotFound and Forbidden."""
    dashboard = get_dashboard(actor, pk)
    if not may_change(actor, dashboard):
        raise Forbidden(Action.EDIT, _OBJECT)
    return dashboard


def _name(given: object) -> str:
    name = collapse(str(given).replace("\x00", "")) if isinstance(given, str) else ""
    if not name:
        raise Invalid([FieldError("name", "required", _("Give the dashboard a name."))])
    if len(name) > 200:
        raise Invalid(
            [FieldError("name", "too_long", _("Use at most %(limit)d characters.") % {"limit": 200})]
        )
    return name

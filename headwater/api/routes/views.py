"""Saved views of lists, and the groups and totals of a list."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Query, Router

from headwater.access import rights
from headwater.access.models import Action
from headwater.api.answers import answer, nothing, page
from headwater.api.auth import caller_of
from headwater.api.problems import wrong
from headwater.api.routes.records import read_filter
from headwater.api.schemas import views as schemas
from headwater.api.schemas.common import Page
from headwater.metadata import registry
from headwater.metadata.objects import ObjectType
from headwater.records.saved import services
from headwater.records.saved.models import SavedView
from headwater.records.saved.settings import figures_of, read_settings
from headwater.reports.groups import Total, group_records, read_grouping, total_records
from headwater.users.actor import Actor

router = Router(tags=["Views"])


@router.get("/views", response=Page[schemas.View])
def list_views(request: HttpRequest, query: Query[schemas.ViewQuery]) -> HttpResponse:
    """List the views that you may open: yours, your team's and everybody's, newest first."""
    actor = caller_of(request).actor
    found = services.find_views(actor, query.object)
    views, following = query.cut(found)
    return page([view_json(actor, view) for view in views], following, count=found.count())


@router.post("/views", response={201: schemas.View})
def create_view(request: HttpRequest, given: schemas.NewView) -> HttpResponse:
    """Save a view of your own."""
    actor = caller_of(request).actor
    entry = registry.get(given.object)
    values = given.dict(exclude={"object"})
    return _created(actor, services.save_view(actor, entry.name, **values))


@router.get("/views/{int:id}", response=schemas.View)
def get_view(request: HttpRequest, id: int) -> HttpResponse:
    """Read a view."""
    actor = caller_of(request).actor
    return answer(view_json(actor, services.get_view(actor, id)))


@router.patch("/views/{int:id}", response=schemas.View)
def update_view(request: HttpRequest, id: int, given: schemas.ViewChange) -> HttpResponse:
    """Rename, share or change a view of your own; pin any that you may open."""
    actor = caller_of(request).actor
    changes = given.dict(exclude_unset=True)
    pinned = changes.pop("pinned", None)
    with transaction.atomic():
        view = services.update_view(actor, id, **changes) if changes else services.get_view(actor, id)
        if pinned is not None:
            services.pin_view(actor, id, pinned=pinned)
    return answer(view_json(actor, view))


@router.delete("/views/{int:id}", response={204: None})
def delete_view(request: HttpRequest, id: int) -> HttpResponse:
    """Delete a view; its records are untouched."""
    services.delete_view(caller_of(request).actor, id)
    return nothing()


@router.post("/views/{int:id}/copy", response={201: schemas.View})
def copy_view(request: HttpRequest, id: int) -> HttpResponse:
    """Save a copy as your own, shared with nobody."""
    actor = caller_of(request).actor
    return _created(actor, services.duplicate_view(actor, id))


@router.get("/{record:object}/groups", response=schemas.Groups)
def group_list(request: HttpRequest, object: str, query: Query[schemas.GroupsQuery]) -> HttpResponse:
    """Count a list in groups and add its columns up."""
    actor, entry = caller_of(request).actor, registry.by_slug(object)
    rights.require(actor, entry.name, Action.SEE)
    chosen = _totals(entry, query.totals)
    narrowed: dict[str, Any] = {
        "filter": read_filter(entry.name, query.filter),
        "search": query.q,
        "totals": chosen,
    }
    grand = total_records(actor, entry.name, **narrowed) if chosen else {}
    found: dict[str, Any] = {"label": "", "groups": [], "hidden": 0, "totals": _totals_json(grand)}
    if query.by is not None:
        grouping = read_grouping(actor, entry.name, query.by)
        groups = group_records(actor, grouping, **narrowed)
        found |= {"label": grouping.label, "hidden": groups.hidden}
        found["groups"] = [
            {
                "key": None if group.key is None else grouping.axis.to_json(group.key),
                "label": group.label,
                "count": group.count,
                "totals": _totals_json(group.totals),
                "filter": grouping.tree([group.key]),
            }
            for group in groups.shown
        ]
    return answer(found)


def _totals(entry: ObjectType, text: str) -> dict[str, str]:
    found = {}
    for part in filter(None, text.split(",")):
        key, _colon, figure = part.partition(":")
        if key not in entry.fields or figure not in figures_of(entry.fields[key]):
            message = _("“%(word)s” is not a total of this list.") % {"word": part[:100]}
            raise wrong("totals", "unknown_total", message)
        found[key] = figure
    return found


def _totals_json(totals: Mapping[str, Total]) -> dict[str, list[dict[str, Any]]]:
    return {
        key: [
            {"value": value}
            | ({"currency": currency} if total.field.currency_key and total.figure != "count" else {})
            for currency, value in total.amounts
        ]
        for key, total in totals.items()
    }


def _created(actor: Actor, view: SavedView) -> HttpResponse:
    headers = {"Location": f"/api/v1/views/{view.pk}"}
    return answer(view_json(actor, view), status=201, headers=headers)


def view_json(actor: Actor, view: SavedView) -> dict[str, Any]:
    """Return a view with what of it still means something."""
    settings, problems = read_settings(view.object, view.settings)
    layout = services.layout_of(actor, view.object, view)
    return {
        "id": view.pk,
        "object": view.object,
        "name": view.name,
        "settings": settings.to_json(),
        "problems": [problem.message for problem in problems],
        "audience": view.audience,
        "owner": view.owner_id,
        "editable": services.may_change(actor, view),
        "pinned": layout is not None and layout.pinned_at is not None,
        "created_at": view.created_at,
        "updated_at": view.updated_at,
    }

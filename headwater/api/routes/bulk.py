"""Changing many records at once, and the change sets by which large changes are undone."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Router

from headwater.api.answers import answer
from headwater.api.auth import caller_of
from headwater.api.custom import flat
from headwater.api.problems import wrong
from headwater.api.routes.records import below
from headwater.api.schemas import imports as schemas
from headwater.metadata import registry
from headwater.metadata.errors import FilterError
from headwater.transfer import bulk, services
from headwater.transfer.models import ChangeSet

router = Router(tags=["Imports"])


@router.post("/{record:object}/bulk", response={202: schemas.StartedChange})
def change_many(request: HttpRequest, object: str, given: schemas.BulkChange) -> HttpResponse:
    """Give many records the same values; few are changed at once, many in the background."""
    entry = registry.by_slug(object)
    target = given.dict(include={"filter", "ids"}, exclude_unset=True)
    if len(target) != 1 or None in target.values():
        raise wrong("filter", "one_of", _("Give either “filter” or “ids”."))
    try:
        change_set = bulk.change_many(caller_of(request).actor, entry.name, flat(given.set), **target)
    except FilterError as problem:
        raise below("filter", problem) from problem
    found = change_set_json(change_set) | {"change_set": change_set.pk}
    location = {"Location": f"/api/v1/change-sets/{change_set.pk}"}
    return answer(found, status=202, headers=location)


@router.get("/change-sets/{int:id}", response=schemas.ChangeSet)
def get_change_set(request: HttpRequest, id: int) -> HttpResponse:
    """Read what a large change did, and how far its undoing is."""
    return answer(change_set_json(services.get_change_set(caller_of(request).actor, id)))


@router.post("/change-sets/{int:id}/cancellation", response={202: schemas.ChangeSet})
def cancel_change_set(request: HttpRequest, id: int) -> HttpResponse:
    """Stop changing many records; what is changed stays and can be undone."""
    change_set = services.get_change_set(caller_of(request).actor, id)
    bulk.stop(change_set)
    return answer(change_set_json(change_set), status=202)


@router.post("/change-sets/{int:id}/undo", response={202: schemas.ChangeSet})
def undo_change_set(request: HttpRequest, id: int) -> HttpResponse:
    """Take back in the background what a change set wrote; what others changed since is left alone."""
    return answer(change_set_json(services.undo(caller_of(request).actor, id)), status=202)


def change_set_json(change_set: ChangeSet) -> dict[str, Any]:
    """Return a change set: what it wrote, and what its undoing did and left alone."""
    return {
        "id": change_set.pk,
        "kind": change_set.kind,
        "object": change_set.object,
        "state": change_set.state,
        "counts": change_set.counts,
        "undo_counts": change_set.undo_counts,
        "conflicts": change_set.conflicts,
        "created_by": change_set.actor_id,
        "created_at": change_set.created_at,
        "undone_at": change_set.undone_at,
    }

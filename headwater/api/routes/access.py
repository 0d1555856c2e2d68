"""Who can see a record and why, and what a person may do."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Router

from headwater.access.explanation import Effective, effective_access, viewers
from headwater.api.answers import answer, page
from headwater.api.auth import ADMINISTERING, caller_of
from headwater.api.routes import references
from headwater.api.schemas import records as schemas
from headwater.api.schemas import settings
from headwater.api.schemas.common import Page
from headwater.metadata import registry
from headwater.records import find

router = Router()


@router.get("/{record:object}/{int:id}/viewers", response=Page[schemas.Viewer])
def list_viewers(request: HttpRequest, object: str, id: int) -> HttpResponse:
    """Name everybody who sees a record that you see, why, and what each may do with it."""
    entry = registry.by_slug(object)
    record = find.get_record(caller_of(request).actor, entry.name, id)
    return page(
        [
            {"user": v.user.pk, "name": v.user.name, "why": v.why, "actions": list(v.actions)}
            for v in viewers(entry.name, record.pk, record.owner_id)
        ]
    )


@router.get(
    "/users/{int:id}/access", response=list[settings.Effective], tags=["Settings"], auth=ADMINISTERING
)
def read_access(request: HttpRequest, id: int) -> HttpResponse:
    """Say what a person may do with each object, all in all. For administrators."""
    caller_of(request).require_administrator()
    user = references.get_row(registry.get("user"), id)
    return answer([_effective_json(one) for one in effective_access(user)])


def _effective_json(one: Effective) -> dict[str, Any]:
    return {
        "object": one.entry.name,
        "rights": {action.value: scope.value for action, scope in one.scopes.items()},
        "hidden": list(one.hidden),
        "read_only": list(one.read_only),
        "seen": one.seen,
        "granted": one.granted,
        "rules": [rule.name for rule in one.rules],
    }

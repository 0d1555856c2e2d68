"""Which objects there are."""

from django.http import HttpRequest, HttpResponse
from ninja import Router

from headwater.access import rights
from headwater.access.models import Action, Scope
from headwater.api.answers import page
from headwater.api.auth import BY_RIGHTS, caller_of
from headwater.api.schemas import settings as schemas
from headwater.api.schemas.common import Page
from headwater.metadata import registry

router = Router(tags=["Settings"])


@router.get("/objects", response=Page[schemas.ObjectName], auth=BY_RIGHTS)
def list_objects(request: HttpRequest) -> HttpResponse:
    """List the objects whose records you may see, with their addresses."""
    actor = caller_of(request).actor
    return page(
        [
            {
                "object": entry.name,
                "slug": entry.slug,
                "label": str(entry.label),
                "label_plural": str(entry.label_plural),
            }
            for entry in registry.objects()
            if rights.scope(actor, entry.name, Action.SEE) != Scope.NONE
        ]
    )

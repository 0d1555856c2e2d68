"""Erasing the personal data of a record, for good."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Router

from headwater.api.answers import answer
from headwater.api.auth import ADMINISTERING, caller_of
from headwater.api.schemas import erasures as schemas
from headwater.metadata import registry
from headwater.transfer.erasure import report, services
from headwater.transfer.erasure.plan import Options
from headwater.transfer.models import Erasure

router = Router()


@router.post("/{record:object}/{int:id}/erasures", response={202: schemas.Erasure}, auth=ADMINISTERING)
def rehearse_erasure(request: HttpRequest, object: str, id: int, given: schemas.NewErasure) -> HttpResponse:
    """Find out, in the background, what erasing the person of a record would do. Nothing is erased yet.

    Needs the right to erase personal data; a deleted record can be named too.
    """
    entry = registry.by_slug(object)
    options = Options(tuple(given.keep), tuple(given.also), given.comments, given.elsewhere)
    made = services.rehearse(caller_of(request).actor, entry.name, id, options)
    location = {"Location": f"/api/v1/erasures/{made.pk}"}
    return answer(erasure_json(made), status=202, headers=location)


@router.get("/erasures/{int:id}", response=schemas.Erasure, tags=["Erasures"], auth=ADMINISTERING)
def read_erasure(request: HttpRequest, id: int) -> HttpResponse:
    """Read what an erasure will do, or did, and what stays and why."""
    return answer(erasure_json(services.get_erasure(caller_of(request).actor, id)))


@router.post(
    "/erasures/{int:id}/confirmation", response={202: schemas.Erasure}, tags=["Erasures"], auth=ADMINISTERING
)
def confirm_erasure(request: HttpRequest, id: int, given: schemas.Confirmation) -> HttpResponse:
    """Erase what was rehearsed, in the background. It cannot be undone."""
    erasure = services.confirm(caller_of(request).actor, id, given.typed)
    return answer(erasure_json(erasure), status=202)


def erasure_json(erasure: Erasure) -> dict[str, Any]:
    """Return an erasure with its lines in words."""
    entry = registry.whole(erasure.object)
    return {
        "id": erasure.pk,
        "object": erasure.object,
        "record_id": erasure.record_id,
        "state": erasure.state,
        "created_at": erasure.created_at,
        "done_at": erasure.done_at,
        "by": erasure.actor_id,
        "lines": [
            {"records": []}
            | line
            | {"fields": report.seen_fields(entry, line), "said": report.sentence(entry, line)}
            for line in erasure.lines
        ],
    }

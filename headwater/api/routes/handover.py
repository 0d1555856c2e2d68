"""Handing everything of a leaver over."""

from dataclasses import asdict

from django.http import HttpRequest, HttpResponse
from ninja import Router

from headwater.api.answers import answer
from headwater.api.auth import ADMINISTERING, caller_of
from headwater.api.failures import not_found
from headwater.api.routes.bulk import change_set_json
from headwater.api.schemas import handover as schemas
from headwater.api.schemas import imports as change_sets
from headwater.transfer import handover
from headwater.users.models import User

router = Router(tags=["Settings"])


def _leaver(id: int) -> User:
    found = User.objects.filter(pk=id).first()
    if found is None:
        raise not_found()
    return found


@router.get("/users/{int:id}/handover", response=schemas.HandoverParts, auth=ADMINISTERING)
def survey_handover(request: HttpRequest, id: int) -> HttpResponse:
    """Say what a person has that could be handed over. For administrators."""
    caller = caller_of(request)
    caller.require_administrator()
    parts = handover.survey(caller.actor, _leaver(id))
    return answer({"items": [asdict(part) for part in parts]})


@router.post("/users/{int:id}/handover", response={202: change_sets.ChangeSet}, auth=ADMINISTERING)
def hand_over(request: HttpRequest, id: int, given: schemas.NewHandover) -> HttpResponse:
    """Give parts of what a person has to others, in the background and undoably. For administrators."""
    caller = caller_of(request)
    caller.require_administrator()
    made = handover.hand_over(caller.actor, _leaver(id), given.successors, switch_off=given.switch_off)
    location = {"Location": f"/api/v1/change-sets/{made.pk}"}
    return answer(change_set_json(made), status=202, headers=location)

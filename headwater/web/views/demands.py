"""What a form asks for as it is filled in just now; nothing is saved."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_POST

from headwater.access.models import Action
from headwater.access.rights import require
from headwater.records.find import get_record
from headwater.web.controls import posted_values
from headwater.web.demands import asked_of_form
from headwater.web.objects import object_or_404
from headwater.web.shell import actor_of
from headwater.web.views.create import form_keys
from headwater.web.views.sections import shown_keys


@require_POST
def demands(request: HttpRequest, slug: str, pk: int | None = None) -> HttpResponse:
    """Say which fields a form shows no more, and which must be filled in."""
    actor, entry = actor_of(request), object_or_404(slug)
    if pk is None:
        require(actor, entry.name, Action.CREATE)
    else:
        get_record(actor, entry.name, pk, Action.EDIT)  # or there is none for her
    keys = form_keys(entry) if pk is None else shown_keys(entry, request.POST)
    asked = asked_of_form(actor, entry, posted_values(entry, request.POST, keys), pk)
    return JsonResponse({"hidden": sorted(asked.hidden), "mandatory": sorted(asked.mandatory)})

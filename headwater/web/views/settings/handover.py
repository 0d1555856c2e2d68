"""Handing everything of a leaver to successors, and taking that back."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from headwater.lib.collation import in_order
from headwater.records.errors import Invalid
from headwater.transfer import handover as service
from headwater.transfer.models import ChangeSet
from headwater.users.models import User
from headwater.web.shell import actor_of
from headwater.web.views.settings import change_sets
from headwater.web.views.settings.change_sets import change_set_of, progress_of
from headwater.web.views.settings.forms import administrators_only, number

STAYS, NOBODY, AS_ABOVE = "stays", "nobody", ""


def _chosen(request: HttpRequest, parts: list[service.Part]) -> dict[str, int | None]:
    """Return who gets each part, None for nobody: what is chosen for it, else who gets everything."""
    everything = request.POST.get("successor", "")
    found: dict[str, int | None] = {}
    for part in parts:
        word = request.POST.get(f"to.{part.key}", AS_ABOVE) or everything
        if word not in (STAYS, ""):
            found[part.key] = None if word == NOBODY else number(word)
    return found


@require_http_methods(["GET", "POST"])
@administrators_only
def handover(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what a person has, and give it to whom the form says."""
    actor, leaver = actor_of(request), get_object_or_404(User, pk=pk)
    parts = service.survey(actor, leaver)
    errors: list[str] = []
    if request.method == "POST":
        switch_off = request.POST.get("switch_off") == "true"
        try:
            made = service.hand_over(actor, leaver, _chosen(request, parts), switch_off=switch_off)
            return redirect("handover_outcome", made.pk)
        except Invalid as problem:
            errors = problem.messages
    others = User.objects.filter(is_active=True).exclude(pk=leaver.pk).values_list("pk", "name")
    context = {
        "person": leaver,
        "parts": parts,
        "people": in_order(others),
        "values": request.POST,
        "errors": errors,
        "stays": (STAYS, _("Stays")),
        "nobody": (NOBODY, _("Nobody, only taken out")),
    }
    return render(request, "settings/handover.html", context, status=422 if errors else 200)


@require_safe
@administrators_only
def outcome(request: HttpRequest, pk: int) -> HttpResponse:
    """Show how far a hand-over is, or what came of it and of its undoing."""
    actor = actor_of(request)
    change_set = change_set_of(actor, pk, ChangeSet.Kind.HANDOVER)
    plan = change_set.plan
    names: dict[int | None, str] = {None: _("Nobody"), **dict(User.objects.values_list("pk", "name"))}
    context = {
        "person": User.objects.get(pk=plan["leaver"]),
        "steps": [(step["label"], step["total"], names.get(step["to"], "")) for step in plan["steps"]],
    } | progress_of(actor, change_set)
    return render(request, "settings/handover_outcome.html", context)


@require_POST
@administrators_only
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Give everything back that nobody else gave on since."""
    said = _("It is being given back.")
    return change_sets.undo(request, pk, ChangeSet.Kind.HANDOVER, said=said, page="handover_outcome")

"""Sharing a record by hand."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from headwater.access.people import choosable_ids
from headwater.lib.collation import in_order
from headwater.metadata.objects import ObjectType
from headwater.records.errors import Invalid
from headwater.records.find import get_record
from headwater.records.models import Record
from headwater.records.sharing import (
    LEVELS,
    may_share,
    share_record,
    shareable_teams,
    shares_of,
    unshare_record,
)
from headwater.users.models import Role, Team
from headwater.web.htmx import go_to, is_fragment
from headwater.web.objects import object_or_404, title_of
from headwater.web.shell import actor_of

_WITH = ("user", "team", "role")


@require_http_methods(["GET", "POST"])
def share(request: HttpRequest, slug: str, pk: int) -> HttpResponseBase:
    """Show with whom a record is shared, or share it with those chosen."""
    entry, actor = object_or_404(slug), actor_of(request)
    record = get_record(actor, entry.name, pk)
    if request.method == "GET":
        return _dialog(request, entry, record)
    chosen = [(sort, request.POST[sort]) for sort in _WITH if request.POST.get(sort, "").strip()]
    if not chosen:
        return _dialog(request, entry, record, [_("Choose a person, a team or a role.")])
    try:
        for sort, number in chosen:
            share_record(actor, entry.name, pk, sort=sort, number=number, level=request.POST.get("level", ""))
    except Invalid as problem:
        return _dialog(request, entry, record, problem.messages)
    return _done(request, entry, record, _("Shared."))


@require_POST
def unshare(request: HttpRequest, slug: str, pk: int) -> HttpResponseBase:
    """Take a share away."""
    entry = object_or_404(slug)
    sort, _colon, number = request.POST.get("share", "").partition(":")
    record = unshare_record(actor_of(request), entry.name, pk, sort=sort, number=number)
    return _done(request, entry, record, _("No longer shared."))


def _done(request: HttpRequest, entry: ObjectType, record: Record, said: str) -> HttpResponseBase:
    """Draw the dialog anew; without JavaScript lead back to the record."""
    if is_fragment(request):
        return _dialog(request, entry, record)
    messages.success(request, said)
    return go_to(request, reverse("share_record", args=[entry.slug, record.pk]))


def _dialog(
    request: HttpRequest, entry: ObjectType, record: Record, errors: list[str] | None = None
) -> HttpResponse:
    actor = actor_of(request)
    may = may_share(actor, record)
    known = Team.objects.filter(pk__in=shareable_teams(actor)) if may else Team.objects.none()
    everybody = may and choosable_ids(actor) is None
    context = {
        "entry": entry,
        "record": record,
        "title": title_of(entry, record),
        "shares": shares_of(actor, entry.name, record.pk),
        "may_share": may,
        "teams": in_order(known.values_list("pk", "name")),
        "roles": in_order(Role.objects.values_list("pk", "label")) if everybody else [],
        "levels": [(word, level.label) for word, level in LEVELS.items()],
        "errors": errors or [],
    }
    template = "records/_share.html" if is_fragment(request) else "records/share.html"
    return render(request, template, context, status=422 if errors else 200)

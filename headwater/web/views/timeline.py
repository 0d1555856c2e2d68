"""The timeline of a record, comments and logged events."""

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from headwater.activities import events
from headwater.activities import services as activities
from headwater.activities.timeline import timeline
from headwater.metadata.errors import FilterError
from headwater.metadata.objects import ObjectType
from headwater.records.errors import Invalid
from headwater.records.find import get_record
from headwater.users import organization
from headwater.web.controls import as_typed
from headwater.web.htmx import dialog, go_to, is_fragment
from headwater.web.objects import object_or_404
from headwater.web.shell import actor_of
from headwater.web.views.records import show_record


def _region(request: HttpRequest, entry: ObjectType, pk: int, **more: object) -> HttpResponse:
    actor = actor_of(request)
    record = get_record(actor, entry.name, pk)
    context = {"entry": entry, "record": record, "timeline": timeline(actor, entry.name, pk)}
    return render(request, "records/_timeline.html", context | more, status=422 if more else 200)


@require_safe
def entries(request: HttpRequest, slug: str, pk: int) -> HttpResponseBase:
    """Give the timeline again, or its older part."""
    entry = object_or_404(slug)
    actor = actor_of(request)
    record = get_record(actor, entry.name, pk)
    if not is_fragment(request):
        return redirect("record", slug=slug, pk=pk)
    if "after" not in request.GET:
        return _region(request, entry, pk)
    try:
        page = timeline(actor, entry.name, pk, after=request.GET["after"])
    except FilterError as problem:
        return HttpResponse(str(problem), status=422, content_type="text/plain")
    return render(request, "records/_entries.html", {"entry": entry, "record": record, "timeline": page})


@require_POST
def comment(request: HttpRequest, slug: str, pk: int) -> HttpResponseBase:
    """Write a comment."""
    entry, actor = object_or_404(slug), actor_of(request)
    typed = request.POST.get("body", "")
    try:
        activities.add_comment(actor, entry.name, pk, typed, anyway="anyway" in request.POST)
    except Invalid as problem:
        error = problem.errors[0]
        unseen = error.code == "cannot_see"
        if not is_fragment(request):
            return show_record(request, slug, pk, error=error.message, typed=typed, unseen=unseen)
        return _region(request, entry, pk, error=error.message, typed=typed, unseen=unseen)
    return _region(request, entry, pk) if is_fragment(request) else redirect("record", slug=slug, pk=pk)


@require_POST
def comment_removal(request: HttpRequest, slug: str, pk: int, comment_id: int) -> HttpResponseBase:
    """Delete one's own comment."""
    entry = object_or_404(slug)
    activities.delete_comment(actor_of(request), comment_id)
    return _region(request, entry, pk) if is_fragment(request) else redirect("record", slug=slug, pk=pk)


_KINDS = {"at": "instant", "minutes": "integer", "body": "long_text"}
"""What a form says of an event, by the kind of field that is read alike."""
_WHAT = {
    "outgoing": {"kind": "call", "direction": "outgoing"},
    "incoming": {"kind": "call", "direction": "incoming"},
    "meeting": {"kind": "meeting"},
    "other": {"kind": "other"},
}


@require_POST
def event(request: HttpRequest, slug: str, pk: int) -> HttpResponseBase:
    """Log a call or meeting. The page is drawn again where a call can change the head of the record."""
    entry, actor = object_or_404(slug), actor_of(request)
    typed = _typed_event(request)
    what = request.POST.get("what", "")
    try:
        events.log_event(actor, entry.name, pk, typed | _WHAT.get(what, {}))
    except Invalid as problem:
        refused = {"event_typed": typed | {"what": what}, "event_errors": problem.by_field}
        if not is_fragment(request):
            return show_record(request, slug, pk, **refused)
        return _region(request, entry, pk, **refused)
    return go_to(request, reverse("record", args=[slug, pk]))


def _typed_event(request: HttpRequest, before: str = "") -> dict[str, str]:
    """Return what a form says of an event, as the doors read it; ``before`` begins the names there."""
    typed = {key: request.POST.get(f"{before}{key}", "").replace("\r\n", "\n") for key in _KINDS}
    return {key: as_typed(kind, typed[key]) for key, kind in _KINDS.items()}


@require_http_methods(["GET", "POST"])
def change_event(request: HttpRequest, slug: str, pk: int, event_id: int) -> HttpResponseBase:
    """Correct when a logged event was, how long it took, and the note."""
    entry, actor = object_or_404(slug), actor_of(request)
    found = events.own_event(actor, event_id)
    stored = {
        "at": found.at.astimezone(organization.zone()).strftime("%Y-%m-%dT%H:%M"),
        "minutes": str(found.minutes or ""),
        "body": found.body,
    }
    typed, errors = stored, {}
    if request.method == "POST":
        typed = _typed_event(request, "event-")
        # The form knows no seconds: what nobody touched stays as it is.
        changed = {key: text for key, text in typed.items() if text != stored[key]}
        try:
            events.edit_event(actor, event_id, changed)
            return go_to(request, reverse("record", args=[slug, pk]))
        except Invalid as problem:
            errors = problem.by_field
    context = {"entry": entry, "pk": pk, "event": found, "event_typed": typed, "event_errors": errors}
    return dialog(request, "records/_change_event.html", context, status=422 if errors else 200)


@require_POST
def event_removal(request: HttpRequest, slug: str, pk: int, event_id: int) -> HttpResponseBase:
    """Delete a logged event."""
    object_or_404(slug)
    events.delete_event(actor_of(request), event_id)
    return go_to(request, reverse("record", args=[slug, pk]))

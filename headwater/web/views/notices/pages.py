"""The bell: how many notices are unread, the newest of them, and the page of all."""

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import quote_etag
from django.views.decorators.http import require_POST, require_safe

from headwater.activities.models import Notice
from headwater.activities.notices.reading import (
    MOST_COUNTED,
    NoticeItem,
    get_notice,
    mark_read,
    read_notices,
    unread_count,
)
from headwater.lib import formats
from headwater.metadata import registry
from headwater.metadata.errors import FilterError
from headwater.metadata.kinds.relations import id_or_none
from headwater.records.errors import NotFound
from headwater.transfer.models import ChangeSet
from headwater.users.actor import Actor
from headwater.web.addresses import url
from headwater.web.htmx import is_fragment
from headwater.web.shell import actor_of
from headwater.web.views.notices.following import followed_url, given_url

IN_PANEL, ON_PAGE = 12, 40
REGIONS = {"panel": "notices/_panel.html", "list": "notices/_list.html"}


@dataclass
class Group:
    """Notices about one record, or one notice about something else."""

    title: str
    icon: str
    items: list[NoticeItem] = field(default_factory=list)


def grouped(items: list[NoticeItem]) -> list[Group]:
    """Put the notices about each record together, where the newest of them stands."""
    found: dict[tuple[Any, ...], Group] = {}
    for item in items:
        key = _subject(item)
        if key not in found:
            object_name = item.notice.object
            icon = registry.get(object_name).icon if object_name else _ICONS.get(item.notice.kind, "bell")
            found[key] = Group(item.title, icon)
        found[key].items.append(item)
    return list(found.values())


_ICONS: dict[str, str] = {
    Notice.Kind.SHARED: "share",
    Notice.Kind.FINISHED: "circle-check",
    Notice.Kind.LIMIT: "gauge",
}


def _subject(item: NoticeItem) -> tuple[Any, ...]:
    notice = item.notice
    if notice.record_id is None or "count" in notice.about:
        return ("", notice.pk)
    return (notice.object, notice.record_id)


@require_safe
def bell(request: HttpRequest) -> HttpResponseBase:
    """Say how many notices are unread; asked every minute, so an unchanged number is not sent again."""
    number = unread_count(actor_of(request))
    shown = f"{MOST_COUNTED}+" if number > MOST_COUNTED else formats.number(number)
    etag = quote_etag(f"{number}-{request.LANGUAGE_CODE}")
    headers = {"ETag": etag, "Cache-Control": "private, no-cache", "Vary": "Cookie"}
    if request.headers.get("If-None-Match") == etag:
        return HttpResponseNotModified(headers=headers)
    return HttpResponse(shown if number else "", content_type="text/plain; charset=utf-8", headers=headers)


def _context(request: HttpRequest, region: str, actor: Actor, data: Any) -> dict[str, Any]:
    unread = data.get("show") == "unread"
    limit = IN_PANEL if region == "panel" else ON_PAGE
    after = data.get("after") or None
    page = read_notices(actor, unread=unread, after=after, limit=limit)
    return {
        "groups": grouped(page.items),
        "unread": unread,
        "any_unread": any(item.unread for item in page.items) or bool(unread_count(actor)),
        "older": f"{url('notices')}?{urlencode(_kept(unread) | {'after': page.next})}" if page.next else "",
        "after": after,
        "followed": _followed_lists(actor),
    }


def _kept(unread: bool) -> dict[str, str]:
    return {"show": "unread"} if unread else {}


def _followed_lists(actor: Actor) -> list[tuple[str, str]]:
    return [(str(entry.label_plural), followed_url(entry)) for entry in registry.objects() if entry.in_menu]


@require_safe
def notices(request: HttpRequest) -> HttpResponse:
    """Show all of one's notices, newest first."""
    try:
        context = _context(request, "list", actor_of(request), request.GET)
    except FilterError as problem:
        return HttpResponse(str(problem), status=422, content_type="text/plain")
    if is_fragment(request) and context["after"]:
        return render(request, "notices/_items.html", context)
    return render(request, "notices/notices.html", context)


@require_safe
def panel(request: HttpRequest) -> HttpResponse:
    """Show the newest notices under the bell."""
    return render(request, "notices/_panel.html", _context(request, "panel", actor_of(request), {}))


@require_POST
def reading(request: HttpRequest) -> HttpResponseBase:
    """Mark notices as read, or as unread again: those that are named, or all."""
    actor, data = actor_of(request), request.POST
    numbers = [number for word in data.getlist("notice") if (number := id_or_none(word)) is not None]
    mark_read(actor, None if data.get("all") else numbers, read=data.get("read") != "no")
    if not is_fragment(request):
        return redirect("notices")
    region = data.get("region", "")
    template = REGIONS.get(region, REGIONS["list"])
    context = _context(request, region, actor, {"show": data.get("show", "")})
    answer = render(request, template, context)
    answer.headers["HX-Trigger"] = "notices-read"
    return answer


@require_safe
def open_notice(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Mark a notice as read and go to what it is about."""
    actor = actor_of(request)
    notice = get_notice(actor, pk)
    if notice is None:
        raise NotFound("notice", pk)
    mark_read(actor, [notice.pk])
    return HttpResponseRedirect(_target(notice))


def _target(notice: Notice) -> str:
    """Return the address of what a notice is about."""
    if notice.kind == Notice.Kind.SHARED and not notice.object:
        path = str(notice.about.get("path", ""))
        return path if path.startswith("/") and not path.startswith("//") else reverse("notices")
    if notice.kind == Notice.Kind.FINISHED:
        return _outcome(notice)
    if notice.kind == Notice.Kind.LIMIT:
        return reverse("limits")
    entry = registry.get(notice.object)
    if "count" in notice.about:
        is_given = notice.kind == Notice.Kind.ASSIGNED
        return given_url(entry, notice.about.get("as", "owner")) if is_given else followed_url(entry)
    address = reverse("record", args=[entry.slug, notice.record_id])
    return f"{address}?entry={notice.entries[-1]}#entry-{notice.entries[-1]}" if notice.entries else address


def _outcome(notice: Notice) -> str:
    about = notice.about
    if about.get("what") == ChangeSet.Kind.IMPORT:
        return reverse("import", args=[about["number"]])
    if about.get("what") == ChangeSet.Kind.HANDOVER:
        return reverse("handover_outcome", args=[about["number"]])
    if about.get("what") == ChangeSet.Kind.MERGE:
        return reverse("merge_outcome", args=[about["number"]])
    return reverse("bulk_outcome", args=[registry.get(about["object"]).slug, about["number"]])

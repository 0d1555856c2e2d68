"""Search by name, e-mail or phone over every object."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from headwater.access.models import Action, Scope
from headwater.access.rights import scope
from headwater.metadata.objects import ObjectType
from headwater.records.find import find_records
from headwater.users.actor import Actor
from headwater.web.cells import Html, shown_by_key
from headwater.web.htmx import is_fragment
from headwater.web.objects import title_of
from headwater.web.queries import ListQuery
from headwater.web.shell import actor_of, menu_objects

IN_PANEL, ON_PAGE = 5, 20
HINTS = ("organization_name", "organization", "email", "phone", "status", "stage")


@dataclass(frozen=True)
class Hit:
    title: str
    href: str
    hints: list[Html]


@dataclass(frozen=True)
class Group:
    """Hits of one object; ``more_url`` opens the list when there are more."""

    entry: ObjectType
    hits: list[Hit]
    more_url: str


def _hints(actor: Actor, entry: ObjectType, record: object) -> list[Html]:
    keys = [key for key in HINTS if key in entry.fields and key != entry.title_key]
    shown = shown_by_key(actor, entry, record, keys)  # type: ignore[arg-type]
    title = title_of(entry, record)
    return [value for value in shown.values() if value and str(value) != title][:3]


def search_all(actor: Actor, words: str, limit: int) -> list[Group]:
    """Return the newest hits of each object that the reader may see."""
    groups = []
    for entry in menu_objects():
        if not words or not entry.search_keys or scope(actor, entry.name, Action.SEE) == Scope.NONE:
            continue
        found = list(
            find_records(actor, entry.name, search=words).order_by("-created_at", "-id")[: limit + 1]
        )
        if found:
            hits = [
                Hit(title_of(entry, r), reverse("record", args=[entry.slug, r.pk]), _hints(actor, entry, r))
                for r in found[:limit]
            ]
            more = ListQuery(entry, search=words).url() if len(found) > limit else ""
            groups.append(Group(entry, hits, more))
    return groups


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Show hits: a few under the search box while one types, more on the page."""
    words = request.GET.get("q", "").strip()[:200]
    fragment = is_fragment(request)
    groups = search_all(actor_of(request), words, IN_PANEL if fragment else ON_PAGE)
    template = "pages/_search.html" if fragment else "pages/search.html"
    return render(request, template, {"groups": groups, "words": words})

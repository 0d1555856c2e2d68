"""Search by name, e-mail or phone over every object."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from headwater.access.models import Action, Scope
from headwater.access.rights import scope
from headwater.lib.numbers import whole_number
from headwater.metadata import registry
from headwater.metadata.errors import UnknownObject
from headwater.metadata.objects import ObjectType
from headwater.records.find import find_records
from headwater.records.search.best import find_best_of_each
from headwater.users.actor import Actor
from headwater.web.cells import Html, Links, in_words, renderer
from headwater.web.htmx import is_fragment
from headwater.web.objects import record_address, title_of
from headwater.web.queries import ListQuery
from headwater.web.shell import actor_of, menu_objects

IN_PANEL, ON_PAGE = 5, 20
MOST_RECENT = 10
HINTS = ("organization_name", "organization", "email", "phone")
STATES = ("status", "stage")
SEPARATOR = " · "


@dataclass(frozen=True)
class Hit:
    """A record as a line. ``hint`` tells namesakes apart, ``state`` is its status or stage, if it has one.

    In a panel the state is said in words, on the page it is drawn.
    """

    title: str
    href: str
    hint: str
    state: Html

    @property
    def line(self) -> str:
        """All that is said beside the title, in words."""
        return SEPARATOR.join(filter(None, (self.hint, self.state)))


@dataclass(frozen=True)
class Group:
    """Hits of one object; ``more_url`` opens the list when there are more."""

    entry: ObjectType
    hits: list[Hit]
    more_url: str = ""


def _shown_keys(entry: ObjectType) -> list[str]:
    """Return the fields of a line beside the name; the state, where there is one, is the last."""
    hints = [key for key in HINTS if key in entry.fields and key != entry.title_key]
    return hints + [key for key in STATES if key in entry.fields][:1]


def _hits(actor: Actor, entry: ObjectType, records: Sequence[Any], *, on_page: bool) -> list[Hit]:
    fields = [entry.fields[key] for key in _shown_keys(entry)]
    links = Links(actor, fields, records)
    state_field = fields.pop() if fields and fields[-1].key in STATES else None
    words = [in_words(field, links) for field in fields]
    state = (renderer if on_page else in_words)(state_field, links) if state_field else None
    address = record_address(entry)
    hits = []
    for record in records:
        title = title_of(entry, record)
        hint = SEPARATOR.join(said for word in words if (said := word(record)) and said != title)
        hits.append(Hit(title, address(record.pk), hint, state(record) if state else ""))
    return hits


def search_all(actor: Actor, words: str, *, on_page: bool = False) -> list[Group]:
    """Return the best hits of each object that the reader may see; a few only for a panel."""
    entries = [e for e in menu_objects() if e.search_keys and scope(actor, e.name, Action.SEE) != Scope.NONE]
    best = find_best_of_each(
        actor, {e.name: _shown_keys(e) for e in entries}, words, ON_PAGE if on_page else IN_PANEL
    )
    return [
        Group(
            entry,
            _hits(actor, entry, found.records, on_page=on_page),
            ListQuery(entry, search=words).url() if found.more else "",
        )
        for entry in entries
        if (found := best[entry.name]).records
    ]


def recent_records(actor: Actor, named: str) -> list[Group]:
    """Return records that a browser remembers, as ``lead-5,customer-7``: those that are still there."""
    groups = []
    for word in dict.fromkeys(named.split(",")[:MOST_RECENT]):
        name, _dash, digits = word.rpartition("-")
        try:
            entry = registry.get(name)
        except UnknownObject:
            continue
        number = whole_number(digits)
        if number is None or not entry.is_record or scope(actor, name, Action.SEE) == Scope.NONE:
            continue
        records = list(find_records(actor, name).filter(pk=number)[:1])
        if records:
            groups.append(Group(entry, _hits(actor, entry, records, on_page=False)))
    return groups


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Show hits: a few under the search box while one types, more on the page."""
    words = request.GET.get("q", "").strip()[:200]
    fragment = is_fragment(request)
    groups = search_all(actor_of(request), words, on_page=not fragment)
    template = "pages/_search.html" if fragment else "pages/search.html"
    return render(request, template, {"groups": groups, "words": words})


@require_safe
def palette(request: HttpRequest) -> HttpResponse:
    """Return the lines of the palette that come from records: hits of the words, or the recent ones."""
    actor = actor_of(request)
    words = request.GET.get("q", "").strip()[:200]
    if words:
        context: dict[str, Any] = {"groups": search_all(actor, words), "words": words}
    else:
        context = {"groups": recent_records(actor, request.GET.get("recent", "")), "recent": True}
    return render(request, "pages/_palette.html", context)

"""The list of any object: read the address, ask the door, show the table."""

from dataclasses import replace
from functools import lru_cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.http import require_safe
from markupsafe import Markup

from headwater.access.models import Action, Scope
from headwater.access.rights import scope
from headwater.metadata import registry
from headwater.metadata.errors import FilterError
from headwater.metadata.filters import Filter
from headwater.metadata.filters.nodes import Group
from headwater.records.context import filter_context
from headwater.records.paging import Page, page_records
from headwater.users.actor import Actor
from headwater.web.objects import listable, object_or_404
from headwater.web.queries import ListQuery, read_query
from headwater.web.shell import actor_of
from headwater.web.table import Table


def find_page(actor: Actor, query: ListQuery) -> tuple[Filter, Page]:
    """Return the parsed filter and one page. Raises FilterError."""
    parsed = query.parsed()
    page = page_records(
        actor,
        query.entry.name,
        filter=parsed,
        sort=query.sort,
        after=query.after,
        search=query.search,
        exact_count=query.exact,
        fields=(*query.shown, query.entry.title_key),
    )
    return parsed, page


def chips(actor: Actor, query: ListQuery, parsed: Filter) -> list[dict[str, str]]:
    """Return each condition of the filter's top: what it says, where it is edited, the list without it."""
    context = filter_context(actor)
    root = parsed.root
    assert isinstance(root, Group)
    conditions = [node.to_json() for node in root.children]
    found = []
    for at, node in enumerate(root.children):
        others = conditions[:at] + conditions[at + 1 :]
        found.append(
            {"label": node.sentence(context), "without": query.url(tree={"all": others} if others else None)}
        )
    return found


@lru_cache(maxsize=256)
def _other_columns(object_name: str, shown: tuple[str, ...], language: str | None) -> Markup:
    """Return the tick boxes of the columns that are not shown, in the reader's language.

    Some sixty for a lead and the same for everybody, so they are written once.
    """
    entry = registry.get(object_name)
    hidden = [field for field in listable(entry) if field.key not in (entry.title_key, *shown)]
    box = '<label class="menu-item"><input type="checkbox" name="columns" value="{}"> {}</label>'
    return Markup("").join(Markup(box).format(field.key, field.label) for field in hidden)  # noqa: S704


def _common(actor: Actor, query: ListQuery) -> dict[str, Any]:
    entry = query.entry
    return {
        "entry": entry,
        "query": query,
        "may_create": scope(actor, entry.name, Action.CREATE) != Scope.NONE,
        "may_import": scope(actor, entry.name, Action.IMPORT) != Scope.NONE,
        "other_columns": _other_columns(entry.name, query.shown, get_language()),
        "filter_url": f"{reverse('filter', args=[entry.slug])}?{query.encoded()}",
    }


@require_safe
def list_page(request: HttpRequest, slug: str) -> HttpResponse:
    """Show one page of an object's records."""
    actor = actor_of(request)
    entry = object_or_404(slug)
    try:
        query = read_query(entry, request.GET)
        parsed, page = find_page(actor, query)
    except FilterError as problem:
        query = ListQuery(entry)
        context = _common(actor, query) | {"problems": [p.message for p in problem.problems]}
        return render(request, "records/list.html", context, status=422)
    if "count_only" in request.GET:
        return render(request, "records/_count.html", {"page": page, "query": query})
    context = _common(actor, query) | {
        "page": page,
        "table": Table(actor, query, page.items),
        "chips": chips(actor, query, parsed),
        "sentence": parsed.sentence(filter_context(actor)),
        "is_filtered": not parsed.is_empty or bool(query.search),
        "next_url": query.url(after=page.next) if page.next else "",
        "first_url": query.url() if query.after else "",
        "exact_url": replace(query, exact=True).url(exact=True),
    }
    return render(request, "records/list.html", context)

"""The list of any object: read the address, ask the door, show the table."""

from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from headwater.metadata.errors import FilterError
from headwater.metadata.filters import Filter
from headwater.records.context import filter_context
from headwater.records.paging import Page, page_records
from headwater.users.actor import Actor
from headwater.web.list_frame import chips, frame
from headwater.web.objects import object_or_404
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


def _about(actor: Actor, query: ListQuery, parsed: Filter) -> dict[str, Any]:
    """Return what every way of showing the list says of its filter."""
    return frame(actor, query) | {
        "chips": chips(actor, query, parsed),
        "sentence": parsed.sentence(filter_context(actor)),
        "is_filtered": not parsed.is_empty or bool(query.search),
    }


@require_safe
def list_page(request: HttpRequest, slug: str) -> HttpResponse:
    """Show one page of an object's records."""
    actor = actor_of(request)
    entry = object_or_404(slug)
    try:
        query = read_query(actor, entry, request.GET)
        parsed, page = find_page(actor, query)
    except FilterError as problem:
        query = ListQuery(entry)
        context = frame(actor, query) | {"problems": [p.message for p in problem.problems]}
        return render(request, "records/list.html", context, status=422)
    if "count_only" in request.GET:
        return render(request, "records/_count.html", {"page": page, "query": query})
    context = _about(actor, query, parsed) | {
        "page": page,
        "table": Table(actor, query, page.items),
        "next_url": query.url(after=page.next) if page.next else "",
        "first_url": query.url() if query.after else "",
        "exact_url": replace(query, exact=True).url(exact=True),
    }
    return render(request, "records/list.html", context)

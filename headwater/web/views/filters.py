"""The filter builder of a list, in a dialog or as a page."""

from dataclasses import replace

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from headwater.access.models import Action
from headwater.access.rights import require
from headwater.metadata.errors import FilterError
from headwater.metadata.filters import parse_filter
from headwater.records.context import filter_context
from headwater.users.actor import Actor
from headwater.web.filters.draft import Draft, change, from_form, from_tree, mark
from headwater.web.filters.view import root_view, sentence_of
from headwater.web.htmx import go_to, is_fragment
from headwater.web.objects import object_or_404
from headwater.web.queries import ListQuery, read_query
from headwater.web.shell import actor_of


def _page(
    request: HttpRequest, actor: Actor, query: ListQuery, draft: Draft, problems: list[str] | None = None
) -> HttpResponse:
    template = "filters/_builder.html" if is_fragment(request) else "filters/page.html"
    context = {
        "entry": query.entry,
        "query": query,
        "root": root_view(actor, draft),
        "problems": problems or [],
        "sentence": sentence_of(actor, draft.entry, draft.to_json()),
    }
    return render(request, template, context, status=422 if problems is not None else 200)


@require_http_methods(["GET", "POST"])
def builder(request: HttpRequest, slug: str) -> HttpResponseBase:
    """Draw the builder, take a step in it, or apply what was built."""
    actor = actor_of(request)
    entry = object_or_404(slug)
    require(actor, entry.name, Action.SEE)
    if request.method == "GET":
        return _open(request, actor, entry.slug)
    query = replace(read_query(actor, entry, request.POST), tree=None)
    draft = from_form(entry, request.POST)
    step = request.POST.get("do", "")
    if step != "apply":
        return _page(request, actor, query, change(draft, step))
    tree = draft.to_json()
    try:
        parsed = parse_filter(entry.name, tree)
        parsed.to_q(filter_context(actor))  # "my team" means nothing to those without one
    except FilterError as problem:
        return _page(request, actor, query, draft, mark(draft, problem.problems))
    return go_to(request, query.url(tree=None if parsed.is_empty else parsed.to_json()))


def _open(request: HttpRequest, actor: Actor, slug: str) -> HttpResponse:
    entry = object_or_404(slug)
    try:
        query = read_query(actor, entry, request.GET)
        tree = query.parsed().to_json() if query.tree else None
    except FilterError:
        query, tree = ListQuery(entry), None
    return _page(request, actor, query, from_tree(entry, tree))

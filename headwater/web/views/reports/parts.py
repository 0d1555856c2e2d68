"""Regions of the report page that come by themselves: records, explanation, conditions."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from headwater.metadata import registry
from headwater.metadata.errors import FilterError
from headwater.metadata.filters import parse_filter
from headwater.records.context import filter_context
from headwater.reports.definition import DefinitionError, to_json
from headwater.reports.explain import Explanation, explain
from headwater.web.filters.draft import Draft as FilterDraft
from headwater.web.filters.draft import change, from_form, from_tree, mark
from headwater.web.filters.view import root_view, sentence_of
from headwater.web.htmx import go_to, is_fragment
from headwater.web.queries import ListQuery
from headwater.web.shell import actor_of
from headwater.web.views.reports.behind import find_behind
from headwater.web.views.reports.drafts import Draft, read_draft, short
from headwater.web.views.reports.numbers import shown


def _sorry(request: HttpRequest, problem: DefinitionError | FilterError) -> HttpResponse:
    messages = [one.message for one in problem.problems]
    template = "reports/_sorry.html" if is_fragment(request) else "reports/sorry.html"
    return render(request, template, {"problems": messages}, status=422)


@require_safe
def records(request: HttpRequest) -> HttpResponseBase:
    """Show the records behind a mark, or the next of them."""
    actor = actor_of(request)
    try:
        draft = read_draft(actor, request.GET)
        if not is_fragment(request):
            return redirect(draft.url())
        after = request.GET.get("after") or None
        behind = find_behind(actor, draft, after=after)
        template = "reports/_rows.html" if after else "reports/_behind.html"
        response = render(request, template, {"behind": behind, "draft": draft})
    except (DefinitionError, FilterError) as problem:
        return _sorry(request, problem)
    if not after:
        response["HX-Push-Url"] = draft.url()
    return response


@require_safe
def explanation(request: HttpRequest) -> HttpResponse:
    """Say of one figure what it means, what it leaves out, and how to check it."""
    actor = actor_of(request)
    try:
        draft = read_draft(actor, request.GET)
        found = explain(actor, draft.definition, draft.mark)
    except (DefinitionError, FilterError) as problem:
        return _sorry(request, problem)
    context = {
        "explanation": found,
        "value": shown(found.column, found.cell.value),
        "list_url": _list_url(draft, found),
        "back": draft.url(),
    }
    template = "reports/_explain.html" if is_fragment(request) else "reports/explain.html"
    return render(request, template, context)


def _list_url(draft: Draft, found: Explanation) -> str:
    """Return the list of exactly the counted records; empty for those of an earlier time."""
    if draft.definition.as_of is not None:
        return ""
    return ListQuery(registry.get(draft.definition.root), tree=found.filter.to_json()).url()


@require_http_methods(["GET", "POST"])
def conditions(request: HttpRequest) -> HttpResponseBase:
    """Draw the filter builder for a report, take a step in it, or apply what was built."""
    actor = actor_of(request)
    data = request.POST if request.method == "POST" else request.GET
    try:
        draft = read_draft(actor, data)
        entry = registry.get(draft.definition.root)
        tree = None if draft.definition.where.is_empty else draft.definition.where.to_json()
    except DefinitionError as problem:
        return _sorry(request, problem)
    if request.method == "GET":
        return _builder(request, draft, from_tree(entry, tree))
    built = from_form(entry, data)
    step = data.get("do", "")
    if step != "apply":
        return _builder(request, draft, change(built, step))
    try:
        parsed = parse_filter(entry.name, built.to_json())
        parsed.to_q(filter_context(actor))  # "my team" means nothing to those without one
    except FilterError as problem:
        return _builder(request, draft, built, mark(built, problem.problems))
    definition = short(to_json(draft.definition)) | {"where": parsed.to_json()}
    if parsed.is_empty:
        del definition["where"]
    try:
        return go_to(request, draft.with_data(definition).require_short().url())
    except DefinitionError as problem:
        return _builder(request, draft, built, [one.message for one in problem.problems])


def _builder(
    request: HttpRequest, draft: Draft, built: FilterDraft, problems: list[str] | None = None
) -> HttpResponse:
    actor = actor_of(request)
    without: dict[str, Any] = {
        key: word for key, word in short(to_json(draft.definition)).items() if key != "where"
    }
    context = {
        "entry": built.entry,
        "query": ListQuery(built.entry),
        "root": root_view(actor, built),
        "problems": problems or [],
        "sentence": sentence_of(actor, built.entry, built.to_json()),
        "address": reverse("report_conditions"),
        "kept": draft.state(),
        "clear_url": draft.with_data(without).url(),
    }
    template = "filters/_builder.html" if is_fragment(request) else "filters/page.html"
    return render(request, template, context, status=422 if problems is not None else 200)

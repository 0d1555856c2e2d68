"""Lead scoring: the rules that give leads points."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from headwater.metadata import registry
from headwater.metadata.errors import FilterError
from headwater.metadata.filters import parse_filter
from headwater.pipeline import scoring
from headwater.pipeline.models import ScoreRule
from headwater.records.context import filter_context
from headwater.users.actor import Actor
from headwater.web.filters.draft import Draft, blank, change, from_form, from_tree, mark
from headwater.web.filters.view import NodeView
from headwater.web.htmx import go_to, is_fragment
from headwater.web.shell import actor_of
from headwater.web.views.settings.forms import administrators_only, messages_of


@require_safe
@administrators_only
def score_rules(request: HttpRequest) -> HttpResponse:
    """List the rules with what they ask and give."""
    actor = actor_of(request)
    rows = [(rule, _sentence(actor, rule.filter), scoring.problem_of(rule)) for rule in scoring.rules()]
    return render(request, "settings/score_rules.html", {"rows": rows})


@require_http_methods(["GET", "POST"])
@administrators_only
def score_rule(request: HttpRequest, pk: int | None = None) -> HttpResponseBase:
    """Make or change a rule: draw its form, take a step in its filter, or save it."""
    entry = registry.get("lead")
    rule = get_object_or_404(ScoreRule, pk=pk) if pk else ScoreRule(points=10)
    if request.method == "GET":
        return _page(request, rule, from_tree(entry, rule.filter if pk else None))
    draft = from_form(entry, request.POST)
    rule.name = request.POST.get("name", "")
    rule.is_active = "is_active" in request.POST
    rule.points = _points(request.POST.get("points", ""))
    step = request.POST.get("do", "")
    if step != "apply":
        return _page(request, rule, change(draft, step))
    rule.filter = draft.to_json()
    try:
        scoring.save_rule(actor_of(request), rule)
    except ValidationError as problem:
        return _page(request, rule, draft, errors=messages_of(problem))
    except FilterError as problem:
        rest = [p.message for p in problem.problems if not mark(draft, p.at, p.message)]
        return _page(request, rule, draft, errors={}, problems=rest)
    messages.success(request, _("Saved. The leads get their points in a moment."))
    return go_to(request, reverse("score_rules"))


@require_POST
@administrators_only
def deletion(request: HttpRequest, pk: int) -> HttpResponse:
    """Delete a rule."""
    scoring.delete_rule(actor_of(request), get_object_or_404(ScoreRule, pk=pk))
    messages.success(request, _("Deleted. The leads lose its points in a moment."))
    return redirect("score_rules")


def _points(text: str) -> int:
    """Read a whole number with a sign; 0, which no rule may give, for anything else."""
    text = text.strip().replace("\u2212", "-")
    return int(text) if text.removeprefix("-").isdecimal() and text.isascii() and len(text) < 6 else 0


def _sentence(actor: Actor, tree: Any) -> str:
    try:
        return parse_filter("lead", tree).sentence(filter_context(actor))
    except FilterError:
        return ""


def _page(
    request: HttpRequest,
    rule: ScoreRule,
    draft: Draft,
    *,
    errors: dict[str, str] | None = None,
    problems: list[str] | None = None,
) -> HttpResponse:
    if not draft.children:
        draft.children.append(blank(draft.entry))
        draft.number()
    actor = actor_of(request)
    template = "settings/_score_rule.html" if is_fragment(request) else "settings/score_rule.html"
    context = {
        "rule": rule,
        "address": reverse("score_rule", args=[rule.pk]) if rule.pk else reverse("new_score_rule"),
        "root": NodeView(actor, draft),
        "entry": draft.entry,
        "sentence": _sentence(actor, draft.to_json()),
        "errors": errors or {},
        "problems": problems or [],
    }
    return render(request, template, context, status=200 if errors is None else 422)

"""Lead scoring: the rules that give leads points."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from headwater.metadata import registry
from headwater.pipeline import scoring
from headwater.pipeline.models import ScoreRule
from headwater.web.filters.draft import Draft, change, from_form, from_tree
from headwater.web.filters.view import root_view, sentence_of
from headwater.web.htmx import go_to
from headwater.web.shell import actor_of
from headwater.web.views.settings.forms import administrators_only
from headwater.web.views.settings.rule_forms import Refusal, show_rule, try_to_save


@require_safe
@administrators_only
def score_rules(request: HttpRequest) -> HttpResponse:
    """List the rules with what they ask and give."""
    actor, entry = actor_of(request), registry.get("lead")
    rows = [
        (rule, sentence_of(actor, entry, rule.filter), scoring.problem_of(rule)) for rule in scoring.rules()
    ]
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
    if refused := try_to_save(lambda: scoring.save_rule(actor_of(request), rule), draft):
        return _page(request, rule, draft, refused)
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


def _page(
    request: HttpRequest, rule: ScoreRule, draft: Draft, refused: Refusal | None = None
) -> HttpResponse:
    actor = actor_of(request)
    context = {
        "rule": rule,
        "back": reverse("score_rules"),
        "address": reverse("score_rule", args=[rule.pk]) if rule.pk else reverse("new_score_rule"),
        "root": root_view(actor, draft),
        "entry": draft.entry,
        "sentence": sentence_of(actor, draft.entry, draft.to_json()),
    }
    return show_rule(request, "score_rule.html", context, refused)

"""When a custom field is shown, and when it is mandatory: rules built like filters."""

from dataclasses import dataclass, replace
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from headwater.metadata.custom import definitions
from headwater.metadata.custom.conditions import parse_rule, rule_context
from headwater.metadata.custom.definitions import BadDefinition
from headwater.metadata.errors import FilterError
from headwater.metadata.models import CustomField
from headwater.metadata.objects import Label, ObjectType
from headwater.web.filters.draft import Draft, change, from_form, from_tree, mark
from headwater.web.filters.view import root_view
from headwater.web.htmx import go_to, is_fragment
from headwater.web.objects import object_or_404
from headwater.web.shell import actor_of
from headwater.web.views.settings.field_rows import row_or_404, said
from headwater.web.views.settings.forms import administrators_only

RULES: dict[str, tuple[str, Label, Label]] = {
    "shown": ("visible_when", gettext_lazy("Shown when"), gettext_lazy("Always shown")),
    "mandatory": ("required_when", gettext_lazy("Mandatory when"), gettext_lazy("Under no condition")),
}
"""The rules of a field by their word in addresses: attribute, name, and what holds without one."""


@dataclass(frozen=True)
class RuleLine:
    """A rule as the page of its field shows it."""

    word: str
    label: Label
    sentence: str
    problem: str


def rules_of(entry: ObjectType, row: CustomField) -> list[RuleLine]:
    """Return the rules of a field in words."""
    found = []
    for word, (attname, label, otherwise) in RULES.items():
        tree = getattr(row, attname)
        sentence, problem = _words(entry, tree) if tree else (str(otherwise), "")
        found.append(RuleLine(word, label, sentence, problem))
    return found


def _words(entry: ObjectType, tree: Any) -> tuple[str, str]:
    """Return the sentence of a rule, or why it means nothing any more."""
    try:
        return parse_rule(entry.name, tree).sentence(rule_context()), ""
    except FilterError as problem:
        return "", problem.problems[0].message


@require_http_methods(["GET", "POST"])
@administrators_only
def condition(request: HttpRequest, slug: str, key: str, word: str) -> HttpResponseBase:
    """Build the rule by which a field is shown or mandatory, save it, or take it away."""
    entry = object_or_404(slug)
    row = row_or_404(entry, key)
    if word not in RULES:
        raise Http404
    attname = RULES[word][0]
    own = replace(entry, collections={}, fields={k: f for k, f in entry.fields.items() if k != key})
    if request.method == "GET":
        return _page(request, entry, row, word, _drawn(own, getattr(row, attname)))
    draft = from_form(own, request.POST)
    step = request.POST.get("do", "")
    if step not in ("apply", "none"):
        return _page(request, entry, row, word, change(draft, step))
    rule: dict[str, Any] = {attname: None if step == "none" else draft.to_json()}
    try:
        definitions.change_field(entry.name, key, replace(said(row), **rule))
    except BadDefinition as problem:
        found = [replace(each, at=each.at.removeprefix(attname).lstrip(".")) for each in problem.problems]
        return _page(request, entry, row, word, draft, mark(draft, found))
    messages.success(request, _("Saved."))
    return go_to(request, reverse("custom_field", args=[slug, key]))


def _drawn(entry: ObjectType, tree: Any) -> Draft:
    """Return the draft of a stored rule; one that means nothing any more begins anew."""
    try:
        return from_tree(entry, parse_rule(entry.name, tree).to_json() if tree else None)
    except FilterError:
        return from_tree(entry, None)


def _page(
    request: HttpRequest,
    entry: ObjectType,
    row: CustomField,
    word: str,
    draft: Draft,
    problems: list[str] | None = None,
) -> HttpResponse:
    attname, label, _otherwise = RULES[word]
    context = {
        "entry": entry,
        "row": row,
        "label": label,
        "address": reverse("field_condition", args=[entry.slug, row.key, word]),
        "root": root_view(actor_of(request), draft, own=True),
        "is_set": getattr(row, attname) is not None,
        "sentence": _words(entry, draft.to_json())[0],
        "problems": problems or [],
    }
    template = "settings/_condition.html" if is_fragment(request) else "settings/condition.html"
    return render(request, template, context, status=200 if problems is None else 422)

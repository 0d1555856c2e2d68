"""Settings › Sharing rules: filters whose records a team or a role sees, or edits."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from headwater.access.models import Level, SharingRule
from headwater.jobs.services import worker_alive
from headwater.lib.collation import in_order
from headwater.metadata import registry
from headwater.metadata.errors import FilterError
from headwater.metadata.filters import parse_filter
from headwater.metadata.objects import ObjectType
from headwater.records.sharing import LEVELS
from headwater.records.sharing_rules import services
from headwater.records.sharing_rules.reach import related_of
from headwater.users.actor import Actor
from headwater.users.models import Role, Team
from headwater.web.filters.draft import Draft, change, from_form, from_tree
from headwater.web.filters.view import root_view, sentence_of
from headwater.web.htmx import go_to
from headwater.web.shell import actor_of, in_menu_order
from headwater.web.views.settings.forms import administrators_only, number
from headwater.web.views.settings.rule_forms import Refusal, show_rule, try_to_save


@dataclass(frozen=True)
class Row:
    """One rule as the page lists it."""

    rule: SharingRule
    entry: ObjectType
    sentence: str
    whom: str
    level: str
    state: services.State


@require_safe
@administrators_only
def sharing_rules(request: HttpRequest) -> HttpResponse:
    """List the rules: what they share, with whom, and how far they are with finding it."""
    actor = actor_of(request)
    rows = [_row(actor, rule) for rule in SharingRule.objects.select_related("team", "role")]
    at_work = any(row.state.done is not None for row in rows)
    context = {"rows": rows, "at_work": at_work, "worker_alive": not at_work or worker_alive()}
    return render(request, "settings/sharing_rules.html", context)


def _row(actor: Actor, rule: SharingRule) -> Row:
    entry = registry.get(rule.object)
    whom = rule.team.name if rule.team else rule.role.label if rule.role else ""
    level = str(Level(rule.level).label)
    return Row(rule, entry, sentence_of(actor, entry, rule.filter), whom, level, services.state_of(rule))


@require_http_methods(["GET", "POST"])
@administrators_only
def sharing_rule(request: HttpRequest, pk: int | None = None) -> HttpResponseBase:
    """Make or change a rule: draw its form, take a step in its filter, or save it."""
    rule = (
        get_object_or_404(SharingRule, pk=pk)
        if pk
        else SharingRule(object=in_menu_order(services.rule_objects())[0].name)
    )
    if request.method == "GET":
        return _page(request, rule, from_tree(registry.get(rule.object), rule.filter if pk else None))
    was = rule.object if pk else request.POST.get("object_was", "")
    _take(rule, request)
    entry = registry.get(rule.object)
    # The fields of one object mean nothing of another: the filter begins anew.
    draft = from_form(entry, request.POST) if rule.object == was else from_tree(entry, None)
    step = request.POST.get("do", "")
    if step != "apply":
        return _page(request, rule, change(draft, step))
    if not _is_fixed(rule):
        rule.filter = draft.to_json()
    if refused := try_to_save(lambda: services.save_rule(actor_of(request), rule), draft):
        return _page(request, rule, draft, refused)
    messages.success(request, _("Saved."))
    return go_to(request, reverse("sharing_rules"))


def _take(rule: SharingRule, request: HttpRequest) -> None:
    """Set what the form says besides the filter. Nonsense becomes what the service refuses."""
    given = request.POST
    known = {entry.name for entry in services.rule_objects()}
    if not rule.pk and given.get("object", "") in known:
        rule.object = given["object"]
    rule.name = given.get("name", "")
    rule.is_active = "is_active" in given
    rule.level = LEVELS.get(given.get("level", ""), 0)
    sort, _colon, pk = given.get("with", "").partition(":")
    rule.team_id = number(pk) if sort == "team" else None
    rule.role_id = number(pk) if sort == "role" else None


@require_POST
@administrators_only
def deletion(request: HttpRequest, pk: int) -> HttpResponse:
    """Delete a rule."""
    services.delete_rule(actor_of(request), get_object_or_404(SharingRule, pk=pk))
    messages.success(request, _("Deleted. What it shared is shared no longer."))
    return redirect("sharing_rules")


def _found(entry: ObjectType, tree: Any) -> int | None:
    """Return how many records a filter finds; None while it is not complete."""
    try:
        return services.count_found(entry.name, tree)
    except FilterError:
        return None


def _is_fixed(rule: SharingRule) -> bool:
    """Say whether a stored filter says what the builder cannot draw, and would lose."""
    if not rule.pk:
        return False
    try:
        related = related_of(parse_filter(rule.object, rule.filter).root)
    except FilterError:
        return False
    return any(node.count is not None or node.hops for node in related)


def _holders() -> list[tuple[str, str, str]]:
    """Return the teams and roles that a rule can be for; administrators see everything anyway."""
    teams = in_order(Team.objects.values_list("pk", "name"))
    roles = in_order(Role.objects.filter(is_administrator=False).values_list("pk", "label"))
    found = [(f"team:{pk}", name, _("Team")) for pk, name in teams]
    return found + [(f"role:{pk}", name, _("Role")) for pk, name in roles]


def _page(
    request: HttpRequest, rule: SharingRule, draft: Draft, refused: Refusal | None = None
) -> HttpResponse:
    actor = actor_of(request)
    tree = rule.filter if _is_fixed(rule) else draft.to_json()
    words = {level: word for word, level in LEVELS.items()}
    context = {
        "rule": rule,
        "back": reverse("sharing_rules"),
        "address": reverse("sharing_rule", args=[rule.pk]) if rule.pk else reverse("new_sharing_rule"),
        "root": None if _is_fixed(rule) else root_view(actor, draft),
        "entry": draft.entry,
        "objects": [(entry.name, entry.label_plural) for entry in in_menu_order(services.rule_objects())],
        "holders": _holders(),
        "whom": f"team:{rule.team_id}" if rule.team_id else f"role:{rule.role_id}" if rule.role_id else "",
        "levels": [(word, level.label) for word, level in LEVELS.items()],
        "level": words.get(Level(rule.level)) if rule.level in Level.values else "",
        "sentence": sentence_of(actor, draft.entry, tree),
        "found": _found(draft.entry, tree),
    }
    return show_rule(request, "sharing_rule.html", context, refused)

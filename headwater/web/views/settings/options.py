"""The option lists that choice fields offer."""

import json
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from headwater.lib import formats
from headwater.lib.collation import sort_key
from headwater.lib.joining import all_of
from headwater.metadata import choices
from headwater.metadata.errors import BadValue
from headwater.metadata.models import ChoiceOption
from headwater.metadata.options import change_option
from headwater.records.errors import Invalid
from headwater.transfer import option_merging as merging
from headwater.transfer.models import ChangeSet
from headwater.web.palette import COLORS
from headwater.web.shell import actor_of
from headwater.web.views.settings import change_sets
from headwater.web.views.settings.change_sets import change_set_of, progress_of
from headwater.web.views.settings.forms import administrators_only


@require_safe
@administrators_only
def choice_lists(request: HttpRequest) -> HttpResponse:
    """Show every list with the number of its active options."""
    found = [
        (entry, sum(option.active for option in choices.options_of(entry.name))) for entry in choices.lists()
    ]
    found.sort(key=lambda pair: sort_key(str(pair[0].label)))
    return render(request, "settings/choice_lists.html", {"lists": found})


def _list(slug: str) -> choices.ChoiceList:
    found = choices.list_by_slug(slug)
    if found is None:
        raise Http404
    return found


@require_http_methods(["GET", "POST"])
@administrators_only
def choice_list(request: HttpRequest, slug: str) -> HttpResponse:
    """Show one list; a post appends an option."""
    found = _list(slug)
    error = ""
    if request.method == "POST":
        try:
            choices.add_option(found.name, request.POST.get("label", ""))
        except BadValue as problem:
            error = problem.message
        else:
            return redirect("choice_list", slug=slug)
    options = ChoiceOption.objects.filter(list=found.name)
    context = {
        "list": found,
        "options": options.filter(merged_into=None),
        "merged": options.exclude(merged_into=None).select_related("merged_into"),
        "can_merge": merging.can_merge(found.name),
        "error": error,
        "colors": COLORS,
        "typed": request.POST.get("label", ""),
    }
    return render(request, "settings/choice_list.html", context, status=422 if error else 200)


@require_POST
@administrators_only
def choice_option(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Rename, color, move or switch an option; who switches one off is told where it stays."""
    found = _list(slug)
    color = request.POST.get("color", "")
    active = request.POST.get("active") == "true"
    was_active = ChoiceOption.objects.filter(list=found.name, pk=pk, active=True).exists()
    try:
        option = change_option(
            found.name,
            pk,
            label=request.POST.get("label", ""),
            color=color if color in dict(COLORS) else "",
            active=active,
            move={"up": -1, "down": 1}.get(request.POST.get("move", ""), 0),
        )
    except BadValue as problem:
        messages.error(request, problem.message)
    except LookupError:
        raise Http404 from None
    else:
        if was_active and not active:
            messages.success(request, _switched_off(request, option))
    return redirect("choice_list", slug=slug)


def _switched_off(request: HttpRequest, option: ChoiceOption) -> str:
    uses = merging.uses(actor_of(request), option)
    if not uses:
        return _("“%(label)s” is no longer offered. No record has it.") % {"label": option.label}
    words = {"label": option.label, "uses": all_of(_said(use) for use in uses)}
    return _("“%(label)s” is no longer offered. It stays: %(uses)s.") % words


def _said(use: merging.Use) -> str:
    words = {"objects": use.entry.label_plural, "n": formats.number(use.count), "field": use.field.label}
    return _("%(objects)s (%(field)s): %(n)s") % words


def _lines(uses: list[merging.Use], option: ChoiceOption) -> list[dict[str, Any]]:
    lines = []
    for use in uses:
        operator = "has_any" if use.field.kind.many else "in"
        tree = json.dumps({"field": use.field.key, "op": operator, "value": [option.key]})
        query = urlencode({"filter": tree})
        href = f"{reverse('list', args=[use.entry.slug])}?{query}"
        lines.append({"use": use, "href": href})
    return lines


@require_http_methods(["GET", "POST"])
@administrators_only
def merge_option(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Show where an option is, and merge it into the one that the form names."""
    actor, found = actor_of(request), _list(slug)
    option = ChoiceOption.objects.filter(list=found.name, pk=pk, merged_into=None).first()
    if option is None or not merging.can_merge(found.name):
        raise Http404
    errors: list[str] = []
    if request.method == "POST":
        try:
            made = merging.merge_options(actor, found.name, option.key, request.POST.get("into", ""))
            return redirect("merge_outcome", made.pk)
        except Invalid as problem:
            errors = problem.messages
    others = ChoiceOption.objects.filter(list=found.name, active=True).exclude(pk=option.pk)
    uses = merging.uses(actor, option)
    context = {
        "list": found,
        "option": option,
        "others": [(other.key, other.label) for other in others],
        "lines": _lines(uses, option),
        "total": sum(use.count for use in uses),
        "errors": errors,
        "chosen": request.POST.get("into", ""),
    }
    return render(request, "settings/merge_option.html", context, status=422 if errors else 200)


@require_safe
@administrators_only
def merge_outcome(request: HttpRequest, pk: int) -> HttpResponse:
    """Show how far a merge is, or what came of it and of its undoing."""
    actor = actor_of(request)
    change_set = change_set_of(actor, pk, ChangeSet.Kind.MERGE)
    plan = change_set.plan
    labels = dict(ChoiceOption.objects.filter(list=plan["list"]).values_list("key", "label"))
    found = next((each for each in choices.lists() if each.name == plan["list"]), None)
    context = {
        "list": found,
        "merged": labels.get(plan["from"], plan["from"]),
        "into": labels.get(plan["into"], plan["into"]),
    } | progress_of(actor, change_set)
    return render(request, "settings/merge_outcome.html", context)


@require_POST
@administrators_only
def undo_merge(request: HttpRequest, pk: int) -> HttpResponse:
    """Make the option one of its own again, on the records that nobody changed since."""
    said = _("It is being undone.")
    return change_sets.undo(request, pk, ChangeSet.Kind.MERGE, said=said, page="merge_outcome")

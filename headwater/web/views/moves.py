"""Moving a card of a board: by dragging, by the keyboard, or from a menu."""

import json
from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from headwater.access.models import Action
from headwater.metadata.errors import FilterError
from headwater.metadata.objects import Field, ObjectType
from headwater.records.errors import Invalid, NotFound
from headwater.records.find import find_records, get_record
from headwater.records.models import Record
from headwater.records.moves import move_record
from headwater.reports.groups import read_grouping
from headwater.users.actor import Actor
from headwater.web.board import Cards, heads_of, totals_lines, word_of
from headwater.web.controls import controls_of, for_door, posted_values, raw_values
from headwater.web.htmx import dialog, is_fragment
from headwater.web.lanes import Lane, lane_field, lanes_of
from headwater.web.objects import may_change_many, object_or_404, title_of
from headwater.web.queries import ListQuery, read_query
from headwater.web.shell import actor_of


def _board(actor: Actor, entry: ObjectType, key: str, text: str) -> ListQuery:
    """Return the board on which the card stands."""
    try:
        query = read_query(actor, entry, QueryDict(text))
        query.parsed()
    except (FilterError, NotFound):
        query = ListQuery(entry)
    return replace(query, display="board", lanes=key, after=None)


def _field(entry: ObjectType, key: str) -> Field:
    try:
        return lane_field(entry, key)
    except FilterError:
        raise Http404 from None


def _read(text: str) -> Any:
    """Read the word of a lane; what is no word becomes a value that the door refuses by name."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return text[:100]
    return value if isinstance(value, (str, int, type(None))) else text[:100]


@require_http_methods(["GET", "POST"])
def move(request: HttpRequest, slug: str, pk: int, key: str) -> HttpResponseBase:
    """Ask to which lane a card shall go, or move it there."""
    actor, entry = actor_of(request), object_or_404(slug)
    record = get_record(actor, entry.name, pk, Action.EDIT)
    field = _field(entry, key)
    data = request.POST if request.method == "POST" else request.GET
    state = data.get("list", request.GET.get("list", ""))
    query = _board(actor, entry, field.key, state)
    if request.method == "GET":
        return _choose(request, actor, entry, record, field, state)
    to = _read(data.get("to", request.GET.get("to", "")))
    before = word_of(field, record)
    asked = [k for k in request.POST if k in entry.fields and k != key and entry.fields[k].editable]
    more = posted_values(entry, request.POST, asked)
    try:
        moved = move_record(actor, entry.name, pk, field.key, to, for_door(more))
    except Invalid as problem:
        return _refused(request, actor, query, record, field, to, more, problem)
    lane = next((one for one in lanes_of(field, {to}) if one.value == to), Lane(to, str(to)))
    told = _("“%(name)s” is in “%(lane)s” now.") % {"name": title_of(entry, moved), "lane": lane.label}
    undo = reverse("move", args=[entry.slug, pk, field.key]) + "?" + urlencode({"to": before, "list": state})
    if not is_fragment(request):
        messages.success(request, told, extra_tags="" if "to" in request.GET else undo)
        return redirect(query.url())
    return _answer(request, actor, query, moved, field, {"told": told, "undo": undo})


def _choose(
    request: HttpRequest, actor: Actor, entry: ObjectType, record: Record, field: Field, state: str
) -> HttpResponse:
    limits, here = record.limits(field.key), field.value_of(record) or None
    allowed = None if limits is None else {value or None for value in limits.values}
    lanes = [
        (lane, lane.value == here, lane.is_target and (allowed is None or lane.value in allowed))
        for lane in lanes_of(field, {here})
    ]
    context = {
        "entry": entry,
        "record": record,
        "title": _("Move “%(name)s”") % {"name": title_of(entry, record)},
        "board_field": field,
        "lanes": lanes,
        "reason": limits.reason if limits else "",
        "state": state,
        "action": reverse("move", args=[entry.slug, record.pk, field.key]),
        "change_url": "",
    }
    if may_change_many(actor, entry):  # what a ticked row of a list can do, its card can
        words = urlencode({"record": record.pk, "list": state})
        context["change_url"] = f"{reverse('bulk_change', args=[entry.slug])}?{words}"
    template = "records/_move.html" if is_fragment(request) else "records/move.html"
    return render(request, template, context)


def _refused(
    request: HttpRequest,
    actor: Actor,
    query: ListQuery,
    record: Record,
    field: Field,
    to: Any,
    more: dict[str, Any],
    problem: Invalid,
) -> HttpResponseBase:
    """Say why a card stays; where only something is missing, ask for it in place."""
    entry = query.entry
    errors = problem.by_field
    asked = [key for key in entry.fields if key != field.key and (key in errors or key in more)]
    if not any(key in errors for key in asked):
        told = " ".join(errors.values())
        if not is_fragment(request):
            messages.error(request, told)
            return redirect(query.url())
        current = get_record(actor, entry.name, record.pk)
        return _answer(request, actor, query, current, field, {"told": told, "tone": "error"}, status=422)
    current = get_record(actor, entry.name, record.pk)
    raws = raw_values(entry, current, asked) | {key: more[key] for key in asked if key in more}
    context = {
        "entry": entry,
        "title": _("%(field)s: %(value)s")
        % {
            "field": field.label,
            "value": next((x.label for x in lanes_of(field, {to}) if x.value == to), to),
        },
        "controls": controls_of(actor, entry, raws, errors),
        "errors": [message for key, message in errors.items() if key not in asked],
        "to": Lane(to, "").word,
        "state": request.POST.get("list", ""),
        "action": reverse("move", args=[entry.slug, record.pk, field.key]),
    }
    if not is_fragment(request):
        return render(request, "records/ask_move.html", context, status=422)
    return dialog(request, "records/_ask_move.html", context, status=422)


def _answer(
    request: HttpRequest,
    actor: Actor,
    query: ListQuery,
    record: Record,
    field: Field,
    more: dict[str, Any],
    status: int = 200,
) -> HttpResponse:
    """Return the card where it stands now, the heads of all lanes, and what happened in words."""
    entry, parsed = query.entry, query.parsed()
    grouping = read_grouping(actor, entry.name, field.key)
    belongs = find_records(actor, entry.name, parsed, search=query.search).filter(pk=record.pk).exists()
    heads = [
        (number, lane, group.count if group else 0, totals_lines(group))
        for number, lane, group in heads_of(actor, query, grouping, parsed)
    ]
    context = {
        "entry": entry,
        "query": query,
        "board_field": field,
        "card": Cards(actor, query, field, [record]).card(record) if belongs else None,
        "pk": record.pk,
        "heads": heads,
    }
    return render(request, "records/_moved.html", context | more, status=status)

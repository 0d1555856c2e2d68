"""Changing the ticked records of a list, or all that it holds: the question, and what came of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from headwater.access.models import Action
from headwater.access.rights import require
from headwater.jobs.services import worker_alive
from headwater.lib import formats
from headwater.metadata.errors import FilterError
from headwater.metadata.kinds.relations import clean_id
from headwater.metadata.objects import Field, ObjectType
from headwater.metadata.titles import titles_of
from headwater.records.context import filter_context
from headwater.records.errors import FieldError, Invalid, NotFound
from headwater.records.find import find_records
from headwater.records.models import Record
from headwater.transfer import bulk, services, steps
from headwater.transfer.at_work import running_job
from headwater.transfer.errors import WrongState
from headwater.transfer.models import ChangeSet
from headwater.users.actor import Actor
from headwater.web.controls import Raw, controls_of, for_door, posted_values
from headwater.web.htmx import go_to, is_fragment
from headwater.web.objects import object_or_404
from headwater.web.queries import ListQuery, read_query
from headwater.web.shell import actor_of
from headwater.web.views.imports.conflicts import Conflict, is_undoing, undo_context

State = ChangeSet.State


@dataclass(frozen=True)
class Selection:
    """What was ticked in a list. ``asked`` counts it, ``found`` is what of it the reader may change."""

    query: ListQuery
    whole: bool
    asked: int
    found: QuerySet[Record]


def read_selection(actor: Actor, entry: ObjectType, data: QueryDict) -> Selection:
    """Read the ticked rows, or the whole list. Raises Forbidden, FilterError and NotFound."""
    require(actor, entry.name, Action.EDIT)
    query = read_query(actor, entry, QueryDict(data.get("list", "")))
    if data.get("all"):
        parsed = query.parsed()
        found = find_records(actor, entry.name, parsed, search=query.search, action=Action.BULK)
        asked = find_records(actor, entry.name, parsed, search=query.search).order_by().count()
        return Selection(query, True, asked, found)
    numbers = ticked(entry, data)
    found = find_records(actor, entry.name, action=Action.BULK).filter(pk__in=numbers)
    return Selection(query, False, len(numbers), found)


def ticked(entry: ObjectType, data: QueryDict) -> set[int]:
    """Return the numbers of the ticked records, which may stand in one value, between commas.

    A selection over many pages would else be more values than a form may have. Raises NotFound.
    """
    numbers = set()
    for word in ",".join(data.getlist("record")).split(","):
        try:
            number = clean_id(word)
        except ValueError:
            raise NotFound(entry.name, word) from None
        if number is not None:
            numbers.add(number)
    return numbers


def _chosen(entry: ObjectType, data: QueryDict) -> list[str]:
    """Return the fields that shall change. Raises Invalid for a word that is none of them."""
    words = [word for word in dict.fromkeys(data.getlist("field")) if word and word != data.get("drop")]
    for word in words:
        if word not in entry.fields or not _is_for_many(entry.fields[word]):
            message = _("“%(field)s” is not a field that can be changed.") % {"field": word[:100]}
            raise Invalid([FieldError("field", "unknown_field", message)])
    return words


def _is_for_many(field: Field) -> bool:
    return field.editable and not field.kind.of_one_record


def _dialog(
    request: HttpRequest,
    actor: Actor,
    entry: ObjectType,
    selection: Selection,
    raws: Mapping[str, Raw],
    errors: Mapping[str, str] | None = None,
) -> HttpResponse:
    count = selection.found.order_by().count()
    rest = [message for key, message in (errors or {}).items() if key not in raws]
    if not count:
        rest = [_("Tick records that you may change.")]
    offered = [
        (key, str(entry.fields[key].label), str(section.label))
        for section in entry.sections
        for key in section.fields
        if _is_for_many(entry.fields[key]) and key not in raws
    ]
    ids = () if selection.whole else tuple(selection.found.order_by("pk").values_list("pk", flat=True))
    context = {
        "entry": entry,
        "selection": selection,
        "count": count,
        "others": max(0, selection.asked - count),
        "ids": ids,
        "keys": list(raws),
        "controls": controls_of(actor, entry, raws, errors),
        "hows": _hows(entry, raws, request.POST),
        "offered": offered,
        "errors": rest,
    }
    template = "records/_bulk.html" if is_fragment(request) else "records/bulk.html"
    return render(request, template, context, status=422 if errors or not count else 200)


@require_http_methods(["GET", "POST"])
def change(request: HttpRequest, slug: str) -> HttpResponseBase:
    """Ask which fields of the ticked records get which values; a post with ``apply`` writes them."""
    actor, entry = actor_of(request), object_or_404(slug)
    data = request.POST if request.method == "POST" else request.GET
    try:
        selection = read_selection(actor, entry, data)
    except FilterError as problem:
        context = {"entry": entry, "message": " ".join(p.message for p in problem.problems)}
        return render(request, "records/bulk.html", context, status=422)
    try:
        keys = _chosen(entry, data)
    except Invalid as problem:
        return _dialog(request, actor, entry, selection, {}, problem.by_field)
    raws: dict[str, Raw] = dict.fromkeys(keys, "")
    raws |= posted_values(entry, data, keys)
    if request.method == "POST" and "apply" in data:
        if not keys:
            return _dialog(request, actor, entry, selection, raws, {"field": _("Choose a field to change.")})
        try:
            return _apply(request, actor, entry, selection, raws)
        except Invalid as problem:
            return _dialog(request, actor, entry, selection, raws, problem.by_field)
    return _dialog(request, actor, entry, selection, raws)


def _apply(
    request: HttpRequest, actor: Actor, entry: ObjectType, selection: Selection, raws: Mapping[str, Raw]
) -> HttpResponseBase:
    """Write the values; go back to the list when all is well, else to what came of it."""
    query = selection.query
    if selection.whole:
        target: dict[str, Any] = {"filter": query.parsed(), "search": query.search}
    else:
        target = {"ids": sorted(ticked(entry, request.POST))}
    if not selection.asked:
        raise Invalid([FieldError("record", "required", _("Tick records that you may change."))])
    change_set = bulk.change_many(actor, entry.name, _values(entry, raws, request.POST), **target)
    if change_set.state != State.DONE or change_set.counts["failed"]:
        answer = go_to(request, _address("bulk_outcome", entry, change_set.pk, query.encoded()))
    else:
        undo_address = _address("undo_bulk_change", entry, change_set.pk, query.encoded())
        updated = change_set.counts["updated"]
        messages.success(request, _said(change_set.counts), extra_tags=undo_address if updated else "")
        answer = go_to(request, query.url(after=query.after))
    answer.headers["HX-Trigger"] = "selection-used"
    return answer


def _values(entry: ObjectType, raws: Mapping[str, Raw], data: QueryDict) -> dict[str, Any]:
    """Return the values as the door reads them; what is added or taken away says so."""
    values = for_door(raws)
    for key in raws:
        how = data.get(f"how:{key}", "")
        if entry.fields[key].kind.many and how in steps.WORDS:
            values[key] = {how: values[key]}
    return values


def _hows(entry: ObjectType, raws: Mapping[str, Raw], data: QueryDict) -> dict[str, str]:
    """Return how each field that holds several values is to change, as the dialog shows it."""
    return {key: data.get(f"how:{key}", "add") for key in raws if entry.fields[key].kind.many}


def _address(name: str, entry: ObjectType, pk: int, came_from: str) -> str:
    """Return an address of a change that knows the list it was made in."""
    address = reverse(name, args=[entry.slug, pk])
    return f"{address}?{urlencode({'list': came_from})}" if came_from else address


def _list_url(request: HttpRequest, actor: Actor, entry: ObjectType) -> str:
    """Return the address of the list the change was made in; the plain one when it means nothing any more."""
    try:
        query = read_query(actor, entry, QueryDict(request.GET.get("list", "")))
    except (FilterError, NotFound):
        query = ListQuery(entry)
    return query.url(after=query.after)


def _said(counts: Mapping[str, int]) -> str:
    """Say what came of it, in whole sentences."""
    updated, same = counts["updated"], counts["unchanged"]
    words = ngettext("%(n)s record is changed.", "%(n)s records are changed.", updated)
    found = [words % {"n": formats.number(updated)}]
    if same:
        words = ngettext(
            "%(n)s record had these values already.", "%(n)s records had these values already.", same
        )
        found.append(words % {"n": formats.number(same)})
    return " ".join(found)


def _change_set(actor: Actor, entry: ObjectType, pk: int) -> ChangeSet:
    """Return a change of many records of this object. Raises NotFound."""
    found = services.get_change_set(actor, pk)
    if found.kind != ChangeSet.Kind.BULK or found.object != entry.name:
        raise NotFound("change set", pk)
    return found


def _failures(actor: Actor, entry: ObjectType, change_set: ChangeSet) -> list[Conflict]:
    numbers = [each["record_id"] for each in change_set.failures]
    titles = titles_of(entry.name, numbers, filter_context(actor))
    found = []
    for each in change_set.failures:
        number = each["record_id"]
        href = reverse("record", args=[entry.slug, number]) if number in titles else ""
        title = titles.get(number) or f"{entry.label} {number}"
        found.append(Conflict(title, href, "", each["reason"]))
    return found


@require_safe
def outcome(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Show how far a change is, or what came of it and of its undoing."""
    actor, entry = actor_of(request), object_or_404(slug)
    change_set = _change_set(actor, entry, pk)
    running = running_job(change_set)
    undone = undo_context(actor, change_set)
    busy = running is not None or is_undoing(undone)
    context = {
        "entry": entry,
        "change_set": change_set,
        "counts": dict.fromkeys(bulk.OUTCOMES, 0) | change_set.counts,
        "running": running,
        "busy": busy,
        "worker_alive": worker_alive() if busy else True,
        "list_url": _list_url(request, actor, entry),
        "came_from": f"?{urlencode({'list': request.GET['list']})}" if request.GET.get("list") else "",
        "failures": _failures(actor, entry, change_set),
        "may_undo": not busy and change_set.state != State.UNDONE and bool(change_set.counts.get("updated")),
        **undone,
    }
    template = "records/_bulk_outcome.html" if is_fragment(request) else "records/bulk_outcome.html"
    return render(request, template, context)


def _then_outcome(request: HttpRequest, entry: ObjectType, pk: int) -> HttpResponseBase:
    return redirect(_address("bulk_outcome", entry, pk, request.GET.get("list", "")))


@require_POST
def undo(request: HttpRequest, slug: str, pk: int) -> HttpResponseBase:
    """Take a change of many records back, in the background."""
    actor, entry = actor_of(request), object_or_404(slug)
    change_set = _change_set(actor, entry, pk)
    try:
        services.undo(actor, change_set.pk)
    except WrongState as problem:
        messages.error(request, problem.message)
    return _then_outcome(request, entry, pk)


@require_POST
def stop(request: HttpRequest, slug: str, pk: int) -> HttpResponseBase:
    """Stop changing more records."""
    actor, entry = actor_of(request), object_or_404(slug)
    change_set = _change_set(actor, entry, pk)
    try:
        bulk.stop(change_set)
    except WrongState as problem:
        messages.error(request, problem.message)
    return _then_outcome(request, entry, pk)

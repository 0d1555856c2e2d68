"""Making one record from another, and the steps of a record."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from headwater.access.models import Action
from headwater.access.rights import require
from headwater.metadata import registry
from headwater.metadata.objects import ObjectType
from headwater.pipeline.conversion import Verb, find_verb
from headwater.pipeline.services import STEPS, Step
from headwater.records.errors import Invalid
from headwater.records.find import get_record
from headwater.records.models import Record
from headwater.users.actor import Actor
from headwater.web.controls import controls_of, for_door, posted_values, raw_values
from headwater.web.htmx import dialog
from headwater.web.makers import may_take
from headwater.web.objects import object_or_404, title_of
from headwater.web.shell import actor_of
from headwater.web.uploads import posted_form
from headwater.web.views.create import created, form_context, form_keys, starting_values, values_of_form
from headwater.web.views.sections import saved


def _form(
    request: HttpRequest,
    actor: Actor,
    source: ObjectType,
    record: Record,
    verb: Verb,
    form: dict[str, Any],
    status: int,
) -> HttpResponse:
    entry = registry.get(verb.target)
    context = form | {
        "heading": _("New %(object)s from %(name)s")
        % {"object": str(entry.label).lower(), "name": title_of(source, record)},
        "notes": _("Nothing is made until you save."),
        "back": reverse("record", args=[source.slug, record.pk]),
    }
    return render(request, "records/new.html", context, status=status)


@require_http_methods(["GET", "POST"])
def make(request: HttpRequest, slug: str, pk: int, name: str) -> HttpResponseBase:
    """Show the unsaved form, filled from the record; a post makes the new record."""
    actor, source = actor_of(request), object_or_404(slug)
    verb = find_verb(source.name, name)
    if verb is None:
        raise Http404
    entry = registry.get(verb.target)
    record = get_record(actor, source.name, pk, Action.EDIT)
    require(actor, entry.name, Action.CREATE)
    if request.method == "POST":
        posted = posted_form(request, actor, entry, form_keys(entry))
        raws = posted.raws
        try:
            posted.check()
            return created(request, entry, verb.make(actor, pk, values_of_form(actor, entry, raws)))
        except Invalid as problem:
            errors = problem.by_field
            return _form(request, actor, source, record, verb, form_context(actor, entry, raws, errors), 422)
    try:
        raws = starting_values(actor, entry, verb.prefill(actor, pk))
    except Invalid as problem:
        messages.error(request, problem.errors[0].message)
        return redirect("record", slug=source.slug, pk=pk)
    return _form(request, actor, source, record, verb, form_context(actor, entry, raws), 200)


def _ask(
    request: HttpRequest, actor: Actor, entry: ObjectType, record: Record, step: Step, errors: dict[str, str]
) -> HttpResponse:
    fields = [*step.asks.values(), *_further(entry, step, request, errors)]
    raws = posted_values(entry, request.POST, fields) if errors else {}
    controls = controls_of(actor, entry, raw_values(entry, record, fields) | raws, errors)
    for word, key in step.asks.items():
        controls[key].required = word in step.required
    for key in fields[len(step.asks) :]:
        controls[key].required = True
    context = {
        "title": step.label,
        "controls": controls,
        "errors": [message for key, message in errors.items() if key not in controls],
        "action": reverse("step", args=[entry.slug, record.pk, step.name]),
    }
    return dialog(request, "records/_ask.html", context, status=422 if errors else 200)


def _further(entry: ObjectType, step: Step, request: HttpRequest, errors: dict[str, str]) -> list[str]:
    """Return the fields that a step asks for because they are mandatory from it on, or were before."""
    own = {*step.asks.values(), "status"}
    return [
        key
        for key, field in entry.fields.items()
        if field.editable and key not in own and (key in errors or key in request.POST)
    ]


@require_http_methods(["GET", "POST"])
def step(request: HttpRequest, slug: str, pk: int, name: str) -> HttpResponseBase:
    """Take a step, such as declaring a loss; a get asks for what it needs."""
    actor, entry = actor_of(request), object_or_404(slug)
    found = next((s for s in STEPS if s.source == entry.name and s.name == name), None)
    if found is None or not may_take(entry, found):
        raise Http404
    record = get_record(actor, entry.name, pk, Action.EDIT)
    if request.method == "GET":
        return _ask(request, actor, entry, record, found, {})
    raws = for_door(posted_values(entry, request.POST, found.asks.values()))
    more = for_door(posted_values(entry, request.POST, _further(entry, found, request, {})))
    try:
        record = found.run(actor, pk, {word: raws.get(key) for word, key in found.asks.items()}, more)
    except Invalid as problem:
        errors = problem.by_field
        return _ask(request, actor, entry, record, found, errors)
    return saved(request, actor, entry, record, None)

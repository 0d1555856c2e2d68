"""Editing a record in place, section by section."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from headwater.access.models import Action
from headwater.activities.timeline import timeline
from headwater.lib.numbers import whole_number
from headwater.metadata.objects import ObjectType
from headwater.metadata.sections import Section
from headwater.metadata.titles import titles_of
from headwater.records.context import filter_context
from headwater.records.errors import Invalid
from headwater.records.find import get_record
from headwater.records.models import Record
from headwater.users.actor import Actor
from headwater.web.cells import shown_by_key
from headwater.web.controls import Control, Raw, controls_of, posted_values, raw_values
from headwater.web.demands import asked_of_form, asked_of_record
from headwater.web.fitting import adapt
from headwater.web.htmx import dialog, is_fragment
from headwater.web.objects import object_or_404
from headwater.web.panels import OF_VALUES, own_panels
from headwater.web.saving import Conflict, save_form
from headwater.web.shell import actor_of
from headwater.web.uploads import posted_form
from headwater.web.views.records import changing_sections, head_of, links_of, sections_of


def section_or_404(entry: ObjectType, key: str) -> Section:
    """Return the section of an address."""
    for found in entry.sections:
        if found.key == key:
            return found
    raise Http404


def shown_keys(entry: ObjectType, data: QueryDict) -> list[str]:
    """Return the fields that a posted form had, whatever else its section has by now."""
    return [key for key, found in entry.fields.items() if found.editable and f"was.{key}" in data]


def _read_was(request: HttpRequest, entry: ObjectType, keys: list[str]) -> dict[str, Raw]:
    """Return what the form showed when it was opened."""
    found: dict[str, Raw] = {}
    for key in keys:
        text = request.POST.get(f"was.{key}", "").replace("\r\n", "\n")
        many = entry.fields[key].kind.many
        found[key] = tuple(part for part in text.split("|") if part) if many else text
    return found


def _form(
    request: HttpRequest,
    entry: ObjectType,
    record: Record,
    section: Section,
    controls: Mapping[str, Control],
    **more: Any,
) -> HttpResponse:
    template = "records/_section_form.html" if is_fragment(request) else "records/section_page.html"
    adapt(entry, controls)
    context = {
        "entry": entry,
        "record": record,
        "section": section,
        "controls": controls,
        "demands_url": reverse("record_demands", args=[entry.slug, record.pk]),
        "focus": request.GET.get("focus", ""),
    }
    return render(request, template, context | more, status=more.pop("status", 200))


def _with_was(controls: dict[str, Control], was: Mapping[str, Raw]) -> dict[str, Control]:
    for control in [*controls.values(), *(c.currency for c in controls.values() if c.currency)]:
        control.was = was.get(control.name, "")
    return controls


def _conflict(
    request: HttpRequest,
    actor: Actor,
    entry: ObjectType,
    section: Section,
    given: dict[str, Raw],
    clash: Conflict,
) -> HttpResponse:
    """Show the person's values with what is stored now beside each that differs; she chooses."""
    stored = raw_values(entry, clash.current, given)
    words = shown_by_key(actor, entry, clash.current, clash.keys)
    controls = controls_of(actor, entry, given)
    for control in [*controls.values(), *(c.currency for c in controls.values() if c.currency)]:
        if control.name in clash.keys:
            control.stored = _plain(words[control.name]) or _("nothing")
    errors = [_("Somebody else saved this meanwhile. Choose what shall stay, then save.")]
    return _form(
        request, entry, clash.current, section, _with_was(controls, stored), errors=errors, status=409
    )


def _plain(html: Any) -> str:
    return html.striptags() if hasattr(html, "striptags") else str(html)


@require_http_methods(["GET", "POST"])
def section(request: HttpRequest, slug: str, pk: int, key: str) -> HttpResponseBase:
    """Show the form of a section, or save it; ``?show`` gives the section back unchanged."""
    actor = actor_of(request)
    entry = object_or_404(slug)
    drawn = section_or_404(entry, key)
    if request.method == "POST":
        return _save(request, actor, entry, pk, drawn)
    record = get_record(actor, entry.name, pk, Action.SEE if "show" in request.GET else Action.EDIT)
    if "show" in request.GET:
        found = sections_of(actor, entry, record, links_of(actor, entry, record), only=[key])
        context = {"entry": entry, "record": record, "section": next(iter(found), None), "may_edit": True}
        return render(request, "records/_section.html", context)
    was = raw_values(entry, record, [key for key in drawn.fields if entry.fields[key].editable])
    controls = controls_of(actor, entry, was)
    asked_of_record(actor, entry, record).mark(controls.values())
    return _form(request, entry, record, drawn, _with_was(controls, was))


def _save(
    request: HttpRequest, actor: Actor, entry: ObjectType, pk: int, section: Section
) -> HttpResponseBase:
    keys = shown_keys(entry, request.POST)
    record = get_record(actor, entry.name, pk, Action.EDIT)
    posted = posted_form(request, actor, entry, keys)
    was, given = _read_was(request, entry, keys), posted.raws
    version = request.POST.get("version", "")
    taken = request.POST.get("take", "")
    if taken in keys:  # "Use this": the stored value replaces what was typed, and the form stays open
        given[taken] = raw_values(entry, record, [taken])[taken]
        controls = controls_of(actor, entry, given)
        asked_of_form(actor, entry, given, pk).mark(controls.values())
        return _form(request, entry, record, section, _with_was(controls, was))
    try:
        posted.check()
        shown = asked_of_form(actor, entry, given, pk).shown(given)
        record = save_form(actor, entry, pk, shown, was, whole_number(version))
    except Conflict as clash:
        return _conflict(request, actor, entry, section, given, clash)
    except Invalid as problem:
        errors = problem.by_field
        # What the change makes mandatory elsewhere is asked for here.
        further = [
            key for key in errors if key not in keys and key in entry.fields and entry.fields[key].editable
        ]
        stored = raw_values(entry, record, further)
        given, was = given | stored, was | stored
        rest = [message for key, message in errors.items() if key not in given]
        controls = _with_was(controls_of(actor, entry, given, errors), was)
        asked_of_form(actor, entry, given, pk).mark(controls.values())
        return _form(request, entry, record, section, controls, errors=rest, status=422)
    return saved(request, actor, entry, record, section.key)


def saved(
    request: HttpRequest, actor: Actor, entry: ObjectType, record: Record, key: str | None
) -> HttpResponseBase:
    """Answer with what a change touches: the section, the head and the timeline."""
    if not is_fragment(request):
        messages.success(request, _("Saved."))
        return redirect("record", slug=entry.slug, pk=record.pk)
    links = links_of(actor, entry, record)
    context = head_of(actor, entry, record, links, may_edit=True)
    context["timeline"] = timeline(actor, entry.name, record.pk, seen=record)
    context["panels"] = own_panels(actor, entry, record, OF_VALUES)
    wanted = changing_sections(actor, entry) | ({key} if key else set())
    found = {section.key: section for section in sections_of(actor, entry, record, links, only=wanted)}
    context["section"] = found.pop(key, None) if key else None
    context["other_sections"] = list(found.values())
    return render(request, "records/_saved.html", context)


@require_POST
def value(request: HttpRequest, slug: str, pk: int, key: str) -> HttpResponseBase:
    """Set one field from the head of the page, such as the status."""
    actor = actor_of(request)
    entry = object_or_404(slug)
    found = entry.fields.get(key)
    if found is None or not found.editable:
        raise Http404
    extra = [k for k in request.POST if k in entry.fields and k != key and entry.fields[k].editable]
    given = posted_values(entry, request.POST, [key, *extra])
    try:
        record = save_form(actor, entry, pk, given, {}, None)
    except Invalid as problem:
        return _ask(request, actor, entry, pk, key, given, problem)
    return saved(request, actor, entry, record, None)


def _ask(
    request: HttpRequest,
    actor: Actor,
    entry: ObjectType,
    pk: int,
    key: str,
    given: dict[str, Raw],
    problem: Invalid,
) -> HttpResponse:
    """Ask in a dialog for what the new value needs, such as the reasons of a loss."""
    record = get_record(actor, entry.name, pk)
    errors = problem.by_field
    asked = [k for k in entry.fields if k != key and (k in errors or k in given)]
    raws = raw_values(entry, record, asked) | {k: given[k] for k in asked if k in given}
    context = {
        "entry": entry,
        "record": record,
        "key": key,
        "value": given[key],
        "title": _("%(field)s: %(value)s")
        % {"field": entry.fields[key].label, "value": _named(actor, entry, key, given[key])},
        "controls": controls_of(actor, entry, raws, errors),
        "errors": [message for k, message in errors.items() if k not in asked],
        "action": reverse("value", args=[entry.slug, pk, key]),
    }
    return dialog(request, "records/_ask.html", context, status=422)


def _named(actor: Actor, entry: ObjectType, key: str, raw: Raw) -> str:
    """Say a value that a button gives: an option, or the record that a link leads to."""
    found, word = entry.fields[key], str(raw)
    if found.target and (number := whole_number(word)) is not None:
        return titles_of(found.target, [number], filter_context(actor)).get(number, word)
    return found.choice_label(word)

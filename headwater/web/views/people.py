"""The people and addresses of a record: adding, roles, the primary one."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from headwater.access.models import Action
from headwater.activities.timeline import timeline
from headwater.customers import services as customers
from headwater.customers.roles import PART
from headwater.metadata import registry
from headwater.metadata.objects import ObjectType
from headwater.records.errors import Invalid
from headwater.records.find import get_record, may
from headwater.records.models import Record
from headwater.users.actor import Actor
from headwater.web.cells import Links
from headwater.web.controls import (
    Control,
    Raw,
    as_typed,
    control_of,
    controls_of,
    for_door,
    posted_values,
    raw_of,
)
from headwater.web.htmx import dialog, is_fragment
from headwater.web.objects import object_or_404
from headwater.web.panels import own_panels
from headwater.web.shell import actor_of

PERSON = ("salutation", "first_name", "last_name", "job_title", "email", "phone")
NEW_PART = ("role", "preferred_channel", "since")
PLACE = ("kind", "line1", "line2", "postal_code", "city", "state", "country")


def _open_keys(entry: ObjectType, keys: tuple[str, ...]) -> list[str]:
    """Return those of some fields that the reader may fill in."""
    return [key for key in keys if key in entry.fields and entry.fields[key].editable]


def panel_answer(
    request: HttpRequest, actor: Actor, entry: ObjectType, record: Record, key: str
) -> HttpResponseBase:
    """Answer a change with the panel as it is now."""
    if not is_fragment(request):
        return redirect("record", slug=entry.slug, pk=record.pk)
    panel = next(iter(own_panels(actor, entry, record, [key])), None)
    if panel is None:
        raise Http404
    context = {"entry": entry, "record": record, "panel": panel, "may_edit": may(actor, record, Action.EDIT)}
    context["timeline"] = timeline(actor, entry.name, record.pk, seen=record)
    return render(request, "records/_panel_saved.html", context)


def _dialog(
    request: HttpRequest, template: str, context: dict[str, Any], errors: dict[str, str]
) -> HttpResponse:
    context["errors"] = [message for key, message in errors.items() if key not in context["controls"]]
    return dialog(request, template, context, status=422 if errors else 200)


def _posted_part(request: HttpRequest, keys: Iterable[str]) -> dict[str, Raw]:
    """Return what a form says of a person at the record."""
    return {key: as_typed(PART[key].kind.name, request.POST[key]) for key in keys if key in request.POST}


def _part_controls(actor: Actor, raws: Mapping[str, Raw], errors: Mapping[str, str]) -> dict[str, Control]:
    """Return controls for what a person is at the record."""
    controls = {key: control_of(PART[key], raw, Links(actor, [], [])) for key, raw in raws.items()}
    for key, control in controls.items():
        control.error = errors.get(key, "")
    return controls


@require_http_methods(["GET", "POST"])
def add_person(request: HttpRequest, slug: str, pk: int) -> HttpResponseBase:
    """Ask for a person: one who is known, or a new one; and what she is here."""
    actor, entry = actor_of(request), object_or_404(slug)
    record = get_record(actor, entry.name, pk, Action.EDIT)
    contact = registry.get("contact")
    raws: dict[str, Raw] = dict.fromkeys(_open_keys(contact, PERSON), "")
    part: dict[str, Any] = dict.fromkeys(NEW_PART, "")
    errors: dict[str, str] = {}
    if request.method == "POST":
        raws |= posted_values(contact, request.POST, list(raws))
        part |= _posted_part(request, NEW_PART)
        known, primary = request.POST.get("contact", ""), request.POST.get("primary") == "true"
        try:
            if known:
                customers.link_contact(actor, entry.name, pk, known, primary=primary, **part)
            else:
                customers.add_contact(actor, entry.name, pk, for_door(raws), primary=primary, **part)
        except Invalid as problem:
            errors = problem.by_field
        else:
            return panel_answer(request, actor, entry, record, "people")
    controls = controls_of(actor, contact, raws, errors) | _part_controls(actor, part, errors)
    context = {"entry": entry, "record": record, "controls": controls}
    return _dialog(request, "records/_add_person.html", context, errors)


@require_http_methods(["GET", "POST"])
def change_person(request: HttpRequest, slug: str, pk: int, link: int) -> HttpResponseBase:
    """Ask what a person is here: her role, the channel she prefers, from when and until when."""
    actor, entry = actor_of(request), object_or_404(slug)
    record = get_record(actor, entry.name, pk, Action.EDIT)
    found = customers.contact_link(actor, entry.name, pk, link)
    raws: dict[str, Any] = {key: raw_of(field, field.value_of(found)) for key, field in PART.items()}
    errors: dict[str, str] = {}
    if request.method == "POST":
        raws |= _posted_part(request, PART)
        try:
            customers.change_role(actor, entry.name, pk, link, **raws)
        except Invalid as problem:
            errors = problem.by_field
        else:
            return panel_answer(request, actor, entry, record, "people")
    controls = _part_controls(actor, raws, errors)
    context = {"entry": entry, "record": record, "link": found, "controls": controls}
    return _dialog(request, "records/_change_person.html", context, errors)


@require_http_methods(["GET", "POST"])
def add_place(request: HttpRequest, slug: str, pk: int) -> HttpResponseBase:
    """Ask for an address."""
    actor, entry = actor_of(request), object_or_404(slug)
    record = get_record(actor, entry.name, pk, Action.EDIT)
    address = registry.get("address")
    raws: dict[str, Raw] = dict.fromkeys(_open_keys(address, PLACE), "")
    if request.method == "POST":
        raws |= posted_values(address, request.POST, list(raws))
    errors: dict[str, str] = {}
    if request.method == "POST":
        try:
            customers.add_address(actor, entry.name, pk, for_door(raws))
        except Invalid as problem:
            errors = problem.by_field
        else:
            return panel_answer(request, actor, entry, record, "places")
    context = {"entry": entry, "record": record, "controls": controls_of(actor, address, raws, errors)}
    return _dialog(request, "records/_add_place.html", context, errors)


_PEOPLE = {
    "primary": customers.make_contact_primary,
    "end": customers.end_role,
    "removal": customers.unlink_contact,
}
_PLACES = {"primary": customers.make_address_primary, "removal": customers.unlink_address}


@require_POST
def person_verb(request: HttpRequest, slug: str, pk: int, link: int, verb: str) -> HttpResponseBase:
    """Make a person the primary one, end her role, or take her off."""
    actor, entry = actor_of(request), object_or_404(slug)
    record = get_record(actor, entry.name, pk, Action.EDIT)
    if verb not in _PEOPLE:
        raise Http404
    _PEOPLE[verb](actor, entry.name, pk, link)
    return panel_answer(request, actor, entry, record, "people")


@require_POST
def place_verb(request: HttpRequest, slug: str, pk: int, link: int, verb: str) -> HttpResponseBase:
    """Make an address the primary one, or take it off."""
    actor, entry = actor_of(request), object_or_404(slug)
    record = get_record(actor, entry.name, pk, Action.EDIT)
    if verb not in _PLACES:
        raise Http404
    _PLACES[verb](actor, entry.name, pk, link)
    return panel_answer(request, actor, entry, record, "places")

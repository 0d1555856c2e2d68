"""The people and addresses of a record: adding, roles, the primary one."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from headwater.access.models import Action
from headwater.activities.timeline import timeline
from headwater.customers import services as customers
from headwater.metadata import registry
from headwater.metadata.objects import ObjectType
from headwater.records.errors import Invalid
from headwater.records.find import get_record, may
from headwater.records.models import Record
from headwater.users.actor import Actor
from headwater.web.controls import Raw, controls_of, for_door, posted_values
from headwater.web.htmx import is_fragment
from headwater.web.objects import object_or_404
from headwater.web.panels import panel_of
from headwater.web.shell import actor_of

PERSON = ("salutation", "first_name", "last_name", "job_title", "email", "phone")
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
    try:
        panel = panel_of(actor, entry, record, key)
    except LookupError:
        raise Http404 from None
    context = {"entry": entry, "record": record, "panel": panel, "may_edit": may(actor, record, Action.EDIT)}
    context["timeline"] = timeline(actor, entry.name, record.pk, seen=record)
    return render(request, "records/_panel_saved.html", context)


def _dialog(
    request: HttpRequest, template: str, context: dict[str, Any], errors: dict[str, str]
) -> HttpResponse:
    context["errors"] = [message for key, message in errors.items() if key not in context["controls"]]
    response = render(request, template, context, status=422 if errors else 200)
    response.headers["HX-Retarget"] = "#dialog"
    response.headers["HX-Reswap"] = "innerHTML"
    return response


@require_http_methods(["GET", "POST"])
def add_person(request: HttpRequest, slug: str, pk: int) -> HttpResponseBase:
    """Ask for a person: one who is known, or a new one; with a role."""
    actor, entry = actor_of(request), object_or_404(slug)
    record = get_record(actor, entry.name, pk, Action.EDIT)
    contact = registry.get("contact")
    raws: dict[str, Raw] = dict.fromkeys(_open_keys(contact, PERSON), "")
    if request.method == "POST":
        raws |= posted_values(contact, request.POST, list(raws))
    errors: dict[str, str] = {}
    if request.method == "POST":
        role, known = request.POST.get("role", ""), request.POST.get("contact", "")
        primary = request.POST.get("primary") == "true"
        try:
            if known:
                customers.link_contact(actor, entry.name, pk, known, role=role, primary=primary)
            else:
                customers.add_contact(actor, entry.name, pk, for_door(raws), role=role, primary=primary)
        except Invalid as problem:
            errors = problem.by_field
        else:
            return panel_answer(request, actor, entry, record, "people")
    context = {
        "entry": entry,
        "record": record,
        "controls": controls_of(actor, contact, raws, errors),
        "roles": [(c.key, str(c.label)) for c in customers.ROLE.choices() if c.active],
        "role": request.POST.get("role", ""),
    }
    return _dialog(request, "records/_add_person.html", context, errors)


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
    """Make a person the primary one, end her role, take her off, or change the role."""
    actor, entry = actor_of(request), object_or_404(slug)
    record = get_record(actor, entry.name, pk, Action.EDIT)
    if verb == "role":
        customers.change_role(actor, entry.name, pk, link, request.POST.get("role", ""))
    elif verb in _PEOPLE:
        _PEOPLE[verb](actor, entry.name, pk, link)
    else:
        raise Http404
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

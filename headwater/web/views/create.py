"""The form of a new record, empty or filled from another record."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from headwater.access.models import Action
from headwater.access.rights import require
from headwater.metadata.objects import ObjectType
from headwater.records.errors import Invalid
from headwater.records.write import create_record
from headwater.users.actor import Actor
from headwater.web.controls import Raw, controls_of, for_door, raw_of
from headwater.web.demands import asked_of_form
from headwater.web.fitting import adapt
from headwater.web.objects import object_or_404, title_of
from headwater.web.shell import actor_of
from headwater.web.uploads import posted_form


def form_keys(entry: ObjectType) -> list[str]:
    """Return the fields that a new record's form has, in the order of the sections."""
    return [key for section in entry.sections for key in section.fields if entry.fields[key].editable]


def starting_values(actor: Actor, entry: ObjectType, given: dict[str, Any]) -> dict[str, Raw]:
    """Return what the form starts with: defaults, the reader as owner, and what was given."""
    found: dict[str, Raw] = {}
    for key in form_keys(entry):
        field = entry.fields[key]
        default = (
            actor.user_id if key == "owner" else field.default() if callable(field.default) else field.default
        )
        # what is given is typed, or in JSON form: read as the door would
        value = field.kind.clean(given[key], field) if key in given else default
        found[key] = raw_of(field, getattr(value, "pk", value))
    return found


def form_context(
    actor: Actor, entry: ObjectType, raws: dict[str, Raw], errors: dict[str, str] | None = None
) -> dict[str, Any]:
    """Return the sections with their controls; messages that belong to no control stand above.

    A field that the request left out has an empty control.
    """
    empty: dict[str, Raw] = dict.fromkeys(form_keys(entry), "")
    raws = empty | raws
    controls = controls_of(actor, entry, raws, errors)
    asked_of_form(actor, entry, raws).mark(controls.values())
    adapt(entry, controls)
    sections = []
    for number, section in enumerate(section for section in entry.sections if section.fields):
        inside = {key: controls[key] for key in section.fields if key in controls}
        filled = any(c.error or c.required or (c.raw and c.raw != "false") for c in inside.values())
        if inside:
            sections.append(
                {
                    "label": section.label,
                    "columns": section.columns,
                    "controls": inside,
                    "open": number < 2 or filled,
                }
            )
    rest = [message for key, message in (errors or {}).items() if key not in raws]
    return {
        "entry": entry,
        "sections": sections,
        "errors": rest,
        "demands_url": reverse("demands", args=[entry.slug]),
    }


def values_of_form(actor: Actor, entry: ObjectType, raws: dict[str, Raw]) -> dict[str, Any]:
    """Return what a form of a new record says, in the form that the door reads."""
    return for_door(asked_of_form(actor, entry, raws).shown(raws))


def created(request: HttpRequest, entry: ObjectType, record: Any) -> HttpResponseBase:
    name = title_of(entry, record)
    messages.success(request, _("“%(name)s” is created.") % {"name": name})
    return redirect("record", slug=entry.slug, pk=record.pk)


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest, slug: str) -> HttpResponseBase:
    """Show the form of a new record, or create it. The address may carry starting values."""
    actor = actor_of(request)
    entry = object_or_404(slug)
    require(actor, entry.name, Action.CREATE)
    if request.method == "POST":
        posted = posted_form(request, actor, entry, form_keys(entry))
        raws = posted.raws
        try:
            posted.check()
            record = create_record(actor, entry.name, values_of_form(actor, entry, raws))
            return created(request, entry, record)
        except Invalid as problem:
            errors = problem.by_field
            return _page(request, form_context(actor, entry, raws, errors), 422)
    given = {key: request.GET[key] for key in form_keys(entry) if key in request.GET}
    try:
        raws = starting_values(actor, entry, given)
    except ValueError:
        raws = starting_values(actor, entry, {})
    return _page(request, form_context(actor, entry, raws), 200)


def _page(request: HttpRequest, context: dict[str, Any], status: int) -> HttpResponse:
    return render(request, "records/new.html", context, status=status)

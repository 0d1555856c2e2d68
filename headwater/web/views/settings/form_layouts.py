"""Form layouts: administrators put the fields of an object into sections and order."""

import json
from dataclasses import dataclass

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from headwater.metadata import registry
from headwater.metadata.custom import layouts
from headwater.metadata.custom.arranging import needed_on_form
from headwater.metadata.errors import BadDefinition
from headwater.metadata.objects import Field, ObjectType
from headwater.metadata.sections import Section
from headwater.web.htmx import go_to, is_fragment
from headwater.web.objects import object_or_404
from headwater.web.shell import menu_objects
from headwater.web.views.settings.forms import administrators_only

_MOST = 1000  # fields that one request may name


def object_tabs(name: str, address: str) -> list[tuple[str, str, bool]]:
    """Return the objects that have fields, as tabs to one page of theirs."""
    entries = [*menu_objects(), *(entry for entry in registry.objects() if not entry.in_menu)]
    return [
        (str(each.label_plural), reverse(address, args=[each.slug]), each.name == name) for each in entries
    ]


@dataclass(frozen=True)
class Row:
    """A field in the editor; a needed one cannot leave the form."""

    field: Field
    is_needed: bool


@require_safe
@administrators_only
def form_layout(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the sections of an object's form with their fields."""
    entry = object_or_404(slug)
    needed = needed_on_form(entry)

    def rows(keys: tuple[str, ...]) -> list[Row]:
        return [Row(entry.fields[key], key in needed) for key in keys]

    context = {
        "entry": entry,
        "tabs": object_tabs(entry.name, "form_layout"),
        "sections": [(section, rows(section.fields)) for section in entry.sections],
        "off_form": rows(entry.off_form),
        "is_changed": layouts.has_layout(entry.name),
    }
    return render(request, "settings/form_layout.html", context)


@require_POST
@administrators_only
def arrange(request: HttpRequest, slug: str) -> HttpResponseBase:
    """Move fields: ``keys`` are all lists at once, ``key`` one field by ``move`` or ``to`` a section."""
    entry = object_or_404(slug)
    try:
        if "keys" in request.POST:
            layouts.arrange_fields(entry.name, _read_places(request.POST["keys"]))
            return HttpResponse(status=204)
        if "to" in request.POST:
            layouts.place_field(entry.name, request.POST.get("key", ""), request.POST["to"])
        else:
            layouts.move_field(entry.name, request.POST.get("key", ""), _step(request))
    except BadDefinition as problem:
        message = problem.problems[0].message
        if "keys" in request.POST:
            return JsonResponse({"message": message}, status=422)
        messages.error(request, message)
    except (LookupError, ValueError):
        raise Http404 from None
    return go_back(request, slug)


def go_back(request: HttpRequest, slug: str) -> HttpResponseBase:
    """Show the layout as it is by now."""
    return go_to(request, reverse("form_layout", args=[slug]))


def _step(request: HttpRequest) -> int:
    return {"up": -1, "down": 1}.get(request.POST.get("move", ""), 0)


def _read_places(text: str) -> dict[str, list[str]]:
    """Read lists of fields by section. Raises ValueError."""
    try:
        given = json.loads(text)
    except RecursionError:
        raise ValueError(text[:20]) from None
    is_right = isinstance(given, dict) and all(
        isinstance(keys, list) and all(isinstance(key, str) for key in keys) for keys in given.values()
    )
    if not is_right or sum(map(len, given.values())) > _MOST:
        raise ValueError(text[:20])
    found: dict[str, list[str]] = given
    return found


@require_POST
@administrators_only
def order_sections(request: HttpRequest, slug: str) -> HttpResponseBase:
    """Put the sections in another order: ``keys`` all of them, or ``key`` and ``move`` for one step."""
    entry = object_or_404(slug)
    if "keys" in request.POST:
        layouts.order_sections(entry.name, request.POST["keys"].split(",")[: layouts.MOST_SECTIONS])
        return HttpResponse(status=204)
    keys = [section.key for section in entry.sections]
    at = keys.index(section_of(entry, request.POST.get("key", "")).key)
    keys.insert(max(0, at + _step(request)), keys.pop(at))
    layouts.order_sections(entry.name, keys)
    return go_back(request, slug)


def section_of(entry: ObjectType, key: str) -> Section:
    """Return a section, or 404."""
    found = next((section for section in entry.sections if section.key == key), None)
    if found is None:
        raise Http404
    return found


@require_http_methods(["GET", "POST"])
@administrators_only
def section(request: HttpRequest, slug: str, key: str = "") -> HttpResponseBase:
    """Name a section in every language and say how many columns it has; without a key make one."""
    entry = object_or_404(slug)
    found = section_of(entry, key) if key else Section("", "", ())
    name, names, columns = found.name, dict(found.names), found.columns
    errors: dict[str, str] = {}
    if request.method == "POST":
        name = request.POST.get("name", "")
        names = {code: request.POST.get(f"name_{code}", "") for code, _name in settings.LANGUAGES}
        columns = 1 if request.POST.get("columns") == "1" else 2
        try:
            layouts.save_section(entry.name, key, name, names, columns)
        except BadDefinition as problem:
            errors = {each.at: each.message for each in reversed(problem.problems)}
        else:
            return go_back(request, slug)
    shipped = next((s.label for s in registry.base(entry.name).sections if s.key == key), "")
    context = {
        "entry": entry,
        "section": found,
        "name": name,
        "names": names,
        "columns": str(columns),
        "shipped": shipped,
        "may_go": bool(key) and len(entry.sections) > 1,
        "languages": settings.LANGUAGES,
        "errors": errors,
        "address": request.path,
    }
    template = "settings/_form_section.html" if is_fragment(request) else "settings/form_section.html"
    return render(request, template, context, status=422 if errors else 200)


@require_POST
@administrators_only
def remove_section(request: HttpRequest, slug: str, key: str) -> HttpResponseBase:
    """Take a section away; its fields go to the one beside it."""
    entry = object_or_404(slug)
    try:
        layouts.remove_section(entry.name, key)
    except LookupError:
        raise Http404 from None
    return go_back(request, slug)


@require_safe
@administrators_only
def destinations(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """Ask to which section a field shall go."""
    entry = object_or_404(slug)
    if key not in entry.fields:
        raise Http404
    context = {
        "entry": entry,
        "field": entry.fields[key],
        "sections": [(s.key, s.label, key in s.fields) for s in entry.sections],
        "is_off": key in entry.off_form,
        "is_needed": key in needed_on_form(entry),
    }
    template = "settings/_form_move.html" if is_fragment(request) else "settings/form_move.html"
    return render(request, template, context)


@require_POST
@administrators_only
def reset(request: HttpRequest, slug: str) -> HttpResponse:
    """Let the form be as it is shipped."""
    entry = object_or_404(slug)
    layouts.reset(entry.name)
    messages.success(request, _("The form is as it is shipped."))
    return redirect("form_layout", slug=slug)

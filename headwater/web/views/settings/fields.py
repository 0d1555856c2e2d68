"""Fields that administrators make: the list of each object, making one, changing one."""

from dataclasses import replace
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from headwater.metadata import registry
from headwater.metadata.custom import definitions
from headwater.metadata.custom.computed import COMPUTED
from headwater.metadata.custom.definitions import KINDS, BadDefinition, Definition
from headwater.metadata.custom.entries import field_of
from headwater.metadata.custom.indexing import slot_of
from headwater.metadata.custom.rows import list_slug
from headwater.metadata.custom.slots import family_of
from headwater.metadata.custom.uniqueness import CAN_BE_UNIQUE
from headwater.metadata.models import CustomField
from headwater.metadata.objects import ObjectType
from headwater.metadata.titles import titles_of
from headwater.records.context import filter_context
from headwater.records.custom_values import count_filled, count_views
from headwater.records.slots import progress_of
from headwater.records.unique import uniqueness_of
from headwater.reports.services import count_naming
from headwater.web.cells import Links
from headwater.web.controls import Control, as_typed, control_of, raw_of
from headwater.web.objects import object_or_404
from headwater.web.shell import actor_of, menu_objects
from headwater.web.views.settings.conditions import rules_of
from headwater.web.views.settings.field_access import access_panel, built_in_lines, built_in_page, kept_pills
from headwater.web.views.settings.field_rows import row_or_404, said
from headwater.web.views.settings.form_layouts import object_tabs
from headwater.web.views.settings.forms import administrators_only, number, posted
from headwater.web.views.settings.formulas import formula_words

ALWAYS = "always"
_WITHOUT_DEFAULT = frozenset({"user", "relation", "relations", "boolean", "file", "address", COMPUTED})


@require_safe
@administrators_only
def fields(request: HttpRequest, slug: str = "") -> HttpResponse:
    """List the fields of one object in their order."""
    if not slug:
        return redirect("custom_fields", slug=menu_objects()[0].slug)
    entry = object_or_404(slug)
    context = {
        "entry": entry,
        "rows": [(row, _kind_of(row), _pills(entry, row)) for row in definitions.fields_of(entry.name)],
        "tabs": object_tabs(entry.name, "custom_fields"),
        "built_in": built_in_lines(entry),
        "kept": kept_pills(entry.name),
    }
    return render(request, "settings/fields.html", context)


@require_http_methods(["GET", "POST"])
@administrators_only
def new_field(request: HttpRequest, slug: str) -> HttpResponse:
    """Ask for the kind of a new field, then for the rest; a post makes it."""
    entry = object_or_404(slug)
    kinds = definitions.offered_kinds(entry)
    kind = request.POST.get("kind", request.GET.get("kind", ""))
    if kind not in kinds:
        return render(request, "settings/field_kinds.html", {"entry": entry, "kinds": kinds})
    row = CustomField(object=entry.name, kind=kind)
    if request.method == "POST":
        given = _read(request, row)
        try:
            made = definitions.add_field(entry.name, given)
        except BadDefinition as problem:
            return _form(request, entry, row, given, problem)
        text = _("“%(label)s” is made. It is in lists, forms and reports from now on.")
        messages.success(request, text % {"label": made.label})
        return redirect("custom_fields", slug=slug)
    return _form(request, entry, row, Definition(kind=kind, section=_last_section(entry)))


def section_of_row(row: CustomField) -> str:
    """Return the name of the section in which a field stands; its own while it stands in none."""
    sections = registry.whole(row.object).sections
    return next((str(each.label) for each in sections if row.key in each.fields), row.section)


def _last_section(entry: ObjectType) -> str:
    """Return where the field made before this one stands: the next often belongs there too."""
    known = definitions.fields_of(entry.name)
    return section_of_row(known[-1]) if known else ""


@require_http_methods(["GET", "POST"])
@administrators_only
def field(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """Change a field; one of the product is shown only."""
    entry = object_or_404(slug)
    if key in registry.base(entry.name).fields and request.method == "GET":
        return built_in_page(request, entry, entry.fields[key])
    row = row_or_404(entry, key)
    if request.method == "POST":
        given = _read(request, row)
        try:
            definitions.change_field(entry.name, key, given)
        except BadDefinition as problem:
            return _form(request, entry, row, given, problem)
        messages.success(request, _("Saved."))
        return redirect("custom_fields", slug=slug)
    return _form(request, entry, row, replace(said(row), section=section_of_row(row)))


@require_POST
@administrators_only
def switch(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """Take a field out of everything, or bring it back."""
    entry = object_or_404(slug)
    is_active = request.POST.get("active") == "true"
    row = row_or_404(entry, key)
    try:
        definitions.switch_field(entry.name, key, is_active=is_active)
    except BadDefinition as problem:
        messages.error(request, problem.problems[0].message)
    else:
        text = _("“%(label)s” is on again.") if is_active else _("“%(label)s” is off. Nothing is lost.")
        messages.success(request, text % {"label": row.label})
    return redirect("custom_fields", slug=slug)


@require_POST
@administrators_only
def order(request: HttpRequest, slug: str) -> HttpResponse:
    """Put the fields in another order: ``keys`` all of them, or ``key`` and ``move`` for one step."""
    entry = object_or_404(slug)
    if "keys" in request.POST:
        definitions.order_fields(entry.name, request.POST["keys"].split(",")[: definitions.MOST_FIELDS])
        return HttpResponse(status=204)
    step = {"up": -1, "down": 1}.get(request.POST.get("move", ""), 0)
    try:
        definitions.move_field(entry.name, request.POST.get("key", ""), step)
    except LookupError:
        raise Http404 from None
    return redirect("custom_fields", slug=slug)


def _kind_of(row: CustomField) -> str:
    """Return the kind of a field in words; of a computed one with that of its result."""
    if not row.formula:
        return str(KINDS[row.kind])
    words = {"computed": KINDS[COMPUTED], "result": KINDS[row.kind]}
    return _("%(computed)s: %(result)s") % words


def _read(request: HttpRequest, row: CustomField) -> Definition:
    """Return what the form says; what it does not ask for stays as the row has it."""
    names = ("label", "help", "section", "target", "places", "default", "mandatory", "formula", "result")
    texts = posted(request, *names)
    default: Any = as_typed(row.kind, texts["default"]) or None
    if row.kind == "multi_choice":
        default = request.POST.getlist("default") or None
    section = texts["section"]
    if row.key and section == section_of_row(row):  # where it stands is as it was
        section = row.section
    return Definition(
        label=texts["label"],
        kind=row.kind,
        labels={code: request.POST.get(f"label_{code}", "") for code, _name in settings.LANGUAGES},
        help=texts["help"],
        section=section,
        is_required=texts["mandatory"] == ALWAYS,
        required_from="" if texts["mandatory"] == ALWAYS else texts["mandatory"],
        required_when=row.required_when,
        visible_when=row.visible_when,
        is_indexed=request.POST.get("is_indexed") == "true",
        is_unique=request.POST.get("is_unique") == "true",
        default=default,
        decimal_places=number(texts["places"]) if texts["places"] else row.decimal_places,
        target=texts["target"] or row.target,
        options=request.POST.get("options", "").splitlines(),
        formula=texts["formula"],
        result=texts["result"],
    )


def _form(
    request: HttpRequest,
    entry: ObjectType,
    row: CustomField,
    given: Definition,
    problem: BadDefinition | None = None,
) -> HttpResponse:
    errors: dict[str, str] = {}
    for each in problem.problems if problem else ():
        errors.setdefault(each.at.partition(".")[0], each.message)
    context = {
        "entry": entry,
        "row": row,
        "given": given,
        "errors": errors,
        "kind": _kind_of(row),
        "words": formula_words(entry, row) if row.formula or row.kind == COMPUTED else None,
        "default": _default(request, row, given, errors),
        "languages": settings.LANGUAGES,
        "targets": [(name, str(label)) for name, label in definitions.targets_of(row.kind).items()],
        "sections": [str(section.label) for section in entry.sections],
        "typed_options": "\n".join(given.options),
        "used": _used(row) if row.key else None,
        "mandatory": ALWAYS if given.is_required else given.required_from,
        "mandatory_options": _mandatory_options(entry),
        "rules": rules_of(entry, row) if row.key else [],
        "can_index": bool(family_of(row.kind)),
        "can_be_unique": row.kind in CAN_BE_UNIQUE and not row.formula,
        "uniqueness": uniqueness_of(row) if row.key else None,
        "clashes": _clashes(request, entry, row) if row.key else [],
        "index_filled": _index_filled(row),
        "list_slug": list_slug,
        "access": access_panel(entry, entry.fields[row.key]) if row.key in entry.fields else None,
    }
    return render(request, "settings/field.html", context, status=422 if problem else 200)


def _default(
    request: HttpRequest, row: CustomField, given: Definition, errors: dict[str, str]
) -> Control | None:
    """Return the control of what new records begin with; a list that is not made yet has no options."""
    if (
        row.formula
        or row.kind in _WITHOUT_DEFAULT
        or (not row.key and row.kind in ("choice", "multi_choice"))
    ):
        return None
    found = field_of(CustomField(object=row.object, key=row.key or "cf_new", kind=row.kind))
    raw = _raw(given.default) if errors else raw_of(found, field_of(row).default if row.key else None)
    shown = replace(found, key="default", label=_("What new records begin with"), help="")
    control = control_of(shown, raw, Links(actor_of(request), [], []))
    control.error = errors.get("default", "")
    return control


def _index_filled(row: CustomField) -> int | None:
    """Return how much of a field's index is filled, in percent; None where it has none."""
    slot = slot_of(row)
    return None if slot is None else progress_of(slot)


def _raw(typed: Any) -> Any:
    return tuple(typed) if isinstance(typed, list) else str(typed or "")


def _mandatory_options(entry: ObjectType) -> list[tuple[str, str]]:
    """Return what a field can be mandatory from: always, or a status or stage on."""
    found = [(ALWAYS, _("Always: nobody can save a new record without it"))]
    for point in entry.progress.points() if entry.progress else ():
        name = f"{point.group} › {point.label}" if point.group else str(point.label)
        words = {"step": entry.fields[point.field].label, "point": name}
        found.append((point.key, _("From “%(point)s” on (%(step)s)") % words))
    return found


def _clashes(request: HttpRequest, entry: ObjectType, row: CustomField) -> list[list[tuple[str, str]]]:
    """Return the names and addresses of records for which a field could not become unique, pair by pair."""
    unique = uniqueness_of(row)
    pairs = unique.clashes if unique else []
    numbers = {number for pair in pairs for number in pair}
    names = titles_of(entry.name, numbers, filter_context(actor_of(request)))
    return [
        [(names.get(number, f"#{number}"), reverse("record", args=[entry.slug, number])) for number in pair]
        for pair in pairs
    ]


def _pills(entry: ObjectType, row: CustomField) -> list[str]:
    """Say in short what a field asks for."""
    found = [_("Mandatory")] if row.is_required else []
    if row.required_from and not row.is_required:
        words = dict(_mandatory_options(entry))
        found.append(words.get(row.required_from, _("Mandatory")))
    if row.required_when or row.visible_when:
        found.append(_("Conditional"))
    unique, filled = uniqueness_of(row), _index_filled(row)
    if unique is not None and unique.state == "unique":
        found.append(_("Unique"))
    if unique is not None and unique.state == "checking":
        found.append(_("Being checked, %(percent)s %%") % {"percent": unique.percent})
    if filled is not None:
        found.append(
            _("Indexed") if filled == 100 else _("Being indexed, %(percent)s %%") % {"percent": filled}
        )
    return found


def _used(row: CustomField) -> dict[str, int]:
    """Return what has something in the field or names it."""
    return {
        "records": count_filled(row.object, row.key),
        "views": count_views(row.object, row.key),
        "reports": count_naming(row.key),
    }

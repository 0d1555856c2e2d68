"""Roles: what each of them lets people do."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from headwater.access import roles as services
from headwater.access.models import ANY_OBJECT, Action, Scope
from headwater.access.roles import Matrix
from headwater.lib import formats
from headwater.metadata import registry
from headwater.metadata.objects import ObjectType
from headwater.records.field_rights import FieldRights, choices_of, field_rights_of, set_field_rights
from headwater.users.models import Role
from headwater.web.shell import actor_of
from headwater.web.views.settings.forms import administrators_only, messages_of, number, posted

MAIN_OBJECT = "lead"
Line = tuple[str, str, str, list[tuple[str, str]]]


@require_safe
@administrators_only
def roles(request: HttpRequest) -> HttpResponse:
    """List the roles with how many people have each."""
    found = Role.objects.annotate(people=Count("users")).prefetch_related("rights")
    rows = [(role, _in_short(services.rights_of(role))) for role in found]
    return render(request, "settings/roles.html", {"roles": rows})


def _in_short(rights: Matrix) -> str:
    """Say what a role mostly is: how far it sees and changes."""
    see, edit = (rights.get((ANY_OBJECT, action), Scope.NONE) for action in (Action.SEE, Action.EDIT))
    words = {"see": Scope(see).label, "edit": Scope(edit).label}
    return _("Sees: %(see)s · Edits: %(edit)s") % words


@require_http_methods(["GET", "POST"])
@administrators_only
def new_role(request: HttpRequest) -> HttpResponse:
    """Make a role, from nothing or with the rights of another."""
    errors: dict[str, str] = {}
    values = posted(request, "label", "like")
    if request.method == "POST":
        like = Role.objects.filter(pk=number(values["like"])).first()
        try:
            made = services.create_role(actor_of(request), values["label"], like=like)
        except ValidationError as problem:
            errors = messages_of(problem)
        else:
            return redirect("role", pk=made.pk)
    context = {"values": values, "errors": errors, "roles": list(Role.objects.values_list("pk", "label"))}
    return render(request, "settings/new_role.html", context, status=422 if errors else 200)


def _name(object_name: str, action: str) -> str:
    return f"{'any' if object_name == ANY_OBJECT else object_name}-{action}"


def _read_matrix(data: QueryDict) -> Matrix:
    """Return the scopes that the form holds; an object's empty choice follows every object."""
    return {
        (name, action): scope
        for name in services.known_objects()
        for action in Action.values
        if (scope := data.get(_name(name, action), "").strip())
    }


def _lines(matrix: Matrix) -> list[tuple[str, bool, list[tuple[str, str, str]]]]:
    """Return the rows of the editor: (label, whether it may follow the first row, cells)."""
    labels = {ANY_OBJECT: _("All records")} | {
        entry.name: str(entry.label_plural) for entry in registry.objects()
    }
    return [
        (
            labels[name],
            name != ANY_OBJECT,
            [(_name(name, action), str(action.label), matrix.get((name, action), "")) for action in Action],
        )
        for name in services.known_objects()
    ]


@require_http_methods(["GET", "POST"])
@administrators_only
def role(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a role's rights as a table of choices; a post saves all of them."""
    found = get_object_or_404(Role, pk=pk)
    matrix, label, errors = services.rights_of(found), found.label, {}
    reach = found.people_reach
    if request.method == "POST":
        label, reach = request.POST.get("label", ""), request.POST.get("people_reach", reach)
        matrix = _read_matrix(request.POST)
        try:
            rights = None if found.is_administrator else matrix
            services.change_role(
                actor_of(request),
                found,
                label=label,
                rights=rights,
                people_reach=reach,
                makes_labels=None if found.is_administrator else request.POST.get("makes_labels") == "true",
            )
        except ValidationError as problem:
            errors = messages_of(problem)
        else:
            messages.success(request, _("Saved. It counts from now on."))
            return redirect("role", pk=pk)
    context = {
        "role": found,
        "label": label,
        "errors": errors,
        "lines": _lines(matrix),
        "actions": [action.label for action in Action],
        "scopes": [(scope.value, scope.label) for scope in Scope],
        "reach": reach,
        "reaches": Role.Reach.choices,
        "people": services.people_of(found),
        "needs_successor": services.needs_successor(found),
        "others": list(Role.objects.exclude(pk=pk).values_list("pk", "label")),
    }
    return render(request, "settings/role.html", context, status=422 if errors else 200)


def _chosen_object(word: str) -> ObjectType:
    entries = {entry.name: entry for entry in registry.objects()}
    if word and word not in entries:
        raise Http404
    return entries[word or MAIN_OBJECT]


@require_http_methods(["GET", "POST"])
@administrators_only
def fields(request: HttpRequest, pk: int) -> HttpResponse:
    """Show which fields of an object are kept from a role; a post saves those of this object."""
    found, entry = get_object_or_404(Role, pk=pk), _chosen_object(request.GET.get("object", ""))
    kept, errors = field_rights_of(found), {}
    if request.method == "POST":
        shown = {(entry.name, key) for key in entry.fields}
        kept = {place: access for place, access in kept.items() if place not in shown}
        kept |= {(entry.name, key): word for key in entry.fields if (word := request.POST.get(key, ""))}
        try:
            set_field_rights(actor_of(request), found, kept)
        except ValidationError as problem:
            errors = messages_of(problem)
        else:
            messages.success(request, _("Saved. It counts from now on."))
            return redirect(f"{reverse('role_fields', args=[pk])}?object={entry.name}")
    address = reverse("role_fields", args=[pk])
    context = {
        "role": found,
        "entry": entry,
        "errors": errors,
        "tabs": [
            (str(each.label_plural), f"{address}?object={each.name}", each.name == entry.name)
            for each in registry.objects()
        ],
        "sections": _kept_lines(entry, kept),
    }
    return render(request, "settings/role_fields.html", context, status=422 if errors else 200)


def _kept_lines(entry: ObjectType, kept: FieldRights) -> list[tuple[str, list[Line]]]:
    """Return the fields that can be kept back, by section: (key, label, what is chosen, choices)."""
    placed = {key for section in entry.sections for key in section.fields}
    rest = tuple(key for key in entry.fields if key not in placed)
    found = []
    placed_by = [(section.label, section.fields) for section in entry.sections]
    for label, keys in (*placed_by, (_("Further fields"), rest)):
        lines: list[Line] = []
        for key in keys:
            offered = [(word.value, str(word.label)) for word in choices_of(entry, entry.fields[key])]
            if offered:
                lines.append((key, str(entry.fields[key].label), kept.get((entry.name, key), ""), offered))
        if lines:
            found.append((str(label), lines))
    return found


@require_POST
@administrators_only
def copy(request: HttpRequest, pk: int) -> HttpResponse:
    """Make another role with the same rights, to be changed then."""
    found = get_object_or_404(Role, pk=pk)
    labels = set(Role.objects.values_list("label", flat=True))
    first = _("%(name)s (copy)") % {"name": found.label[:100]}
    tries = [first, *(_("%(name)s (copy %(n)s)") % {"name": found.label[:100], "n": n} for n in range(2, 99))]
    try:
        made = services.create_role(
            actor_of(request), next((each for each in tries if each not in labels), first), like=found
        )
    except ValidationError as problem:
        messages.error(request, " ".join(messages_of(problem).values()))
        return redirect("role", pk=pk)
    return redirect("role", pk=made.pk)


@require_POST
@administrators_only
def deletion(request: HttpRequest, pk: int) -> HttpResponse:
    """Delete a role; its people get the chosen one."""
    found = get_object_or_404(Role, pk=pk)
    into = Role.objects.filter(pk=number(request.POST.get("into", ""))).first()
    people = services.people_of(found)
    try:
        services.delete_role(actor_of(request), found, into=into)
    except ValidationError as problem:
        messages.error(request, " ".join(messages_of(problem).values()))
        return redirect("role", pk=pk)
    text = ngettext(
        "Deleted. %(n)s person has another role now.", "Deleted. %(n)s people have another role now.", people
    )
    messages.success(request, text % {"n": formats.number(people)} if people else _("Deleted."))
    return redirect("roles")

"""Who has a field: the roles from which it is kept, on the page of the field itself."""

from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from headwater.access.models import RoleFieldRight
from headwater.lib import formats
from headwater.metadata import choices
from headwater.metadata.custom.definitions import KINDS
from headwater.metadata.objects import Field, ObjectType
from headwater.records.field_rights import (
    choices_of,
    hidden_with_another,
    rights_on_field,
    set_rights_on_field,
)
from headwater.users.models import Role
from headwater.web.objects import object_or_404
from headwater.web.shell import actor_of
from headwater.web.views.settings.forms import administrators_only, messages_of


@dataclass(frozen=True)
class RoleLine:
    """What one role has of a field. ``access`` is empty where it has it in full."""

    role: Role
    name: str
    access: str
    is_hidden_anyway: bool
    page: str


@dataclass(frozen=True)
class FieldAccessPanel:
    """Who has a field, and what can be chosen for a role; nothing where every reader needs it."""

    address: str
    lines: list[RoleLine]
    offered: list[tuple[str, str]]


def access_panel(entry: ObjectType, field: Field) -> FieldAccessPanel:
    """Return who has a field of an object that is in use."""
    kept, anyway = rights_on_field(entry.name, field.key), hidden_with_another(entry, field.key)
    lines = [
        RoleLine(
            role,
            _name(role),
            kept.get(role.pk, ""),
            role.pk in anyway,
            f"{reverse('role_fields', args=[role.pk])}?object={entry.name}",
        )
        for role in _roles()
    ]
    return FieldAccessPanel(
        address=reverse("field_access", args=[entry.slug, field.key]),
        lines=lines,
        offered=[(word.value, str(word.label)) for word in choices_of(entry, field)],
    )


def _roles() -> list[Role]:
    return list(Role.objects.filter(is_administrator=False))


def _name(role: Role) -> str:
    return f"role-{role.pk}"


@require_POST
@administrators_only
def field_access(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """Say for each role what it has of a field; a role that the form does not name stays as it is."""
    entry = object_or_404(slug)
    if key not in entry.fields:
        raise Http404
    given = {role: request.POST[_name(role)] for role in _roles() if _name(role) in request.POST}
    try:
        set_rights_on_field(actor_of(request), (entry.name, key), given)
    except ValidationError as problem:
        messages.error(request, " ".join(messages_of(problem).values()))
    else:
        messages.success(request, _("Saved. It counts from now on."))
    return redirect("custom_field", slug=slug, key=key)


def built_in_page(request: HttpRequest, entry: ObjectType, field: Field) -> HttpResponse:
    """Show a field that comes with the product: what it is, and who has it."""
    context = {
        "entry": entry,
        "field": field,
        "kind": KINDS[field.kind.name],
        "section": next((s.label for s in entry.sections if field.key in s.fields), ""),
        "list_slug": next((found.slug for found in choices.lists() if found.name == field.choice_list), ""),
        "access": access_panel(entry, field),
    }
    return render(request, "settings/built_in_field.html", context)


def built_in_lines(entry: ObjectType) -> list[tuple[Field, str, str]]:
    """Return the fields that come with the product: field, kind, and what is kept from whom in short.

    Those on the form stand first, in its order.
    """
    placed = [key for section in entry.sections for key in section.fields]
    keys = [key for key in dict.fromkeys([*placed, *entry.fields]) if not entry.fields[key].custom]
    pills = kept_pills(entry.name)
    found = [entry.fields[key] for key in keys]
    return [(each, str(KINDS[each.kind.name]), pills.get(each.key, "")) for each in found]


def kept_pills(name: str) -> dict[str, str]:
    """Return the fields of an object that some role does not have in full, with how many, in words."""
    found: dict[str, int] = {}
    rows = RoleFieldRight.objects.filter(object=name, role__is_administrator=False)
    for key in rows.values_list("field", flat=True):
        found[key] = found.get(key, 0) + 1
    return {
        key: ngettext("Kept from %(n)s role", "Kept from %(n)s roles", count) % {"n": formats.number(count)}
        for key, count in found.items()
    }

"""Keeping fields from roles: for administrators, in effect at the next request of everybody."""

from collections.abc import Mapping

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from headwater.access.fields import can_hide, can_lock
from headwater.access.models import FieldAccess, RoleFieldRight
from headwater.access.rights import require_administrator
from headwater.metadata import registry
from headwater.metadata.objects import Field, ObjectType
from headwater.records.search.jobs import keep_search_texts
from headwater.users.actor import Actor
from headwater.users.models import Role

FieldRights = dict[tuple[str, str], str]
"""What is kept from a role, by object and field."""


def field_rights_of(role: Role) -> FieldRights:
    """Return what is kept from a role; fields that are gone from the dictionary are left out."""
    rows = RoleFieldRight.objects.filter(role=role).values_list("object", "field", "access")
    known = {entry.name: entry.fields for entry in registry.objects()}
    return {(name, key): access for name, key, access in rows if key in known.get(name, {})}


def choices_of(entry: ObjectType, field: Field) -> list[FieldAccess]:
    """Return what can be kept from a role of one field; nothing of those that every reader needs."""
    found = [FieldAccess.READ_ONLY] if can_lock(entry, field) else []
    return [*found, FieldAccess.HIDDEN] if can_hide(entry, field) else found


@transaction.atomic
def set_field_rights(actor: Actor, role: Role, given: Mapping[tuple[str, str], str]) -> None:
    """Replace what is kept from a role. Raises Forbidden, and ValidationError naming each wrong word."""
    require_administrator(actor)
    problems = [problem for place, access in given.items() if (problem := _problem(*place, access))]
    if role.is_administrator and given:
        problems.append(_("Nothing can be kept from administrators."))
    if problems:
        raise ValidationError({"fields": problems})
    RoleFieldRight.objects.filter(role=role).delete()
    RoleFieldRight.objects.bulk_create(
        [
            RoleFieldRight(role=role, object=name, field=key, access=access)
            for (name, key), access in given.items()
        ]
    )
    keep_search_texts.using(unique_key="search texts", actor_id=actor.user_id).enqueue()


def _problem(name: str, key: str, access: str) -> str:
    entry = next((each for each in registry.objects() if each.name == name), None)
    field = entry.fields.get(key) if entry else None
    if entry is None or field is None:
        words = {"object": name[:60], "word": key[:60]}
        return _("“%(object)s” has no field “%(word)s”.") % words
    if access not in FieldAccess.values:
        known = ", ".join(FieldAccess.values)
        return _("“%(word)s” is not one of: %(known)s.") % {"word": str(access)[:60], "known": known}
    if access not in choices_of(entry, field):
        words = {"object": str(entry.label), "field": str(field.label)}
        return _("%(object)s: “%(field)s” cannot be kept back like this, records need it.") % words
    return ""

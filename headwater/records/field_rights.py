"""Keeping fields from roles: for administrators, in effect at the next request of everybody."""

from collections.abc import Mapping, Sequence

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from headwater.access.fields import can_hide, can_lock
from headwater.access.models import FieldAccess, RoleFieldRight
from headwater.access.rights import require_administrator
from headwater.metadata import registry
from headwater.metadata.custom import rows
from headwater.metadata.custom.definitions import get_field
from headwater.metadata.custom.entries import field_of
from headwater.metadata.objects import Field, ObjectType
from headwater.records.search.jobs import keep_search_texts
from headwater.users.actor import Actor
from headwater.users.models import Role

FieldRights = dict[tuple[str, str], str]
"""What is kept from a role, by object and field."""


def field_rights_of(role: Role) -> FieldRights:
    """Return what is kept from a role, of fields that are switched off too: they come back as they were.

    Fields that are gone from the dictionary are left out.
    """
    kept = RoleFieldRight.objects.filter(role=role).values_list("object", "field", "access")
    return {(name, key): access for name, key, access in kept if _find(name, key) is not None}


def rights_on_field(name: str, key: str) -> dict[int, FieldAccess]:
    """Return from which roles one field is kept, by their number."""
    found = RoleFieldRight.objects.filter(object=name, field=key, role__is_administrator=False)
    return {role: FieldAccess(access) for role, access in found.values_list("role_id", "access")}


def hidden_with_another(entry: ObjectType, key: str) -> set[int]:
    """Return the roles that do not have a field because they lack one that it is computed from."""
    hidden = RoleFieldRight.objects.filter(
        object=entry.name, access=FieldAccess.HIDDEN, role__is_administrator=False
    )
    by_role: dict[int, set[str]] = {}
    for role, field in hidden.exclude(field=key).values_list("role_id", "field"):
        by_role.setdefault(role, set()).add(field)
    return {role for role, keys in by_role.items() if key in entry.with_computed(keys)}


def choices_of(entry: ObjectType, field: Field) -> list[FieldAccess]:
    """Return what can be kept from a role of one field; nothing of those that every reader needs."""
    found = [FieldAccess.READ_ONLY] if can_lock(entry, field) else []
    return [*found, FieldAccess.HIDDEN] if can_hide(entry, field) else found


@transaction.atomic
def set_field_rights(actor: Actor, role: Role, given: Mapping[tuple[str, str], str]) -> None:
    """Replace what is kept from a role. Raises Forbidden, and ValidationError naming each wrong word."""
    _check(actor, [role], given)
    wanted = {(role.pk, name, key): access for (name, key), access in given.items()}
    _settle(actor, [role], RoleFieldRight.objects.all(), wanted)


@transaction.atomic
def set_rights_on_field(actor: Actor, place: tuple[str, str], given: Mapping[Role, str]) -> None:
    """Say from which roles one field, by object and key, is kept; nothing gives it to a role in full.

    Other roles stay as they are. Raises Forbidden, and ValidationError naming each wrong word.
    """
    wanted = {(role.pk, *place): access for role, access in given.items() if access}
    for access in dict.fromkeys(wanted.values()):
        _check(actor, list(given), {place: access})
    require_administrator(actor)
    _settle(actor, list(given), RoleFieldRight.objects.filter(object=place[0], field=place[1]), wanted)


def _check(actor: Actor, roles: Sequence[Role], given: Mapping[tuple[str, str], str]) -> None:
    require_administrator(actor)
    problems = [problem for place, access in given.items() if (problem := _problem(*place, access))]
    if given and any(role.is_administrator for role in roles):
        problems.append(_("Nothing can be kept from administrators."))
    if problems:
        raise ValidationError({"fields": problems})


def _settle(
    actor: Actor,
    roles: Sequence[Role],
    among: QuerySet[RoleFieldRight],
    wanted: Mapping[tuple[int, str, str], str],
) -> None:
    """Write what differs and nothing else, so that history tells what was changed."""
    numbers = [role.pk for role in roles]
    locked = Role.objects.select_for_update().filter(pk__in=numbers).order_by("pk")
    there = {role.pk for role in locked}  # those deleted meanwhile need nothing
    missing, gone = {place: access for place, access in wanted.items() if place[0] in there}, []
    for row in among.filter(role__in=there):
        access = missing.pop((row.role_id, row.object, row.field), "")
        if not access:
            gone.append(row.pk)
        elif access != row.access:
            row.access = access
            row.save()
    RoleFieldRight.objects.filter(pk__in=gone).delete()
    RoleFieldRight.objects.bulk_create(
        [
            RoleFieldRight(role_id=role, object=name, field=key, access=access)
            for (role, name, key), access in missing.items()
        ]
    )
    keep_search_texts.using(unique_key="search texts", actor_id=actor.user_id).enqueue()


def _find(name: str, key: str) -> tuple[ObjectType, Field] | None:
    """Return a field and its object, of a custom one that is switched off too."""
    entry = next((each for each in registry.objects() if each.name == name), None)
    if entry is None:
        return None
    if key not in entry.fields and (name, key) not in rows.known().off:
        return None
    return entry, entry.fields.get(key) or field_of(get_field(name, key))


def _problem(name: str, key: str, access: str) -> str:
    found = _find(name, key)
    if found is None:
        words = {"object": name[:60], "word": key[:60]}
        return _("“%(object)s” has no field “%(word)s”.") % words
    entry, field = found
    if access not in FieldAccess.values:
        known = ", ".join(FieldAccess.values)
        return _("“%(word)s” is not one of: %(known)s.") % {"word": str(access)[:60], "known": known}
    if access not in choices_of(entry, field):
        words = {"object": str(entry.label), "field": str(field.label)}
        return _("%(object)s: “%(field)s” cannot be kept back like this, records need it.") % words
    return ""

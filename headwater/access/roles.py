"""Making and changing roles: for administrators, in effect at the next request of everybody."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from headwater.access import grants
from headwater.access.models import ANY_OBJECT, Action, RoleFieldRight, RoleRight, Scope, SharingRule
from headwater.access.rights import require_administrator
from headwater.metadata import registry
from headwater.users.actor import Actor
from headwater.users.models import Invitation, Role, User

MOST_ROLES = 200
Cell = tuple[str, str]
Matrix = dict[Cell, str]
"""Scopes by object and action. An object without an entry has the right of every object."""


def rights_of(role: Role) -> Matrix:
    """Return what a role was given, by object (or every object) and action."""
    return {(right.object, right.action): right.scope for right in role.rights.all()}


def known_objects() -> list[str]:
    """Return the objects that rights are given on, every object first."""
    return [ANY_OBJECT, *(entry.name for entry in registry.objects())]


def check_matrix(matrix: Mapping[Any, Any]) -> None:
    """Raise ValidationError naming each word that is no object, no action or no scope."""
    problems = []
    for (name, action), scope in matrix.items():
        for word, known in ((name, known_objects()), (action, Action.values), (scope, Scope.values)):
            if word not in known:
                message = _("“%(word)s” is not one of: %(known)s.")
                problems.append(message % {"word": str(word)[:60], "known": ", ".join(known)})
    if problems:
        raise ValidationError({"rights": problems})


def _clean_label(label: str, role: Role | None = None) -> str:
    label = " ".join(label.split())
    if not label or len(label) > 120 or "\x00" in label:
        raise ValidationError({"label": [_("Write a name, with at most 120 characters.")]})
    if Role.objects.filter(label__iexact=label).exclude(pk=role.pk if role else 0).exists():
        raise ValidationError({"label": [_("There is a role of this name already.")]})
    return label


def _clean_reach(role: Role, word: str) -> str:
    if word not in Role.Reach.values:
        message = _("“%(word)s” is not one of: %(known)s.")
        words = {"word": word[:60], "known": ", ".join(Role.Reach.values)}
        raise ValidationError({"people_reach": [message % words]})
    if role.is_administrator and word != Role.Reach.ALL:
        raise ValidationError({"people_reach": [_("Administrators may assign and mention everybody.")]})
    return word


def _free_key(label: str) -> str:
    base = slugify(label)[:50].replace("-", "_") or "role"
    taken = set(Role.objects.filter(key__startswith=base).values_list("key", flat=True))
    return next(key for number in range(1, 10_000) if (key := _numbered(base, number)) not in taken)


def _numbered(base: str, number: int) -> str:
    return base if number == 1 else f"{base}_{number}"


@transaction.atomic
def create_role(actor: Actor, label: str, *, like: Role | None = None) -> Role:
    """Make a role with no right at all, or with those of another one.

    Raises Forbidden, and ValidationError with messages per field.
    """
    require_administrator(actor)
    label = _clean_label(label)
    if Role.objects.count() >= MOST_ROLES:
        raise ValidationError({"label": [_("There can be at most %(most)d roles.") % {"most": MOST_ROLES}]})
    role = Role(key=_free_key(label), label=label, is_administrator=bool(like and like.is_administrator))
    if like:
        role.people_reach, role.makes_labels = like.people_reach, like.makes_labels
    role.save()
    if like:
        _write(role, rights_of(like))
        kept = like.field_rights.values_list("object", "field", "access")
        RoleFieldRight.objects.bulk_create(
            [RoleFieldRight(role=role, object=name, field=key, access=access) for name, key, access in kept]
        )
    return role


@transaction.atomic
def change_role(
    actor: Actor,
    role: Role,
    *,
    label: str | None = None,
    rights: Matrix | None = None,
    people_reach: str | None = None,
    makes_labels: bool | None = None,
) -> Role:
    """Rename a role, replace its rights, and say whom its people assign or mention, and if they make labels.

    Raises Forbidden, and ValidationError per field. An administrator's role has nothing to set
    but its name: it may do everything.
    """
    require_administrator(actor)
    if label is not None:
        role.label = _clean_label(label, role)
        role.save()
    if people_reach is not None:
        role.people_reach = _clean_reach(role, people_reach)
        role.save()
    if makes_labels is not None:
        role.makes_labels = makes_labels
        role.save()
    if rights is not None:
        check_matrix(rights)
        if role.is_administrator:
            message = _("An administrator may do everything; the rights of this role cannot be set.")
            raise ValidationError({"rights": [message]})
        _write(role, rights)
    return role


def _write(role: Role, rights: Matrix) -> None:
    RoleRight.objects.filter(role=role).delete()
    rows = [
        RoleRight(role=role, object=name, action=action, scope=scope)
        for (name, action), scope in rights.items()
    ]
    RoleRight.objects.bulk_create(rows)


def people_of(role: Role) -> int:
    """Return how many users have a role."""
    return User.objects.filter(role=role).count()


def needs_successor(role: Role) -> bool:
    """Say whether somebody has the role, or was ever invited to it."""
    return bool(people_of(role)) or Invitation.objects.filter(role=role).exists()


@transaction.atomic
def delete_role(actor: Actor, role: Role, *, into: Role | None) -> None:
    """Delete a role; its people and invitations get the role ``into``.

    Raises Forbidden, and ValidationError when people would be left without a role, or the
    installation without an administrator.
    """
    require_administrator(actor)
    if into is not None and into.pk == role.pk:
        into = None
    if into is None and needs_successor(role):
        raise ValidationError({"into": [_("Choose the role that its people get instead.")]})
    if into is not None:
        User.objects.filter(role=role).update(role=into)
        Invitation.objects.filter(role=role).update(role=into)
    if not User.objects.filter(is_active=True, role__is_administrator=True).exists():
        raise ValidationError({"into": [_("Somebody must stay an active administrator.")]})
    grants.forget_holder(grants.role_holder(role.pk))
    for rule in SharingRule.objects.filter(role=role):
        rule.delete()  # one by one, so that the audit knows; jobs remove what they found
    role.delete()

"""Roles and their rights, for administrators."""

from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Query, Router

from headwater.access import roles
from headwater.access.roles import Matrix
from headwater.api.answers import answer, nothing, page
from headwater.api.auth import ADMINISTERING, caller_of
from headwater.api.problems import wrong
from headwater.api.routes.people import role_by_key
from headwater.api.schemas import roles as schemas
from headwater.api.schemas.common import Page, PageQuery
from headwater.records.errors import NotFound
from headwater.records.field_rights import FieldRights, field_rights_of, set_field_rights
from headwater.users.models import Role

router = Router(tags=["Settings"])


@router.get("/roles", response=Page[schemas.Role], auth=ADMINISTERING)
def list_roles(request: HttpRequest, query: Query[PageQuery]) -> HttpResponse:
    """List the roles with their rights. For administrators."""
    caller_of(request).require_administrator()
    found = Role.objects.prefetch_related("rights")
    rows, following = query.cut(found)
    return page([role_json(role) for role in rows], following, count=found.count())


@router.post("/roles", response={201: schemas.Role}, auth=ADMINISTERING)
@transaction.atomic
def create_role(request: HttpRequest, given: schemas.NewRole) -> HttpResponse:
    """Make a role; what is not given is no right. For administrators."""
    caller = caller_of(request)
    caller.require_administrator()
    like = role_by_key(given.like, "like") if given.like else None
    role = roles.create_role(caller.actor, given.label, like=like)
    rights = None if given.rights is None else _matrix(given.rights)
    roles.change_role(
        caller.actor, role, rights=rights, people_reach=given.people_reach, makes_labels=given.makes_labels
    )
    if given.fields is not None:
        set_field_rights(caller.actor, role, _fields(given.fields))
    return answer(role_json(role), status=201, headers={"Location": f"/api/v1/roles/{role.pk}"})


@router.get("/roles/{int:id}", response=schemas.Role, auth=ADMINISTERING)
def get_role(request: HttpRequest, id: int) -> HttpResponse:
    """Read one role with its rights. For administrators."""
    caller_of(request).require_administrator()
    return answer(role_json(_role(id)))


@router.patch("/roles/{int:id}", response=schemas.Role, auth=ADMINISTERING)
@transaction.atomic
def update_role(request: HttpRequest, id: int, given: schemas.RoleChange) -> HttpResponse:
    """Rename a role, or replace all its rights; in effect at once. For administrators."""
    caller = caller_of(request)
    caller.require_administrator()
    label = given.dict(exclude_unset=True).get("label")
    rights = None if given.rights is None else _matrix(given.rights)
    role = roles.change_role(
        caller.actor,
        _role(id),
        label=label,
        rights=rights,
        people_reach=given.people_reach,
        makes_labels=given.makes_labels,
    )
    if given.fields is not None:
        set_field_rights(caller.actor, role, _fields(given.fields))
    return answer(role_json(role))


@router.delete("/roles/{int:id}", response={204: None}, auth=ADMINISTERING)
def delete_role(request: HttpRequest, id: int, query: Query[schemas.Successor]) -> HttpResponse:
    """Delete a role; its people get another one. For administrators."""
    caller = caller_of(request)
    caller.require_administrator()
    role = _role(id)
    roles.delete_role(caller.actor, role, into=role_by_key(query.into, "into") if query.into else None)
    return nothing()


def role_json(role: Role) -> dict[str, Any]:
    """Return one role."""
    rights = [
        {"object": name, "action": action, "scope": scope}
        for (name, action), scope in sorted(roles.rights_of(role).items())
    ]
    return {
        "id": role.pk,
        "key": role.key,
        "label": role.label,
        "is_administrator": role.is_administrator,
        "people": roles.people_of(role),
        "people_reach": role.people_reach,
        "makes_labels": role.makes_labels,
        "rights": rights,
        "fields": [
            {"object": name, "field": key, "access": access}
            for (name, key), access in sorted(field_rights_of(role).items())
        ],
    }


def _role(pk: int) -> Role:
    role = Role.objects.filter(pk=pk).first() if 0 < pk < 2**63 else None
    if role is None:
        raise NotFound("role", pk)
    return role


def _fields(given: list[schemas.FieldRight]) -> FieldRights:
    found = {(one.object, one.field): one.access.value for one in given}
    if len(found) < len(given):
        raise wrong("fields", "repeated", _("A field is given twice."))
    return found


def _matrix(given: list[schemas.Right]) -> Matrix:
    matrix: Matrix = {}
    for right in given:
        cell = (right.object, right.action.value)
        if cell in matrix:
            message = _("“%(action)s” of “%(object)s” is given twice.")
            raise wrong("rights", "repeated", message % {"object": cell[0][:60], "action": cell[1]})
        matrix[cell] = right.scope.value
    return matrix

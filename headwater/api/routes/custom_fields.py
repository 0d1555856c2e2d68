"""Custom fields: administrators make, change, order and switch them; `describe` tells everybody."""

from dataclasses import asdict
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Query, Router

from headwater.api.answers import answer, nothing, page
from headwater.api.auth import ADMINISTERING, caller_of
from headwater.api.failures import not_found
from headwater.api.problems import wrong
from headwater.api.schemas import custom_fields as schemas
from headwater.api.schemas.common import Page
from headwater.metadata import registry
from headwater.metadata.custom import definitions, rows
from headwater.metadata.custom.computed import COMPUTED
from headwater.metadata.custom.definitions import BadDefinition, Definition
from headwater.metadata.custom.indexing import slot_of
from headwater.metadata.models import CustomField
from headwater.records.custom_values import count_filled
from headwater.records.errors import FieldError, Invalid
from headwater.records.slots import progress_of
from headwater.records.unique import uniqueness_of

router = Router(tags=["Settings"])


@router.get("/custom-fields", auth=ADMINISTERING, response=Page[schemas.CustomField])
def list_custom_fields(request: HttpRequest, query: Query[schemas.CustomFieldQuery]) -> HttpResponse:
    """List the fields of one object or of all, inactive ones included. For administrators."""
    caller_of(request).require_administrator()
    names = [_object(query.object)] if query.object else [entry.name for entry in registry.objects()]
    return page([field_json(row) for name in names for row in definitions.fields_of(name)])


@router.post("/custom-fields", auth=ADMINISTERING, response={201: schemas.CustomField})
def create_custom_field(request: HttpRequest, given: schemas.NewCustomField) -> HttpResponse:
    """Make a field; its key is made from its name and never changes. For administrators."""
    caller_of(request).require_administrator()
    values = given.dict()
    name = _object(values.pop("object"))
    try:
        row = definitions.add_field(name, Definition(**values))
    except BadDefinition as problem:
        raise _invalid(problem) from problem
    location = {"Location": f"/api/v1/custom-fields/{row.object}/{row.key}"}
    return answer(field_json(row), status=201, headers=location)


@router.put("/custom-fields/{slug:object_name}/order", auth=ADMINISTERING, response=Page[schemas.CustomField])
def order_custom_fields(request: HttpRequest, object_name: str, given: schemas.Order) -> HttpResponse:
    """Put the fields of an object in an order; those left out come after. For administrators."""
    caller_of(request).require_administrator()
    name = _object(object_name)
    unknown = set(given.keys) - {row.key for row in definitions.fields_of(name)}
    if unknown:
        message = _("There is no custom field “%(word)s”.") % {"word": min(unknown)[:100]}
        raise wrong("keys", "unknown_field", message)
    definitions.order_fields(name, given.keys)
    return page([field_json(row) for row in definitions.fields_of(name)])


@router.get(
    "/custom-fields/{slug:object_name}/{slug:key}", auth=ADMINISTERING, response=schemas.CustomFieldInUse
)
def get_custom_field(request: HttpRequest, object_name: str, key: str) -> HttpResponse:
    """Read one field, and how many records have something in it. For administrators."""
    caller_of(request).require_administrator()
    row = _field(object_name, key)
    return answer(field_json(row) | {"records": count_filled(row.object, row.key)})


@router.patch(
    "/custom-fields/{slug:object_name}/{slug:key}", auth=ADMINISTERING, response=schemas.CustomField
)
def update_custom_field(
    request: HttpRequest, object_name: str, key: str, given: schemas.CustomFieldChange
) -> HttpResponse:
    """Change a field's names, place and demands, or switch it on or off. For administrators."""
    caller_of(request).require_administrator()
    row = _field(object_name, key)
    values = given.dict(exclude_unset=True)
    is_active = values.pop("is_active", row.is_active)
    known = {name: field_json(row)[name] for name in _CHANGEABLE}
    try:
        if values:
            definitions.change_field(row.object, row.key, Definition(**(known | values)))
        if is_active != row.is_active:
            definitions.switch_field(row.object, row.key, is_active=is_active)
    except BadDefinition as problem:
        raise _invalid(problem) from problem
    return answer(field_json(_field(object_name, key)))


@router.delete("/custom-fields/{slug:object_name}/{slug:key}", auth=ADMINISTERING, response={204: None})
def deactivate_custom_field(request: HttpRequest, object_name: str, key: str) -> HttpResponse:
    """Take a field out of everything; records keep what they have in it. For administrators."""
    caller_of(request).require_administrator()
    row = _field(object_name, key)
    definitions.switch_field(row.object, row.key, is_active=False)
    return nothing()


_CHANGEABLE = (
    "label",
    "kind",
    "labels",
    "help",
    "section",
    "is_required",
    "required_from",
    "required_when",
    "visible_when",
    "is_indexed",
    "is_unique",
    "default",
    "decimal_places",
    "target",
    "formula",
)


def _object(name: str) -> str:
    if name not in {entry.name for entry in registry.objects()}:
        raise not_found()
    return name


def _field(object_name: str, key: str) -> CustomField:
    try:
        return definitions.get_field(object_name, key)
    except LookupError:
        raise not_found() from None


def _invalid(problem: BadDefinition) -> Invalid:
    return Invalid([FieldError(each.at, each.code, each.message) for each in problem.problems])


def field_json(row: CustomField) -> dict[str, Any]:
    """Return one definition."""
    slot, unique = slot_of(row), uniqueness_of(row)
    found = {name: getattr(row, name) for name in _CHANGEABLE}
    return found | {
        "kind": COMPUTED if row.formula else row.kind,
        "result": row.kind if row.formula else "",
        "object": row.object,
        "key": row.key,
        "position": row.position,
        "is_active": row.is_active,
        "uniqueness": None if unique is None else asdict(unique),
        "index_filled": None if slot is None else progress_of(slot),
        "choice_list": rows.list_name(row) if row.kind in ("choice", "multi_choice") else None,
    }

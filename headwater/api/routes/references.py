"""Tables that records point to: users, teams, pipelines, stages."""

from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Query, Router

from headwater.api.answers import answer, page
from headwater.api.auth import BY_RIGHTS, caller_of
from headwater.api.failures import not_found
from headwater.api.problems import wrong
from headwater.api.representation import read_columns, records_json
from headwater.api.routes.records import read_filter
from headwater.api.schemas import settings as schemas
from headwater.api.schemas.common import Page
from headwater.api.schemas.records import ReferenceDescription
from headwater.lib.numbers import whole_number
from headwater.metadata import registry
from headwater.metadata.describe import describe
from headwater.metadata.objects import ObjectType
from headwater.records.context import filter_context
from headwater.users.actor import Actor

router = Router(tags=["Settings"])
LARGEST = 2**63 - 1


@router.get("/{reference:reference}", response=Page[schemas.Reference], auth=BY_RIGHTS)
def list_references(
    request: HttpRequest, reference: str, query: Query[schemas.ReferenceQuery]
) -> HttpResponse:
    """List the rows in the order of their numbers. Everybody who signs in may read them."""
    actor, entry = caller_of(request).actor, registry.by_slug(reference)
    columns = read_columns(entry, query.fields)
    found = _find(actor, entry, query.filter, query.q)
    rows = list(found.filter(pk__gt=_read_after(query.after))[: query.limit + 1])
    items = records_json(actor, entry, rows[: query.limit], columns)
    following = str(items[-1]["id"]) if len(rows) > query.limit else None
    return page(items, following, count=found.count())


@router.get("/{reference:reference}/describe", response=ReferenceDescription, auth=BY_RIGHTS)
def describe_reference(request: HttpRequest, reference: str) -> HttpResponse:
    """Describe the fields of the rows."""
    return answer(describe(registry.by_slug(reference)))


@router.get("/{reference:reference}/{int:id}", response=schemas.Reference, auth=BY_RIGHTS)
def get_reference(request: HttpRequest, reference: str, id: int, fields: str | None = None) -> HttpResponse:
    """Read one row."""
    actor, entry = caller_of(request).actor, registry.by_slug(reference)
    columns = read_columns(entry, fields)
    (found,) = records_json(actor, entry, [get_row(entry, id)], columns)
    return answer(found)


def get_row(entry: ObjectType, number: int) -> Any:
    """Return one row. Raises the problem 404."""
    row = entry.model._default_manager.filter(pk=number).first() if number <= LARGEST else None
    if row is None:
        raise not_found()
    return row


def _find(actor: Actor, entry: ObjectType, filter: str | None, search: str) -> QuerySet[Any]:
    found = entry.model._default_manager.order_by("pk")
    parsed = read_filter(entry.name, filter)
    if parsed is not None:
        found = found.filter(parsed.to_q(filter_context(actor)))
    if word := search.replace("\x00", "").strip().lower():
        found = found.filter(Q(**{f"{entry.title_key}__lowered__contains": word}))
    return found


def _read_after(after: str | None) -> int:
    if after is None:
        return 0
    number = whole_number(after)
    if number is None:
        raise wrong("after", "bad_cursor", _("This is not the “next” of another page of this list."))
    return number

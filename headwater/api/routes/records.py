"""Records of any object: list, create, read, change, delete, describe."""

from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Body, Header, Query, Router

from headwater.access import rights
from headwater.access.models import Action, Scope
from headwater.api.answers import answer, nothing, page
from headwater.api.auth import caller_of
from headwater.api.custom import flat
from headwater.api.parsing import read_json_parameter
from headwater.api.problems import Problem, wrong
from headwater.api.representation import own_fields, read_columns, record_json, records_json
from headwater.api.schemas import records as schemas
from headwater.api.schemas.common import Page
from headwater.history.disclosures import MANY, Act, note_disclosure
from headwater.lib.numbers import whole_number
from headwater.metadata import registry
from headwater.metadata.describe import describe
from headwater.metadata.errors import FilterError
from headwater.metadata.errors import Problem as Wrong
from headwater.metadata.objects import ObjectType
from headwater.records import find, paging, write
from headwater.records.errors import Stale
from headwater.records.models import Record
from headwater.users.actor import Actor

router = Router()
Values = dict[str, Any]


def read_filter(object_name: str, text: str | None) -> Any:
    """Read the parameter ``filter``; every problem names where it is, below ``filter``."""
    if text is None or not text.strip():
        return None
    try:
        return find.as_filter(object_name, read_json_parameter("filter", text))
    except FilterError as problem:
        raise below("filter", problem) from problem


def below(name: str, problem: FilterError) -> FilterError:
    """Return the same problems with their places named from ``name`` on."""
    return FilterError([Wrong(f"{name}.{p.at}".rstrip("."), p.code, p.message) for p in problem.problems])


def read_sort(text: str | None) -> tuple[str, ...]:
    """Read ``sort=-created_at,name``."""
    words = tuple(word for part in (text or "").split(",") if (word := part.strip()))
    return words or ("-created_at",)


@router.get("/{record:object}", response=Page[schemas.Record])
def list_records(request: HttpRequest, object: str, query: Query[schemas.ListQuery]) -> HttpResponse:
    """List the records you may see, filtered, searched, sorted and one page at a time."""
    caller, entry = caller_of(request), registry.by_slug(object)
    columns = read_columns(entry, query.fields)
    found = paging.page_records(
        caller.actor,
        entry.name,
        filter=read_filter(entry.name, query.filter),
        sort=read_sort(query.sort),
        after=query.after,
        limit=query.limit,
        search=query.q,
        exact_count=query.count == "exact",
        fields=own_fields(columns),
    )
    items = records_json(caller.actor, entry, found.items, columns)
    if len(items) >= MANY:
        about = {"filter": query.filter, "search": query.q, "columns": query.fields}
        note_disclosure(caller.actor, Act.LIST, entry.name, len(items), about)
    return page(items, found.next, count=found.count, exact=found.count_exact)


@router.post("/{record:object}", response={201: schemas.Record})
def create_record(request: HttpRequest, object: str, values: Body[Values]) -> HttpResponse:
    """Create a record. Every wrong value is named, and then nothing is written."""
    entry = registry.by_slug(object)
    return created(entry, write.create_record(caller_of(request).actor, entry.name, flat(values)))


@router.get("/{record:object}/describe", response=schemas.Description)
def describe_object(request: HttpRequest, object: str) -> HttpResponse:
    """Describe the object: fields, kinds, choices, operators, related records, and your rights on it."""
    actor, entry = caller_of(request).actor, registry.by_slug(object)
    rights.require(actor, entry.name, Action.SEE)
    return answer({**describe(entry), "rights": rights_on(actor, entry)})


def rights_on(actor: Actor, entry: ObjectType) -> dict[str, str]:
    """Return how far each right of the actor reaches: none, own, team, team_and_below or all."""
    return {action.value: Scope(rights.scope(actor, entry.name, action)).value for action in Action}


@router.get("/{record:object}/{int:id}", response=schemas.Record)
def get_record(request: HttpRequest, object: str, id: int, fields: str | None = None) -> HttpResponse:
    """Read one record."""
    actor, entry = caller_of(request).actor, registry.by_slug(object)
    columns = read_columns(entry, fields)
    record = find.get_record(actor, entry.name, id)
    (found,) = records_json(actor, entry, [record], columns)
    return answer(found, headers=_version_header(record))


@router.patch("/{record:object}/{int:id}", response=schemas.Record)
def update_record(
    request: HttpRequest,
    object: str,
    id: int,
    values: Body[Values],
    if_match: Annotated[str | None, Header(alias="If-Match")] = None,
) -> HttpResponse:
    """Change some fields. With ``If-Match``, refuse to overwrite what somebody saved since."""
    actor, entry = caller_of(request).actor, registry.by_slug(object)
    try:
        record = write.update_record(actor, entry.name, id, flat(values), version=read_version(if_match))
    except Stale as problem:
        raise stale(entry, problem, values) from problem
    return answer(record_json(entry, record), headers=_version_header(record))


@router.delete("/{record:object}/{int:id}", response={204: None})
def delete_record(request: HttpRequest, object: str, id: int) -> HttpResponse:
    """Take a record out of every list, search and report."""
    write.delete_record(caller_of(request).actor, registry.by_slug(object).name, id)
    return nothing()


def created(entry: ObjectType, record: Record) -> HttpResponse:
    """Answer with a new record and where it is."""
    headers = {"Location": f"/api/v1/{entry.slug}/{record.pk}"} | _version_header(record)
    return answer(record_json(entry, record), status=201, headers=headers)


def _version_header(record: Record) -> dict[str, str]:
    return {"ETag": f'"{record.version}"'}


def read_version(if_match: str | None) -> int | None:
    """Read ``If-Match``: a version as the record gives it, bare or quoted; ``*`` is any."""
    word = (if_match or "*").strip().removeprefix("W/").strip('"')
    if word == "*":
        return None
    version = whole_number(word, 10)
    if version is None:
        raise wrong("If-Match", "bad_version", _("If-Match takes the version of the record, a number."))
    return version


def stale(entry: ObjectType, problem: Stale, given: Values) -> Problem:
    """Return the problem 409 with what is stored now and what was to be written."""
    message = _("Somebody changed this record meanwhile. Look at both states and send yours again.")
    return Problem(409, "stale", message, current=record_json(entry, problem.current), given=given)

"""With whom a record is shared by hand."""

from django.http import HttpRequest, HttpResponse
from ninja import Router

from headwater.api.answers import answer, nothing, page
from headwater.api.auth import caller_of
from headwater.api.schemas import sharing as schemas
from headwater.api.schemas.common import Page
from headwater.metadata import registry
from headwater.records import sharing
from headwater.records.sharing import Share

router = Router()


@router.get("/{record:object}/{int:id}/shares", response=Page[schemas.Share])
def list_shares(request: HttpRequest, object: str, id: int) -> HttpResponse:
    """Say with whom a record that you see is shared by hand."""
    shares = sharing.shares_of(caller_of(request).actor, registry.by_slug(object).name, id)
    return page([_share_json(share) for share in shares])


@router.post("/{record:object}/{int:id}/shares", response={201: list[schemas.Share]})
def add_share(request: HttpRequest, object: str, id: int, given: schemas.NewShare) -> HttpResponse:
    """Let a user, a team or a role see a record, or edit it; sharing again changes which of both.

    Needs the rights to edit the record and to give it to others. Returns all shares of the record.
    """
    actor, name = caller_of(request).actor, registry.by_slug(object).name
    sharing.share_record(actor, name, id, sort=given.kind, number=given.id, level=given.level)
    return answer([_share_json(share) for share in sharing.shares_of(actor, name, id)], status=201)


@router.delete("/{record:object}/{int:id}/shares/{slug:kind}/{int:number}", response={204: None})
def remove_share(request: HttpRequest, object: str, id: int, kind: str, number: int) -> HttpResponse:
    """Take a share away."""
    name = registry.by_slug(object).name
    sharing.unshare_record(caller_of(request).actor, name, id, sort=kind, number=number)
    return nothing()


def _share_json(share: Share) -> dict[str, object]:
    return {"kind": share.sort, "id": share.number, "name": share.name, "level": share.level}

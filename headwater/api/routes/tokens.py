"""Your own API tokens."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Query, Router

from headwater.access.keys import read_scopes, scopes_of
from headwater.api.answers import answer, nothing, page
from headwater.api.auth import ADMINISTERING, caller_of
from headwater.api.failures import not_found
from headwater.api.schemas import tokens as schemas
from headwater.api.schemas.common import Page, PageQuery
from headwater.users import organization, tokens
from headwater.users.models import ApiToken

router = Router(tags=["Settings"])


@router.get("/tokens", response=Page[schemas.Token], auth=ADMINISTERING)
def list_tokens(request: HttpRequest, query: Query[PageQuery]) -> HttpResponse:
    """List your own tokens, newest first, revoked ones too."""
    found = ApiToken.objects.filter(user=caller_of(request).user)
    rows, following = query.cut(found)
    return page([token_json(row) for row in rows], following, count=found.count())


@router.post("/tokens", response={201: schemas.MadeToken}, auth=ADMINISTERING)
def create_token(request: HttpRequest, given: schemas.NewToken) -> HttpResponse:
    """Make a token that acts as you. It never reaches further than your rights at the time of its use."""
    scope, objects_only = read_scopes(given.scopes)
    ends = given.expires_at
    if ends is not None and timezone.is_naive(ends):
        ends = ends.replace(tzinfo=organization.zone())
    tokens.check_end(ends, endless=given.endless)
    made, secret = tokens.create_token(
        caller_of(request).user,
        name=" ".join(given.name.split()) or given.name,
        scope=scope,
        objects_only=objects_only,
        expires_at=ends,
        endless=given.endless,
    )
    return answer(token_json(made) | {"token": secret}, status=201)


@router.delete("/tokens/{int:id}", response={204: None}, auth=ADMINISTERING)
def revoke_token(request: HttpRequest, id: int) -> HttpResponse:
    """End one of your own tokens at once and for good."""
    found = ApiToken.objects.filter(pk=id, user=caller_of(request).user).first()
    if found is None:
        raise not_found()
    tokens.revoke_token(found)
    return nothing()


def token_json(token: ApiToken) -> dict[str, Any]:
    """Return what is told of a token; not the token."""
    return {
        "id": token.pk,
        "name": token.name,
        "prefix": token.prefix,
        "scopes": scopes_of(token.scope, token.objects_only),
        "created_at": token.created_at,
        "expires_at": token.expires_at,
        "last_used_at": token.last_used_at,
        "last_used_from": token.last_used_from,
        "revoked_at": token.revoked_at,
    }

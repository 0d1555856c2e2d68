"""Invitations to become a user, for administrators."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Query, Router

from headwater.api.answers import answer, nothing, page
from headwater.api.auth import ADMINISTERING, caller_of
from headwater.api.problems import wrong
from headwater.api.routes.people import role_by_key, team_by_number
from headwater.api.schemas import settings as schemas
from headwater.api.schemas.common import Page, PageQuery
from headwater.records.errors import NotFound
from headwater.users import invitations
from headwater.users.models import Invitation

router = Router(tags=["Settings"])


@router.get("/invitations", response=Page[schemas.Invitation], auth=ADMINISTERING)
def list_invitations(request: HttpRequest, query: Query[PageQuery]) -> HttpResponse:
    """List the open invitations, newest first. For administrators."""
    caller_of(request).require_administrator()
    found = invitations.open_invitations()
    rows, following = query.cut(found)
    return page([invitation_json(row) for row in rows], following, count=found.count())


@router.post("/invitations", response={201: schemas.Invitation}, auth=ADMINISTERING)
def create_invitation(request: HttpRequest, given: schemas.NewInvitation) -> HttpResponse:
    """Invite a person by mail; the link is in the mail only. For administrators."""
    caller = caller_of(request)
    caller.require_administrator()
    if given.language and given.language not in dict(settings.LANGUAGES):
        known = ", ".join(code for code, _label in settings.LANGUAGES)
        raise wrong("language", "unknown_language", _("Choose one of: %(known)s.") % {"known": known})
    made = invitations.invite(
        caller.user,
        email=given.email,
        name=given.name,
        role=role_by_key(given.role),
        team=team_by_number("team", given.team),
        language=given.language,
    )
    return answer(invitation_json(made), status=201)


@router.post("/invitations/{int:id}/resending", response=schemas.Invitation, auth=ADMINISTERING)
def resend_invitation(request: HttpRequest, id: int) -> HttpResponse:
    """Send an open invitation once more; the earlier link ends. For administrators."""
    caller = caller_of(request)
    caller.require_administrator()
    try:
        return answer(invitation_json(invitations.send_again(caller.user, id)))
    except invitations.NoInvitation:
        raise NotFound("invitation", id) from None


@router.delete("/invitations/{int:id}", response={204: None}, auth=ADMINISTERING)
def revoke_invitation(request: HttpRequest, id: int) -> HttpResponse:
    """Revoke an open invitation. For administrators."""
    caller_of(request).require_administrator()
    try:
        invitations.revoke(id)
    except invitations.NoInvitation:
        raise NotFound("invitation", id) from None
    return nothing()


def invitation_json(row: Invitation) -> dict[str, Any]:
    """Return an invitation without its key, which only the mail has."""
    return {
        "id": row.pk,
        "email": row.email,
        "name": row.name,
        "role": row.role.key,
        "team": row.team_id,
        "language": row.language,
        "invited_by": row.invited_by_id,
        "created_at": row.created_at,
        "expires_at": row.expires_at,
    }

"""Inviting people, and looking after open invitations."""

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from headwater.lib.collation import in_order
from headwater.users import invitations
from headwater.users.models import Invitation, Role, Team, User
from headwater.users.organization import current
from headwater.web.shell import actor_of
from headwater.web.views.settings.forms import administrators_only, messages_of, number, posted


def _administrator(request: HttpRequest) -> User:
    user = actor_of(request).user
    assert user is not None
    return user


def _told(invitation: Invitation) -> str:
    return _("An invitation to %(address)s is on its way.") % {"address": invitation.email}


@require_http_methods(["GET", "POST"])
@administrators_only
def new_invitation(request: HttpRequest) -> HttpResponse:
    """Invite a person by mail."""
    errors: dict[str, str] = {}
    languages = list(settings.LANGUAGES)
    values = {"language": current().language}
    if request.method == "POST":
        values = posted(request, "name", "email", "role", "team", "language")
        try:
            messages.success(request, _told(_invite(request, values, dict(languages))))
            return redirect("users")
        except ValidationError as problem:
            errors = messages_of(problem)
    context = {
        "values": values,
        "errors": errors,
        "roles": list(Role.objects.values_list("pk", "label")),
        "teams": in_order(Team.objects.values_list("pk", "name")),
        "languages": languages,
    }
    return render(request, "settings/invitation.html", context, status=422 if errors else 200)


def _invite(request: HttpRequest, values: dict[str, str], languages: dict[str, str]) -> Invitation:
    role = Role.objects.filter(pk=number(values["role"])).first()
    if role is None:
        raise ValidationError({"role": [_("Choose a role.")]})
    if values["language"] not in languages:
        raise ValidationError({"language": [_("Choose a language.")]})
    return invitations.invite(
        _administrator(request),
        email=values["email"],
        name=values["name"],
        role=role,
        team=Team.objects.filter(pk=number(values["team"])).first(),
        language=values["language"],
    )


@require_POST
@administrators_only
def resend_invitation(request: HttpRequest, pk: int) -> HttpResponse:
    """Send an invitation once more, with a new link."""
    try:
        invitation = invitations.send_again(_administrator(request), pk)
    except invitations.NoInvitation:
        raise Http404 from None
    messages.success(request, _told(invitation))
    return redirect("users")


@require_POST
@administrators_only
def revoke_invitation(request: HttpRequest, pk: int) -> HttpResponse:
    """End an invitation: its link opens nothing any more."""
    try:
        invitations.revoke(pk)
    except invitations.NoInvitation:
        raise Http404 from None
    messages.success(request, _("The invitation is revoked."))
    return redirect("users")

"""Inviting people, and becoming a user by an invitation."""

import hashlib
import secrets
from datetime import timedelta
from functools import partial
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from headwater.lib import clock
from headwater.users import letters, organization
from headwater.users.models import Invitation, OutgoingMail, Role, Team, User
from headwater.users.outbox.services import post
from headwater.users.services import create_user

VALID_DAYS = 7


class NoInvitation(Exception):
    """The key opens nothing (any more): unknown, used, revoked or expired; which one is not said."""


def _hash(key: str) -> str:
    # A key carries 256 random bits, so a fast hash is enough: there is nothing to guess.
    return hashlib.sha256(key.encode()).hexdigest()


def open_invitations() -> QuerySet[Invitation]:
    """Invitations that nobody has accepted or revoked, the expired ones too; newest first."""
    found = Invitation.objects.filter(accepted_at__isnull=True, revoked_at__isnull=True)
    return found.select_related("role", "team", "invited_by")


def _check(email: str, name: str) -> None:
    errors: dict[str, list[str]] = {}
    try:
        validate_email(email)
    except ValidationError as problem:
        errors["email"] = problem.messages
    if User.objects.filter(email=email).exists():
        errors["email"] = [_("A user with this e-mail exists already.")]
    elif open_invitations().filter(email=email).exists():
        errors["email"] = [_("This person is invited already. Send the invitation once more instead.")]
    if len(name) > 150:
        errors["name"] = [_("Write the person's name, with at most 150 characters.")]
    if errors:
        raise ValidationError(errors)


def invite(
    inviter: User, *, email: str, name: str = "", role: Role, team: Team | None = None, language: str = ""
) -> Invitation:
    """Invite a person by mail. Whether the inviter may is for the caller to ask.

    Raises ValidationError with messages per field.
    """
    email, name = email.strip().lower(), " ".join(name.split())
    _check(email, name)
    invitation = Invitation(
        email=email,
        name=name,
        role=role,
        team=team,
        language=language or organization.current().language,
        invited_by=inviter,
    )
    try:
        with transaction.atomic():
            _send(invitation)
    except IntegrityError as clash:  # somebody else invited her at the same moment
        taken = _("This person is invited already. Send the invitation once more instead.")
        raise ValidationError({"email": [taken]}) from clash
    return invitation


def _send(invitation: Invitation) -> None:
    """Give the invitation a new key and a new term, and put the mail into the outbox."""
    key = secrets.token_urlsafe(32)
    invitation.hash = _hash(key)
    invitation.expires_at = clock.now() + timedelta(days=VALID_DAYS)
    invitation.save()
    write = partial(
        letters.invitation,
        name=invitation.name,
        inviter=invitation.invited_by.name,
        path=reverse("invitation", args=[key]),
        days=VALID_DAYS,
    )
    post(
        OutgoingMail.Kind.INVITATION,
        write,
        address=invitation.email,
        name=invitation.name,
        language=invitation.language,
    )


@transaction.atomic
def send_again(inviter: User, pk: Any) -> Invitation:
    """Send an open invitation once more, in the inviter's name; the earlier link ends.

    Raises NoInvitation.
    """
    invitation = open_invitations().select_for_update(of=("self",)).filter(pk=pk).first()
    if invitation is None:
        raise NoInvitation
    invitation.invited_by = inviter
    _send(invitation)
    return invitation


def revoke(pk: Any) -> None:
    """End an open invitation for good. Raises NoInvitation."""
    if not open_invitations().filter(pk=pk).update(revoked_at=clock.now()):
        raise NoInvitation


def _valid() -> QuerySet[Invitation]:
    """An invitation dies with its sender's account: nobody brings people in after leaving."""
    return open_invitations().filter(
        expires_at__gt=clock.now(),
        invited_by__is_active=True,
        invited_by__role__is_administrator=True,
    )


def find_invitation(key: str) -> Invitation:
    """The invitation that a key opens. Raises NoInvitation."""
    invitation = _valid().filter(hash=_hash(key)).first()
    if invitation is None:
        raise NoInvitation
    return invitation


def accept(key: str, *, name: str, password: str) -> User:
    """Make the invited person a user; the key is used up.

    Raises NoInvitation, and ValidationError with messages per field.
    """
    return _accept(find_invitation(key), name, password)


def accept_for_address(address: str, name: str) -> User | None:
    """Make the person who proved that this address is hers a user, without a password, if she is invited."""
    invitation = _valid().filter(email=address).first()
    return _accept(invitation, invitation.name or name, None) if invitation else None


@transaction.atomic
def _accept(invitation: Invitation, name: str, password: str | None) -> User:
    # The one who changes the row first has it: a second request at the same moment finds it taken.
    if not open_invitations().filter(pk=invitation.pk).update(accepted_at=clock.now()):
        raise NoInvitation
    user = create_user(
        email=invitation.email, name=name, password=password, role=invitation.role, team=invitation.team
    )
    User.objects.filter(pk=user.pk).update(language=invitation.language)
    Invitation.objects.filter(pk=invitation.pk).update(accepted_by=user)
    user.language = invitation.language
    return user

"""Making and checking API tokens."""

import hashlib
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from headwater.lib import clock
from headwater.users import organization
from headwater.users.acting import current_address
from headwater.users.models import ApiToken, User
from headwater.users.notices import notify_token_ends

PREFIX = "hw_"
LEVELS = ("read", "write")
"""How far a token can reach into one object, the less first."""
YEAR, LONGEST = timedelta(days=365), timedelta(days=366)
NOTICE = timedelta(days=7)
_USED_RESOLUTION = timedelta(minutes=1)


def _hash(token: str) -> str:
    # Tokens carry 256 random bits, so a fast hash is enough: there is nothing to guess.
    return hashlib.sha256(token.encode()).hexdigest()


def create_token(
    user: User,
    *,
    name: str,
    scope: str = ApiToken.Scope.WRITE,
    objects_only: Mapping[str, str] | None = None,
    expires_at: datetime | None = None,
    endless: bool = False,
) -> tuple[ApiToken, str]:
    """Make a token for a user. The second value is the token itself, readable only now.

    With ``objects_only`` the scope follows from it. Without ``expires_at`` the token ends after a year,
    unless it is ``endless``; whether that is allowed is for the caller to ask (``check_end``).
    """
    if objects_only:
        scope = max(objects_only.values(), key=LEVELS.index)
    secret = PREFIX + secrets.token_urlsafe(32)
    token = ApiToken.objects.create(
        user=user,
        name=name,
        prefix=secret[: len(PREFIX) + 6],
        hash=_hash(secret),
        scope=scope,
        objects_only=dict(objects_only or {}),
        expires_at=None if endless else expires_at or clock.now() + YEAR,
    )
    return token, secret


def check_end(expires_at: datetime | None, *, endless: bool) -> None:
    """Raise ValidationError for an end that has passed, or lies farther away than the organization allows."""
    now = clock.now()
    if expires_at is not None and expires_at <= now:
        raise ValidationError({"expires": [_("Choose a day in the future.")]})
    far = expires_at is not None and expires_at > now + LONGEST
    if (endless or far) and not organization.current().tokens_without_end:
        message = _("A token lasts a year at most; an administrator can allow more under “Sign-in rules”.")
        raise ValidationError({"expires": [message]})


def find_token(secret: str) -> ApiToken | None:
    """Return the live token of an active user, or None. Notes its use at most once a minute."""
    now = clock.now()
    token = (
        ApiToken.objects.select_related("user", "user__role", "user__team")
        .filter(Q(expires_at__isnull=True) | Q(expires_at__gt=now))
        .filter(hash=_hash(secret), revoked_at__isnull=True, user__is_active=True)
        .first()
    )
    if token is None:
        return None
    if token.last_used_at is None or now - token.last_used_at > _USED_RESOLUTION:
        used = ApiToken.objects.filter(pk=token.pk)
        used.update(last_used_at=now, last_used_from=current_address())
    return token


def tell_of_ends() -> int:
    """Tell the owners of tokens that end within a week, once for each; return how many."""
    now = clock.now()
    ending = ApiToken.objects.select_related("user").filter(
        expires_at__gt=now,
        expires_at__lte=now + NOTICE,
        told_at__isnull=True,
        revoked_at__isnull=True,
        user__is_active=True,
    )
    told = 0
    for token in ending:
        with transaction.atomic():
            if ApiToken.objects.filter(pk=token.pk, told_at__isnull=True).update(told_at=now):
                notify_token_ends(token)
                told += 1
    return told


def revoke_tokens(people: QuerySet[User]) -> None:
    """End every token of these people."""
    owned = ApiToken.objects.filter(user__in=people.values("pk"), revoked_at__isnull=True)
    owned.update(revoked_at=clock.now())


def revoke_token(token: ApiToken) -> None:
    """End a token at once and for good."""
    ApiToken.objects.filter(pk=token.pk, revoked_at__isnull=True).update(revoked_at=clock.now())

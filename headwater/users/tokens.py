"""Making and checking API tokens."""

import hashlib
import secrets
from datetime import timedelta

from django.db.models import QuerySet

from headwater.lib import clock
from headwater.users.models import ApiToken, User

PREFIX = "hw_"
_USED_RESOLUTION = timedelta(minutes=1)


def _hash(token: str) -> str:
    # Tokens carry 256 random bits, so a fast hash is enough: there is nothing to guess.
    return hashlib.sha256(token.encode()).hexdigest()


def create_token(user: User, *, name: str, scope: str = ApiToken.Scope.WRITE) -> tuple[ApiToken, str]:
    """Make a token for a user. The second value is the token itself, readable only now."""
    secret = PREFIX + secrets.token_urlsafe(32)
    token = ApiToken.objects.create(
        user=user, name=name, prefix=secret[: len(PREFIX) + 6], hash=_hash(secret), scope=scope
    )
    return token, secret


def find_token(secret: str) -> ApiToken | None:
    """Return the live token of an active user, or None. Notes its use at most once a minute."""
    token = (
        ApiToken.objects.select_related("user", "user__role", "user__team")
        .filter(hash=_hash(secret), revoked_at__isnull=True, user__is_active=True)
        .first()
    )
    if token is None:
        return None
    now = clock.now()
    if token.last_used_at is None or now - token.last_used_at > _USED_RESOLUTION:
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=now)
    return token


def revoke_tokens(people: QuerySet[User]) -> None:
    """End every token of these people."""
    owned = ApiToken.objects.filter(user__in=people.values("pk"), revoked_at__isnull=True)
    owned.update(revoked_at=clock.now())


def revoke_token(token: ApiToken) -> None:
    """End a token at once and for good."""
    ApiToken.objects.filter(pk=token.pk, revoked_at__isnull=True).update(revoked_at=clock.now())

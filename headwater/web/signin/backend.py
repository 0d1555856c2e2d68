"""Signing in."""

from copy import copy

from allauth.account.auth_backends import AuthenticationBackend

from headwater.lib.memo import shared
from headwater.users.models import User


@shared
def _load(user_id: int) -> User | None:
    found: User | None = (
        User.objects.select_related("team", "role").filter(pk=user_id, is_active=True).first()
    )
    return found


class Backend(AuthenticationBackend):
    """allauth's own, but a user is read, together with team and role, once per change of people."""

    def get_user(self, user_id: int) -> User | None:
        # A copy: what a request does to its user must not reach the next one's.
        user = _load(int(user_id))
        return copy(user) if user else None

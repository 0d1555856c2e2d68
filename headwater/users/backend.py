"""Signing in."""

from allauth.account.auth_backends import AuthenticationBackend

from headwater.users.models import User


class Backend(AuthenticationBackend):  # type: ignore[misc]
    """allauth's own, but a request loads its user together with team and role."""

    def get_user(self, user_id: int) -> User | None:
        return User.objects.select_related("team", "role").filter(pk=user_id, is_active=True).first()

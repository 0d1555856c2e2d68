"""Who a session belongs to."""

from allauth.account.auth_backends import AuthenticationBackend

from headwater.users.models import User


class Backend(AuthenticationBackend):  # type: ignore[misc]
    """allauth's own, but a request loads its user together with team and role."""

    def get_user(self, user_id: int) -> User | None:
        found: User | None = (
            User.objects.select_related("team", "role").filter(pk=user_id, is_active=True).first()
        )
        return found

"""What this house asks of a new password beyond what Django checks."""

from typing import Any

from django.contrib.auth.hashers import check_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from headwater.users.models import User


class NotTheSameAgain:
    """A validator of ``AUTH_PASSWORD_VALIDATORS``: who changes her password takes another one.

    It asks about saved people only. Who chooses for somebody else passes an unsaved one, and learns nothing.
    """

    def validate(self, password: str, user: Any = None) -> None:
        if not isinstance(user, User) or user._state.adding or not user.has_usable_password():
            return
        if check_password(password, user.password):
            raise ValidationError(self.get_help_text(), code="password_same")

    def get_help_text(self) -> str:
        return _("This is the password you have. Choose another one.")

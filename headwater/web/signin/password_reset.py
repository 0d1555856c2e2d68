"""Asking for a new password: allauth's own flow, with the mail sent through the outbox."""

from functools import partial
from typing import Any

from allauth.account import app_settings
from allauth.account.forms import ResetPasswordForm
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from headwater.users import letters
from headwater.users.models import OutgoingMail, User
from headwater.users.outbox.services import post_to


class AskForm(ResetPasswordForm):
    """A job finds out whose address it is, so that the answer comes as fast for one that nobody has."""

    def save(self, request: HttpRequest, **kwargs: Any) -> str:
        from headwater.web.jobs import send_password_reset

        email: str = self.cleaned_data["email"]
        send_password_reset.enqueue(email)
        return email


def send_reset(email: str) -> int:
    """Send the link to the active user with this address, if there is one; return how many mails."""
    users = User.objects.filter(email=email.strip().lower(), is_active=True)
    hours = settings.PASSWORD_RESET_TIMEOUT // 3600
    for user in users:
        key = app_settings.PASSWORD_RESET_TOKEN_GENERATOR().make_token(user)
        words = {"uidb36": user_pk_to_url_str(user), "key": key}
        path = reverse("account_reset_password_from_key", kwargs=words)
        write = partial(letters.password_reset, name=user.name, path=path, hours=hours)
        post_to(user, OutgoingMail.Kind.PASSWORD_RESET, write)
    return len(users)

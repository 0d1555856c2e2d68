"""Authenticator apps, passkeys and recovery codes: allauth's, fitted into this house."""

import base64
import logging
import re
import secrets
import struct
from dataclasses import dataclass
from typing import Any

from allauth.core import context
from allauth.core.internal.cryptokit import normalize_user_code
from allauth.mfa import app_settings
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import (
    AddWebAuthnForm,
    AuthenticateWebAuthnForm,
    EditWebAuthnForm,
    LoginWebAuthnForm,
    ReauthenticateWebAuthnForm,
)
from cryptography.exceptions import InvalidSignature
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.db import transaction
from django.forms import CharField

from headwater.lib.sealing import Unreadable, seal, unseal
from headwater.users import administration, organization, second_factor
from headwater.users.failed_sign_ins import Reason, note_failure
from headwater.users.models import User
from headwater.web.signin.sessions import device

FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
"""What proves who somebody is beside the password; recovery codes stand in for them."""

logger = logging.getLogger(__name__)


class Adapter(DefaultMFAAdapter):
    """Seals secrets, and lets nobody who needs a second factor remove the last one."""

    def encrypt(self, text: str) -> str:
        return seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        try:
            return unseal(encrypted_text)
        except Unreadable:
            logger.error("A second factor was sealed with another secret key: HEADWATER_OLD_SECRET_KEYS.")
            return base64.b32encode(secrets.token_bytes(20)).decode()  # a secret that nobody has

    def get_totp_issuer(self) -> str:
        return self._get_site_name()

    def _get_site_name(self) -> str:
        # a colon would end the issuer in some apps
        return f"Headwater {organization.current().name}".replace(":", " ").strip()

    def build_totp_svg(self, url: str) -> str:
        drawing: str = super().build_totp_svg(url)
        return re.sub(r"^<\?xml[^>]*\?>\s*", "", drawing)  # it stands within a page

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        others = Authenticator.objects.filter(user_id=authenticator.user_id, type__in=FACTORS)
        return others.exclude(pk=authenticator.pk).exists() or not second_factor.is_required(
            authenticator.user
        )

    def generate_authenticator_name(self, user: User, type: Authenticator.Type) -> str:
        return device(context.request.headers.get("user-agent", ""))


def _note_refusal(problem: ValidationError, reason: str, user: User | None) -> None:
    note_failure(Reason.BLOCKED if problem.code == "too_many_login_attempts" else reason, user=user)


class _UsedOnce:
    """A code that was read over a shoulder is worth nothing: each is taken once in the time it holds."""

    user: User

    def clean_code(self) -> str:
        code: str = super().clean_code()  # type: ignore[misc]
        steps = 2 * app_settings.TOTP_TOLERANCE + 1
        key = f"second-factor-used:{self.user.pk}:{normalize_user_code(code)}"
        if not cache.add(key, True, timeout=steps * app_settings.TOTP_PERIOD):
            raise Adapter().validation_error("incorrect_code")
        return code


class _Noted:
    """Keeps that a code was wrong."""

    user: User

    def clean_code(self) -> str:
        try:
            code: str = super().clean_code()  # type: ignore[misc]
        except ValidationError as problem:
            _note_refusal(problem, Reason.CODE, self.user)
            raise
        return code


class AuthenticateOnce(_Noted, _UsedOnce, AuthenticateForm):
    """The code after the password."""


class ReauthenticateOnce(_Noted, _UsedOnce, ReauthenticateForm):
    """The code before a change."""


class ActivateOnce(_UsedOnce, ActivateTOTPForm):
    """The first code of a new app."""


_NONSENSE = (KeyError, TypeError, ValueError, AttributeError, struct.error, InvalidSignature)
"""What the libraries raise for answers that no browser gives, and for forged ones."""


class _Checked:
    """Refuses what no passkey said, whatever is wrong with it."""

    user: User | None

    def clean_credential(self) -> Any:
        try:
            return self._believed()
        except ValidationError as problem:
            _note_refusal(problem, Reason.PASSKEY, self.user)
            raise

    def _believed(self) -> Any:
        try:
            return super().clean_credential()  # type: ignore[misc]
        except _NONSENSE as problem:
            raise Adapter().validation_error("incorrect_code") from problem


class AuthenticatePasskey(_Checked, AuthenticateWebAuthnForm):
    """The passkey after the password."""


class SignInPasskey(_Checked, LoginWebAuthnForm):
    """The passkey instead of a password."""


class ReauthenticatePasskey(_Checked, ReauthenticateWebAuthnForm):
    """The passkey before a change."""


class AddPasskeyForm(AddWebAuthnForm):
    """A new passkey."""

    name = CharField(required=False, max_length=100)

    def clean(self) -> Any:
        try:
            return super().clean()
        except _NONSENSE as problem:
            raise Adapter().validation_error("incorrect_code") from problem


class RenamePasskeyForm(EditWebAuthnForm):
    """Another name for a passkey."""

    name = CharField(max_length=100)


@dataclass(frozen=True)
class Factors:
    """What a person has beside the password. ``codes`` is None while there are no recovery codes."""

    app: Authenticator | None
    passkeys: list[Authenticator]
    codes: int | None


def factors_of(user: User) -> Factors:
    """Return the second factors of a person."""
    found: dict[Any, list[Authenticator]] = {}
    for each in Authenticator.objects.filter(user=user).order_by("pk"):
        found.setdefault(each.type, []).append(each)
    (codes,) = found.get(Authenticator.Type.RECOVERY_CODES) or [None]
    return Factors(
        app=next(iter(found.get(Authenticator.Type.TOTP, [])), None),
        passkeys=found.get(Authenticator.Type.WEBAUTHN, []),
        codes=None if codes is None else len(codes.wrap().get_unused_codes()),
    )


def note_factors(user: User) -> None:
    """Keep with the person whether she has a second factor, so that no page needs to ask for it."""
    has = Authenticator.objects.filter(user=user, type__in=FACTORS).exists()
    User.objects.filter(pk=user.pk).update(has_second_factor=has)


@transaction.atomic
def remove_factors(person: User) -> None:
    """Take every second factor from a person who lost them, and sign her out everywhere."""
    Authenticator.objects.filter(user=person).delete()
    note_factors(person)
    administration.end_sessions(person)

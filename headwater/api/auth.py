"""Who calls: a bearer token, or the person signed in to the pages."""

from dataclasses import dataclass
from typing import Any, Literal

from django.http import HttpRequest
from django.middleware.csrf import CsrfViewMiddleware
from django.utils import translation
from django.utils.translation import gettext as _

from headwater.access import rights
from headwater.access.fields import limits_of
from headwater.api.problems import Problem
from headwater.api.throttle import count_request
from headwater.metadata import reading
from headwater.users import languages, second_factor
from headwater.users.actor import Actor
from headwater.users.models import User
from headwater.users.tokens import find_token

Scope = Literal["read", "write", "admin"]

_ORDER: dict[str, int] = {"read": 0, "write": 1, "admin": 2}
_SAFE = ("GET", "HEAD")


@dataclass(frozen=True)
class Caller:
    """The person behind a request and how far her key reaches; never further than her own rights."""

    user: User
    actor: Actor
    scope: str

    def require_scope(self, needed: Scope) -> None:
        """Raise the problem 403 when the token was made for less."""
        if _ORDER[self.scope] < _ORDER[needed]:
            message = _("This token has the scope “%(scope)s”; “%(needed)s” is needed here.")
            raise Problem(403, "scope", message % {"scope": self.scope, "needed": needed})

    def require_administrator(self) -> None:
        """Raise the problem 403, or Forbidden, unless settings may be changed with this key."""
        self.require_scope("admin")
        rights.require_administrator(self.actor)


def caller_of(request: HttpRequest) -> Caller:
    """Return who was let in; every operation runs behind ``Authentication``."""
    found = getattr(request, "auth", None)
    if not isinstance(found, Caller):
        raise TypeError("this operation was reached without authentication")
    return found


class _CsrfCheck(CsrfViewMiddleware):
    def _reject(self, request: HttpRequest, reason: str) -> Any:
        return reason


class Authentication:
    """Lets in the owner of a token, or of a session with its CSRF token on changes.

    ``needs`` is the token scope; left out, reading needs "read" and everything else "write".
    """

    def __init__(self, needs: Scope | None = None) -> None:
        self.needs = needs

    def __call__(self, request: HttpRequest) -> Caller:
        header = request.headers.get("Authorization")
        caller = self._by_token(header) if header is not None else self._by_session(request)
        reading.become(limits_of(caller.actor))
        speak(request, caller)
        caller.require_scope(self.needed(request.method or ""))
        return caller

    def needed(self, method: str) -> Scope:
        """Return the scope that a token needs for this method."""
        return self.needs or ("read" if method in _SAFE else "write")

    def _by_token(self, header: str) -> Caller:
        scheme, _space, secret = header.partition(" ")
        token = find_token(secret.strip()) if scheme.lower() == "bearer" else None
        if token is None:
            raise unauthorized(_("This token is not known, or was revoked."))
        count_request(f"token:{token.pk}")
        return Caller(token.user, Actor(token.user, "api"), token.scope)

    def _by_session(self, request: HttpRequest) -> Caller:
        user = request.user
        if not isinstance(user, User) or not user.is_active:
            raise unauthorized(_("Send a token: Authorization: Bearer …"))
        if request.method not in _SAFE:
            self._check_csrf(request)
        if second_factor.is_missing(user):
            message = _("Set up your second factor first: open Headwater in the browser.")
            raise Problem(403, "second_factor", message)
        count_request(f"user:{user.pk}")
        return Caller(user, Actor(user, "api"), "admin")

    def _check_csrf(self, request: HttpRequest) -> None:
        def view(_request: HttpRequest) -> Any:
            """Stand for the operation, which is not exempt."""

        check = _CsrfCheck(view)
        check.process_request(request)
        # the pages' own check ran before this one and marked the request as done
        request.csrf_processing_done = False  # type: ignore[attr-defined]
        if check.process_view(request, view, (), {}) is not None:
            message = _("A signed-in page must send its CSRF token in the header X-CSRFToken.")
            raise Problem(403, "csrf", message)


ADMINISTERING = Authentication("admin")
"""Settings of the company: with a token only where it may do everything its owner may."""


def speak(request: HttpRequest, caller: Caller) -> None:
    """Answer a program in the language it accepts, else in its user's; a signed-in person in hers."""
    by_token = "Authorization" in request.headers
    if by_token and languages.accepted(request.headers.get("Accept-Language", "")):
        return  # what holds already
    translation.activate(languages.of_user(caller.user))
    request.LANGUAGE_CODE = translation.get_language()


def unauthorized(detail: str) -> Problem:
    """Return the problem of a request that says nothing true about who sends it."""
    return Problem(401, "unauthorized", detail, headers={"WWW-Authenticate": "Bearer"})

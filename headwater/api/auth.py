"""Who calls: a bearer token, or the person signed in to the pages."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from django.http import HttpRequest
from django.middleware.csrf import CsrfViewMiddleware
from django.utils import translation
from django.utils.translation import gettext as _

from headwater.access import rights
from headwater.access.fields import limits_of
from headwater.access.keys import scopes_of
from headwater.api.problems import Problem
from headwater.api.throttle import count_request
from headwater.metadata import reading, registry
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
            raise missing_scope(needed, self.scopes)

    @property
    def scopes(self) -> list[str]:
        """How far the key reaches, in the words of the API."""
        return scopes_of(self.scope, dict(self.actor.only or ()))

    def require_administrator(self) -> None:
        """Raise the problem 403, or Forbidden, unless settings may be changed with this key."""
        self.require_scope("admin")
        rights.require_administrator(self.actor)


def missing_scope(needed: str, scopes: Sequence[str]) -> Problem:
    """Return the problem of a token that was made for less; it names the scope that is missing."""
    message = _("This token has the scope “%(scope)s”; “%(needed)s” is needed here.")
    words = {"scope": ", ".join(scopes), "needed": needed}
    return Problem(403, "scope", message % words, needed=needed, scopes=list(scopes))


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

    ``needs`` is the token scope; left out, reading needs "read" and everything else "write". A token for
    some objects opens what is about these (they stand in the address), and operations for which ``by_rights``
    says that they ask for rights on the objects they are about.
    """

    def __init__(self, needs: Scope | None = None, *, by_rights: bool = False) -> None:
        self.needs, self.by_rights = needs, by_rights

    def __call__(self, request: HttpRequest) -> Caller:
        header = request.headers.get("Authorization")
        caller = self._by_token(header) if header is not None else self._by_session(request)
        reading.become(limits_of(caller.actor))
        speak(request, caller)
        needed = self.needed(request.method or "")
        caller.require_scope(needed)
        if caller.actor.only is not None:
            self._require_object(request, caller, needed)
        return caller

    def _require_object(self, request: HttpRequest, caller: Caller, needed: str) -> None:
        """Raise the problem 403 when a token for some objects was not made for this address."""
        slug = request.resolver_match.kwargs.get("object") if request.resolver_match else None
        if slug is None and not self.by_rights:
            raise missing_scope(needed, caller.scopes)
        if slug is not None:
            level = dict(caller.actor.only or ()).get(registry.by_slug(slug).name, "")
            if level not in (needed, "write"):
                raise missing_scope(f"{slug}:{needed}", caller.scopes)

    def needed(self, method: str) -> Scope:
        """Return the scope that a token needs for this method."""
        return self.needs or ("read" if method in _SAFE else "write")

    def _by_token(self, header: str) -> Caller:
        scheme, _space, secret = header.partition(" ")
        token = find_token(secret.strip()) if scheme.lower() == "bearer" else None
        if token is None:
            raise unauthorized(_("This token is not known, was revoked, or has ended."))
        count_request(f"token:{token.pk}")
        only = tuple(sorted(token.objects_only.items())) or None
        return Caller(token.user, Actor(token.user, "api", only=only), token.scope)

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


BY_RIGHTS = Authentication("read", by_rights=True)
"""Reading that asks for the right to see each object it is about, wherever the object is named."""
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

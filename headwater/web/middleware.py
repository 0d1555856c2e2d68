"""What holds for every page: who may open it, and what the browser is told to refuse."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponseRedirect, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.cache import patch_vary_headers

from headwater.access.errors import Forbidden
from headwater.access.fields import limits_of
from headwater.metadata import reading
from headwater.records.errors import Invalid, NotFound
from headwater.users import second_factor
from headwater.users.models import User
from headwater.users.services import is_claimed
from headwater.web.shell import actor_of
from headwater.web.views import errors

Next = Callable[[HttpRequest], HttpResponseBase]

OWN_SIGN_IN = ("/api/", "/health", "/metrics")
"""Doors for programs: they check their own keys and answer in their own form."""

BEFORE_SECOND_FACTOR = {
    "second_factor",
    "mfa_activate_totp",
    "mfa_add_webauthn",
    "account_reauthenticate",
    "mfa_reauthenticate",
    "mfa_reauthenticate_webauthn",
    "account_logout",
}
"""What is open to a person who still has to set up the second factor that the company asks for."""

CONTENT_SECURITY_POLICY = "; ".join(
    [
        "default-src 'self'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    ]
)


class CompressText(GZipMiddleware):
    """Send pages and JSON compressed. Files come as they are: tables and pictures are compressed already.

    The length is blurred by random bytes and the form's token is masked anew in each page, so that
    what a page holds cannot be guessed from its size.
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        kind = response.headers.get("Content-Type", "").partition(";")[0]
        if response.streaming or not (kind == "text/html" or kind.endswith("json")):
            return response
        return super().process_response(request, response)


def security_headers(get_response: Next) -> Next:
    """Refuse inline code, framing and caching of what a person saw."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        response.headers.setdefault("Content-Security-Policy", CONTENT_SECURITY_POLICY)
        response.headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
        if response.headers.get("Content-Type", "").startswith("text/html"):
            patch_vary_headers(response, ["HX-Request"])
            # Back after sign-out must not show what the last reader saw.
            response.headers.setdefault("Cache-Control", "no-store, private")
        return response

    return answer


def reader(get_response: Next) -> Next:
    """Let the dictionary answer as the person has it who is signed in, while a page is made and sent.

    Programs are known later: ``api.auth`` sets the reader.
    """

    def answer(request: HttpRequest) -> HttpResponseBase:
        limits = limits_of(actor_of(request)) if request.user.is_authenticated else None
        with reading.reading(limits):
            response = get_response(request)
            if isinstance(response, StreamingHttpResponse):
                response.streaming_content = reading.each_reading(reading.current(), iter(response))
        return response

    return answer


class SignInRequired(LoginRequiredMiddleware):
    """Every page asks for a signed-in person, except those that say otherwise.

    While nobody owns the installation, every page leads to the first run.
    """

    def process_view(
        self, request: HttpRequest, view_func: Any, view_args: Any, view_kwargs: Any
    ) -> HttpResponseBase | None:
        if request.path.startswith(OWN_SIGN_IN):
            return None
        if isinstance(request.user, User):
            return self._second_factor_first(request, request.user)
        first_run = reverse("first_run")
        if request.path == first_run:
            return None
        if not is_claimed():
            return redirect(first_run)
        return super().process_view(request, view_func, view_args, view_kwargs)

    def _second_factor_first(self, request: HttpRequest, user: User) -> HttpResponseBase | None:
        page = request.resolver_match.url_name if request.resolver_match else ""
        if page in BEFORE_SECOND_FACTOR or not second_factor.is_missing(user):
            return None
        return _sent(request, redirect("second_factor"))

    def handle_no_permission(self, request: HttpRequest, view_func: Any) -> HttpResponseRedirect:
        answer = super().handle_no_permission(request, view_func)
        if request.headers.get("HX-Request") == "true":
            answer.headers["Location"] = reverse(settings.LOGIN_URL)
        return _sent(request, answer)


def _sent(request: HttpRequest, answer: HttpResponseRedirect) -> HttpResponseRedirect:
    """A region cannot become another page: there the browser is told to go."""
    if request.headers.get("HX-Request") == "true":
        answer.status_code = 401
        answer.headers["HX-Redirect"] = answer.headers["Location"]
        del answer.headers["Location"]
    return answer


class DoorErrors:
    """Turn what the doors raise into pages: nobody learns whether a hidden record exists."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponseBase | None:
        if request.path.startswith(OWN_SIGN_IN):
            return None
        if isinstance(exception, NotFound):
            return errors.page_not_found(request)
        if isinstance(exception, Forbidden):
            return errors.permission_denied(request)
        if isinstance(exception, Invalid):  # no form of ours sends this
            return errors.bad_request(request)
        return None

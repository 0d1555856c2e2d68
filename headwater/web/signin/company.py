"""Signing in with the company's own accounts (OpenID Connect): allauth's flow, held to the whole standard.

Who may come in is ours to say: people who have an account here or an open invitation, found by an address
that the provider has verified; others only where the settings name their domain.
"""

import logging
import secrets
from typing import Any, NoReturn

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.internal import jwtkit
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialLogin
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView, OAuth2LoginView
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from requests import RequestException

from headwater.lib.company_accounts import CompanyAccounts
from headwater.users.failed_sign_ins import Reason, note_failure
from headwater.users.joining import joined_by_address
from headwater.users.models import User

logger = logging.getLogger(__name__)

_ODD = (OAuth2Error, RequestException, KeyError, TypeError, ValueError, AttributeError)
"""What comes out of the libraries when a provider is away or answers what the standard does not have."""


class Door(OpenIDConnectOAuth2Adapter):
    """Asks the provider, and believes only a signed answer to this very question."""

    nonce = ""

    def complete_login(self, request: HttpRequest, app: Any, token: Any, **kwargs: Any) -> Any:
        claims = jwtkit.verify_and_decode(
            credential=kwargs["response"]["id_token"],
            keys_url=self.openid_config["jwks_uri"],
            issuer=self.openid_config["issuer"],
            audience=app.client_id,
            lookup_kid=jwtkit.lookup_kid_jwk,
        )
        if not self.nonce or not constant_time_compare(str(claims.get("nonce")), self.nonce):
            raise OAuth2Error("the id token answers another question")
        if not isinstance(claims.get("exp"), int | float):
            raise OAuth2Error("the id token never expires")
        if "userinfo_endpoint" in self.openid_config:
            more = self._fetch_user_info(token.token)
            if more.get("sub") != claims["sub"]:
                raise OAuth2Error("the provider speaks of two people")
            claims = claims | more
        return self.get_provider().sociallogin_from_response(request, claims)


class Provider(OpenIDConnectProvider):
    """Lets no address of ours add to the question."""

    oauth2_adapter_class = Door

    def get_redirect_from_request_kwargs(self, request: HttpRequest) -> dict[str, Any]:
        asked: dict[str, Any] = super().get_redirect_from_request_kwargs(request)
        nonce = secrets.token_urlsafe(24)
        return asked | {
            "process": "login",
            "scope": self.get_scope(),
            "auth_params": self.get_auth_params() | {"nonce": nonce},
            "nonce": nonce,
        }

    def extract_email_addresses(self, data: dict[str, Any]) -> list[Any]:
        found: list[Any] = super().extract_email_addresses(data)
        for address in found:
            said = data.get("email_verified")
            address.verified = said is True or said == "true"  # some write it as a text
        return found

    def extract_extra_data(self, data: dict[str, Any]) -> dict[str, Any]:
        return {}  # nothing of it is needed again


class Callback(OAuth2CallbackView):
    """Hands the number of the question to whoever reads the answer."""

    def _get_state(self, request: HttpRequest, provider: Any) -> Any:
        state, answer = super()._get_state(request, provider)
        self.adapter.nonce = (state or {}).get("nonce", "")
        return state, answer


class Adapter(DefaultSocialAccountAdapter):
    """Decides who may come in."""

    def populate_user(self, request: HttpRequest, sociallogin: SocialLogin, data: dict[str, Any]) -> Any:
        sociallogin.name = str(data.get("name") or "")
        return sociallogin.user

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        user = sociallogin.user
        if sociallogin.is_existing:
            if not user.is_active:
                _refuse(request, _("This account is switched off"), reason=Reason.OFF, user=user)
            return
        accounts = settings.COMPANY_ACCOUNTS[sociallogin.account.provider]
        address = next((each.email for each in sociallogin.email_addresses if each.verified), "")
        if not address:
            _refuse(request, _("The company account does not say that its e-mail is verified."))
        if not accounts.accepts(address):
            why = _("The e-mail %(address)s is none that comes in with %(provider)s.")
            _refuse(request, why % {"address": address, "provider": accounts.name}, email=address)
        user = joined_by_address(address, sociallogin.name, domains=accounts.domains, role=accounts.role)
        if user is None:
            why = _("Nobody here has the e-mail %(address)s. Ask an administrator for an invitation.")
            _refuse(request, why % {"address": address}, email=address)
        if SocialAccount.objects.filter(user=user, provider=sociallogin.account.provider).exists():
            # an address that the company gave to somebody else does not hand over the account
            why = _("Another company account signs in as this person. Ask an administrator.")
            _refuse(request, why, user=user)
        sociallogin.connect(request, user)

    def on_authentication_error(self, request: HttpRequest, provider: Any, **details: Any) -> None:
        if problem := details.get("exception"):
            logger.warning("Company sign-in failed: %s", type(problem).__name__)
        raise ImmediateHttpResponse(_failed(request))


def _page(request: HttpRequest, why: str, status: int) -> HttpResponse:
    return render(request, "account/company_refused.html", {"why": why}, status=status)


def _refuse(
    request: HttpRequest,
    why: str,
    *,
    reason: str = Reason.COMPANY,
    email: str = "",
    user: User | None = None,
) -> NoReturn:
    note_failure(reason, email=email, user=user)
    raise ImmediateHttpResponse(_page(request, why, 403))


def _failed(request: HttpRequest) -> HttpResponse:
    return _page(request, _("The company's sign-in did not give a valid answer. Try again."), 502)


@login_not_required
@never_cache
@require_safe
def begin(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Send the browser to the company's sign-in."""
    return _answered(request, OAuth2LoginView, provider_id)


@login_not_required
@never_cache
@require_safe
def finish(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Take the browser back from there."""
    return _answered(request, Callback, provider_id)


def _answered(request: HttpRequest, view: Any, provider_id: str) -> HttpResponse:
    if request.user.is_authenticated:
        return redirect("home")
    try:
        answer: HttpResponse = view.adapter_view(Door(request, provider_id))(request)
    except SocialApp.DoesNotExist:
        raise Http404 from None
    except _ODD as problem:
        logger.warning("Company sign-in failed: %s", type(problem).__name__)
        return _failed(request)
    return answer


def company_accounts() -> list[CompanyAccounts]:
    """Return the providers that have a button on the sign-in page."""
    return list(settings.COMPANY_ACCOUNTS.values())

"""Passkeys: allauth's pages, with what this house adds to them."""

from typing import Any

from allauth.account.forms import LoginForm
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn import views
from allauth.mfa.webauthn.internal import auth
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse_lazy
from django.utils.translation import gettext as _

from headwater.web.signin.second_factor import Adapter


class AddPasskey(views.AddWebAuthnView):
    """Every key that is added can sign in by itself; keys that cannot are refused by the browser."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        context["js_data"] = {"creation_options": auth.begin_registration(self.request.user, True)}
        return context


class RemovePasskey(views.RemoveWebAuthnView):
    """Does not take the last second factor from somebody who needs one."""

    success_url = reverse_lazy("mfa_index")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        context["is_last"] = not self._may_go(self.object)
        return context

    def form_valid(self, form: Any) -> HttpResponse:
        if not self._may_go(self.get_object()):
            refused: HttpResponse = self.render_to_response(self.get_context_data(), status=422)
            return refused
        answer: HttpResponse = super().form_valid(form)
        return answer

    def _may_go(self, passkey: Authenticator) -> bool:
        return Adapter().can_delete_authenticator(passkey)


class Reauthenticate(views.ReauthenticateWebAuthnView):
    """Shows a failure where it happened."""

    def form_invalid(self, form: Any) -> HttpResponse:
        answer: HttpResponse = self.render_to_response(self.get_context_data(form=form) | {"form": form})
        return answer


class SignIn(views.LoginWebAuthnView):
    """Gives the browser its question, and takes its answer; a wrong one leads to the sign-in page."""

    def form_invalid(self, form: Any) -> HttpResponse:
        context = {
            "form": LoginForm(request=self.request),
            "passkey_errors": [_("This passkey is not known here.")],
        }
        return render(self.request, "account/login.html", context, status=422)


add = AddPasskey.as_view()
remove = RemovePasskey.as_view()
reauthenticate = Reauthenticate.as_view()
sign_in = SignIn.as_view()

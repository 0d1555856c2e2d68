"""The addresses of signing in and of one's own security; what allauth leads to has allauth's names."""

from allauth.account import views as account
from allauth.mfa.base import views as factors
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from django.contrib.auth.decorators import login_not_required
from django.urls import path, reverse_lazy

from headwater.web.signin import company, passkeys
from headwater.web.views.settings import security

SECURITY = reverse_lazy("mfa_index")

urlpatterns = [
    path("accounts/login/", account.login, name="account_login"),
    # open to all: it also ends a sign-in that waits for its second step
    path("accounts/logout/", login_not_required(account.logout), name="account_logout"),
    path("accounts/inactive/", account.account_inactive, name="account_inactive"),
    path("accounts/password/change/", security.change_password, name="account_change_password"),
    path("accounts/password/reset/", account.password_reset, name="account_reset_password"),
    path("accounts/password/reset/sent/", account.password_reset_done, name="account_reset_password_done"),
    path(
        "accounts/password/reset/done/",
        account.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    path(
        "accounts/password/reset/<slug:uidb36>/<slug:key>/",
        account.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path("accounts/second-factor/", factors.authenticate, name="mfa_authenticate"),
    path("accounts/passkey/", passkeys.sign_in, name="mfa_login_webauthn"),
    path("accounts/again/", account.reauthenticate, name="account_reauthenticate"),
    path("accounts/again/code/", factors.reauthenticate, name="mfa_reauthenticate"),
    path("accounts/again/passkey/", passkeys.reauthenticate, name="mfa_reauthenticate_webauthn"),
    path("accounts/company/<slug:provider_id>/", company.begin, name="openid_connect_login"),
    path("accounts/company/<slug:provider_id>/callback/", company.finish, name="openid_connect_callback"),
    path("settings/security/", security.security, name="mfa_index"),
    path("settings/security/set-up/", security.set_up, name="second_factor"),
    path("settings/security/sessions/<int:pk>/ending/", security.end_session, name="end_session"),
    path("settings/security/sessions/others/ending/", security.end_other_sessions, name="end_other_sessions"),
    path("settings/security/app/", totp.activate_totp, name="mfa_activate_totp"),
    path("settings/security/app/removal/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("settings/security/recovery-codes/", codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path(
        "settings/security/recovery-codes/renewal/",
        codes.generate_recovery_codes,
        name="mfa_generate_recovery_codes",
    ),
    path("settings/security/passkeys/new/", passkeys.add, name="mfa_add_webauthn"),
    path(
        "settings/security/passkeys/<int:pk>/",
        webauthn.EditWebAuthnView.as_view(success_url=SECURITY),
        name="mfa_edit_webauthn",
    ),
    path("settings/security/passkeys/<int:pk>/removal/", passkeys.remove, name="mfa_remove_webauthn"),
]

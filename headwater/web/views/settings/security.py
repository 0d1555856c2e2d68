"""A person's own sign-in: password, second factors, and where she is signed in."""

from allauth.account.views import password_change
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from headwater.users import second_factor
from headwater.users.failed_sign_ins import SHOWN, failures_of
from headwater.users.models import User
from headwater.web.shell import actor_of
from headwater.web.signin import sessions
from headwater.web.signin.second_factor import factors_of

PAGE = "mfa_index"
"""Where allauth goes when a change is done, hence its name."""

MOST_FAILURES = 20


def _reader(request: HttpRequest) -> User:
    user = actor_of(request).user
    assert user is not None
    return user


@require_safe
def security(request: HttpRequest) -> HttpResponse:
    """Show how the reader signs in and where she is signed in."""
    reader = _reader(request)
    context = {
        "sessions": sessions.open_sessions(request, reader),
        "factors": factors_of(reader),
        "failures": failures_of(reader)[:MOST_FAILURES],
        "failures_days": SHOWN.days,
    }
    return render(request, "settings/security.html", context)


@require_safe
def set_up(request: HttpRequest) -> HttpResponse:
    """Ask for the second factor that the company wants; who has one is past this."""
    if not second_factor.is_missing(_reader(request)):
        return redirect("home")
    return render(request, "mfa/set_up.html")


def change_password(request: HttpRequest) -> HttpResponse:
    """allauth's page; who never had a password chooses one by mail."""
    if not _reader(request).has_usable_password():
        return redirect(PAGE)
    answer: HttpResponse = password_change(request)
    return answer


@require_POST
def end_session(request: HttpRequest, pk: int) -> HttpResponse:
    """End one of the reader's sessions."""
    try:
        sessions.end_session(request, _reader(request), pk)
    except LookupError:
        raise Http404 from None
    if not request.user.is_authenticated:  # it was this one
        return redirect("account_login")
    messages.success(request, _("That session is over."))
    return redirect(PAGE)


@require_POST
def end_other_sessions(request: HttpRequest) -> HttpResponse:
    """Sign the reader out everywhere but here."""
    sessions.end_other_sessions(request, _reader(request))
    messages.success(request, _("You are signed out everywhere else."))
    return redirect(PAGE)

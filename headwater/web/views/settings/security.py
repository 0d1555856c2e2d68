"""A person's own sign-in: where she is signed in."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from headwater.users.models import User
from headwater.web.shell import actor_of
from headwater.web.signin import sessions

PAGE = "mfa_index"
"""Where allauth goes when a change is done, hence its name."""


def _reader(request: HttpRequest) -> User:
    user = actor_of(request).user
    assert user is not None
    return user


@require_safe
def security(request: HttpRequest) -> HttpResponse:
    """Show how the reader signs in and where she is signed in."""
    context = {"sessions": sessions.open_sessions(request, _reader(request))}
    return render(request, "settings/security.html", context)


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

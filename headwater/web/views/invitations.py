"""Becoming a user by an invitation."""

from allauth.core import ratelimit
from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from headwater.users.invitations import NoInvitation, accept, find_invitation
from headwater.users.models import Invitation
from headwater.users.organization import current
from headwater.web.views.settings.forms import messages_of

PER_ADDRESS = "30/m/ip"


@login_not_required
@require_http_methods(["GET", "POST"])
def invitation(request: HttpRequest, key: str) -> HttpResponseBase:
    """Ask for a name and a password; then the person is in. Reading the page uses nothing up."""
    limited: HttpResponseBase | None = ratelimit.consume_or_429(
        request, config={"invitation": PER_ADDRESS}, action="invitation", limit_get=True
    )
    if limited:
        return limited
    try:
        found = find_invitation(key)
    except NoInvitation:
        answer: HttpResponseBase = render(request, "account/invitation_over.html", status=404)
    else:
        with translation.override(found.language):
            answer = _asked(request, key, found)
    answer.headers["X-Robots-Tag"] = "noindex, nofollow"
    return answer


def _asked(request: HttpRequest, key: str, found: Invitation) -> HttpResponse:
    name, errors = found.name, {}
    if request.method == "POST":
        name, password = request.POST.get("name", ""), request.POST.get("password", "")
        if password != request.POST.get("password_again", ""):
            errors["password_again"] = _("The two passwords differ.")
        else:
            try:
                user = accept(key, name=name, password=password)
            except NoInvitation:  # a second request was faster
                return render(request, "account/invitation_over.html", status=404)
            except ValidationError as problem:
                errors = messages_of(problem)
            else:
                login(request, user, backend=settings.AUTHENTICATION_BACKENDS[0])
                return redirect("home")
    company = current().name or "Headwater"
    context = {"invitation": found, "name": name, "errors": errors, "company": company}
    return render(request, "account/invitation.html", context, status=422 if errors else 200)

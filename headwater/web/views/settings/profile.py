"""The signed-in person's own settings."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from headwater.users.models import User
from headwater.web.shell import actor_of


@require_http_methods(["GET", "POST"])
def profile(request: HttpRequest) -> HttpResponse:
    """Show name, e-mail, team and role; change the name."""
    user = actor_of(request).user
    assert user is not None
    error = ""
    if request.method == "POST":
        name = " ".join(request.POST.get("name", "").split())
        if name and len(name) <= 150:
            user.name = name
            user.save(update_fields=["name"])
            messages.success(request, _("Saved."))
            return redirect("profile")
        error = _("Write your name, with at most 150 characters.")
    return render(request, "settings/profile.html", {"error": error}, status=422 if error else 200)


@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    """Keep the chosen theme with the person, and go back to where she was."""
    user = actor_of(request).user
    assert user is not None
    chosen = request.POST.get("theme", "")
    if chosen in User.Theme.values:
        user.theme = chosen
        user.save(update_fields=["theme"])
    back = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(
        back, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return redirect(back if safe else "home")

"""The signed-in person's own settings."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from headwater.users import languages
from headwater.users.models import User
from headwater.web.shell import actor_of

TEXTS = ("name", "language", "calendar")


def _languages() -> list[tuple[str, str]]:
    names = dict(settings.LANGUAGES)
    default = _("As the organization (%(language)s)") % {"language": names[languages.of_organization()]}
    return [("", default), *((code, str(name)) for code, name in settings.LANGUAGES)]


@require_http_methods(["GET", "POST"])
def profile(request: HttpRequest) -> HttpResponse:
    """Show name, e-mail, team and role; change the name, the language and how years are counted."""
    user = actor_of(request).user
    assert user is not None
    calendars = [(code, str(label)) for code, label in User.Calendar.choices]
    offered = {"language": _languages(), "calendar": calendars}
    values = {key: getattr(user, key) for key in TEXTS}
    errors: dict[str, str] = {}
    if request.method == "POST":
        values |= {key: " ".join(request.POST.get(key, values[key]).split()) for key in TEXTS}
        if not 0 < len(values["name"]) <= 150:
            errors["name"] = _("Write your name, with at most 150 characters.")
        for key, options in offered.items():
            if values[key] not in {code for code, _label in options}:
                errors[key] = _("Choose one of the list.")
        if not errors:
            for key, value in values.items():
                setattr(user, key, value)
            user.save(update_fields=TEXTS)
            with translation.override(languages.of_user(user)):
                messages.success(request, _("Saved."))
            return redirect("profile")
    context = {"values": values, "errors": errors, "choices": offered}
    return render(request, "settings/profile.html", context, status=422 if errors else 200)


@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    """Keep the chosen theme with the person, and go back to where she was."""
    user = actor_of(request).user
    assert user is not None
    chosen = request.POST.get("theme", "")
    if chosen in User.Theme.values:
        user.theme = chosen
        user.save(update_fields=["theme"])
    return _back(request)


@require_POST
def shortcuts(request: HttpRequest) -> HttpResponse:
    """Switch the keys of one letter on or off, and go back to where she was."""
    user = actor_of(request).user
    assert user is not None
    user.shortcuts = request.POST.get("shortcuts") != "off"
    user.save(update_fields=["shortcuts"])
    return _back(request)


def _back(request: HttpRequest) -> HttpResponse:
    back = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(
        back, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return redirect(back if safe else "home")

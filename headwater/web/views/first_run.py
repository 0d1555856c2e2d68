"""The first page of a new installation: its owner and its company."""

from typing import Any

from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from headwater.users import languages
from headwater.users.services import AlreadyClaimed, create_owner, is_claimed
from headwater.web.demo import demo
from headwater.web.views.demo import DEMO_JOB
from headwater.web.views.settings.forms import messages_of
from headwater.web.views.settings.organization import choices, problems

TEXTS = ("name", "email", "company", "language", "currency", "zone")


def _problems(values: dict[str, str], password: str, again: str) -> dict[str, str]:
    found = problems(values, choices())
    if password != again:
        found["password_again"] = _("The two passwords differ.")
    return found


def _claim(values: dict[str, str], password: str) -> Any:
    organization = {key: values[key] for key in ("language", "currency", "zone")} | {
        "name": values["company"]
    }
    organization |= languages.customs(values["language"])
    return create_owner(
        email=values["email"], name=values["name"], password=password, organization=organization
    )


def _speak(request: HttpRequest) -> None:
    """Show the page in the language that its reader picked there, if any."""
    picked = request.GET.get("language", "")
    if languages.known(picked):
        translation.activate(picked)
        request.LANGUAGE_CODE = picked


@login_not_required
@require_http_methods(["GET", "POST"])
def first_run(request: HttpRequest) -> HttpResponse:
    """Make the owner once; afterwards this page does not exist."""
    if is_claimed():
        raise Http404
    _speak(request)
    values = {key: request.POST.get(key, "").strip() for key in TEXTS}
    errors: dict[str, str] = {}
    if request.method == "POST":
        password = request.POST.get("password", "")
        errors = _problems(values, password, request.POST.get("password_again", ""))
        if not errors:
            try:
                user = _claim(values, password)
            except AlreadyClaimed:
                return redirect(settings.LOGIN_URL)
            except ValidationError as problem:
                errors = messages_of(problem)
            else:
                login(request, user, backend=settings.AUTHENTICATION_BACKENDS[0])
                if request.POST.get("content") == "demo":
                    request.session[DEMO_JOB] = demo().load(user)
                return redirect("home")
    else:
        values |= {"language": get_language() or languages.SOURCE, "currency": "EUR", "zone": "UTC"}
    context = {
        "values": values,
        "errors": errors,
        "choices": choices(),
        "content": request.POST.get("content", "demo"),
    }
    return render(request, "pages/first_run.html", context, status=422 if errors else 200)

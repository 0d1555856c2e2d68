"""Pages that say what went wrong, in the shell for those who are signed in."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _


def _page(request: HttpRequest, status: int, icon: str, title: str, text: str) -> HttpResponse:
    user = getattr(request, "user", None)
    layout = "layout/app.html" if user is not None and user.is_authenticated else "layout/plain.html"
    context = {"layout": layout, "icon_name": icon, "title": title, "text": text}
    return render(request, "pages/error.html", context, status=status)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _page(
        request, 400, "alert-circle", _("This address cannot be read"), _("Check the address, or go back.")
    )


def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _page(
        request,
        403,
        "lock",
        _("You may not do this"),
        _("Your role does not include it. An administrator can change that under Settings."),
    )


def page_not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _page(
        request,
        404,
        "search",
        _("There is nothing here"),
        _("It was deleted, it is not shared with you, or the address is wrong."),
    )


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return _page(
        request,
        403,
        "refresh",
        _("This page was open for too long"),
        _("Load it again, then repeat what you did. Nothing was changed."),
    )


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer without the database, the session or the shell: one of them may be what failed."""
    context: dict[str, Any] = {
        "title": _("Something went wrong on our side"),
        "text": _("Nothing was saved by this step. Try again; if it happens again, tell your administrator."),
    }
    return HttpResponse(render_to_string("pages/server_error.html", context), status=500)

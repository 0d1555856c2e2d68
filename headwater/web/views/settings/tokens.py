"""A person's keys for outside programs."""

from datetime import date, datetime, time, timedelta

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from headwater.access.keys import read_scopes, scopes_of
from headwater.lib import clock
from headwater.metadata import registry
from headwater.users import organization
from headwater.users import tokens as service
from headwater.users.models import ApiToken, User
from headwater.web.shell import actor_of
from headwater.web.views.settings.forms import messages_of

SOME = "some"
"""Stands for a token that is for some objects only."""


@require_http_methods(["GET", "POST"])
def tokens(request: HttpRequest) -> HttpResponse:
    """List the reader's own tokens; a post makes one and shows it this once."""
    user = actor_of(request).user
    assert user is not None
    secret, errors = "", dict[str, str]()
    if request.method == "POST":
        try:
            secret = _make(request, user)
        except ValidationError as problem:
            errors = messages_of(problem)
    today = clock.now().astimezone(organization.zone()).date()
    found = ApiToken.objects.filter(user=user)
    context = {
        "tokens": [(token, _reach(token)) for token in found],
        "scopes": [*ApiToken.Scope.choices, (SOME, _("Some objects only"))],
        "objects": [(entry.slug, str(entry.label_plural)) for entry in registry.objects()],
        "levels": [("read", _("Read")), ("write", _("Read and write"))],
        "values": request.POST if errors else {"scope": "read"},
        "year": today + timedelta(days=365),
        "tomorrow": today + timedelta(days=1),
        "may_last": organization.current().tokens_without_end,
        "secret": secret,
        "errors": errors,
    }
    return render(request, "settings/tokens.html", context, status=422 if errors else 200)


def _make(request: HttpRequest, user: User) -> str:
    """Make the token that the form asks for. Raises ValidationError with messages per field."""
    name = " ".join(request.POST.get("name", "").split())
    if not name or len(name) > 120 or "\x00" in name:
        raise ValidationError({"name": [_("Give the token a name that says which program has it.")]})
    scope, objects_only = _scope(request)
    endless = request.POST.get("endless") == "true"
    ends = None if endless else _end(request.POST.get("expires", ""))
    service.check_end(ends, endless=endless)
    _token, secret = service.create_token(
        user, name=name, scope=scope, objects_only=objects_only, expires_at=ends, endless=endless
    )
    return secret


def _scope(request: HttpRequest) -> tuple[str, dict[str, str]]:
    scope = request.POST.get("scope", "")
    if scope != SOME:
        return read_scopes([scope])
    slugs = [entry.slug for entry in registry.objects()]
    chosen = [f"{slug}:{level}" for slug in slugs if (level := request.POST.get(f"object.{slug}", ""))]
    if not chosen:
        raise ValidationError({"scopes": [_("Choose at least one object.")]})
    return read_scopes(chosen)


def _end(word: str) -> datetime | None:
    """Return the end of a day of the organization; None where none is written."""
    if not word.strip():
        return None
    try:
        day = date.fromisoformat(word.strip())
        return datetime.combine(day + timedelta(days=1), time(), organization.zone())
    except (ValueError, OverflowError):
        raise ValidationError({"expires": [_("Write a date as 2026-12-31.")]}) from None


def _reach(token: ApiToken) -> str:
    if not token.objects_only:
        return token.get_scope_display()
    return ", ".join(scopes_of(token.scope, token.objects_only))


@require_POST
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """End one of the reader's own tokens."""
    token = get_object_or_404(ApiToken, pk=pk, user=actor_of(request).user)
    service.revoke_token(token)
    messages.success(request, _("The token “%(name)s” works no more.") % {"name": token.name})
    return redirect("tokens")

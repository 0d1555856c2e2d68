"""A person's keys for outside programs."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from headwater.users.models import ApiToken
from headwater.users.tokens import create_token, revoke_token
from headwater.web.shell import actor_of


@require_http_methods(["GET", "POST"])
def tokens(request: HttpRequest) -> HttpResponse:
    """List the reader's own tokens; a post makes one and shows it this once."""
    user = actor_of(request).user
    assert user is not None
    secret = error = ""
    if request.method == "POST":
        name = " ".join(request.POST.get("name", "").split())
        scope = request.POST.get("scope", "")
        if not name or len(name) > 120 or scope not in ApiToken.Scope.values:
            error = _("Give the token a name that says which program has it.")
        else:
            _token, secret = create_token(user, name=name, scope=scope)
    context = {
        "tokens": ApiToken.objects.filter(user=user),
        "scopes": ApiToken.Scope.choices,
        "secret": secret,
        "error": error,
    }
    return render(request, "settings/tokens.html", context, status=422 if error else 200)


@require_POST
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """End one of the reader's own tokens."""
    token = get_object_or_404(ApiToken, pk=pk, user=actor_of(request).user)
    revoke_token(token)
    messages.success(request, _("The token “%(name)s” works no more.") % {"name": token.name})
    return redirect("tokens")

"""How one wishes to be told."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from headwater.activities.models import Notice
from headwater.activities.notices.preferences import kinds_for, preferences_of, set_preferences
from headwater.records.errors import Invalid
from headwater.users.actor import Actor
from headwater.web.shell import actor_of


@require_http_methods(["GET", "POST"])
def notice_settings(request: HttpRequest) -> HttpResponse:
    """Choose for each kind whether it is shown in the app and how it goes out by mail."""
    actor = actor_of(request)
    error = ""
    if request.method == "POST":
        try:
            set_preferences(actor, follows_own="follows_own" in request.POST, ways=_posted(request, actor))
        except Invalid as problem:
            error = problem.errors[0].message
        else:
            messages.success(request, _("Saved."))
            return redirect("notice_settings")
    wishes = preferences_of(actor.user_id or 0)
    context = {
        "follows_own": wishes.follows_own,
        "kinds": [(kind.value, str(kind.label), wishes.ways[kind]) for kind in kinds_for(actor)],
        "mails": [(value or "never", str(label)) for value, label in Notice.Mail.choices],
        "error": error,
    }
    return render(request, "settings/notices.html", context, status=422 if error else 200)


def _posted(request: HttpRequest, actor: Actor) -> dict[str, dict[str, object]]:
    data = request.POST
    return {
        kind.value: {"in_app": f"app-{kind}" in data, "mail": data.get(f"mail-{kind}", "never")}
        for kind in kinds_for(actor)
    }

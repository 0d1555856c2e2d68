"""What the company asks of everybody's sign-in."""

from django.conf import settings
from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from headwater.users import administration, organization
from headwater.users.models import Role
from headwater.web.signin.company import company_accounts
from headwater.web.views.settings.forms import administrators_only, number


@require_http_methods(["GET", "POST"])
@administrators_only
def rules(request: HttpRequest) -> HttpResponse:
    """Show and change who needs a second factor."""
    if request.method == "POST":
        administration.require_second_factor(
            everybody=request.POST.get("everybody") == "true",
            roles={number(pk) for pk in request.POST.getlist("role")},
        )
        administration.allow_tokens_without_end(request.POST.get("tokens_without_end") == "true")
        messages.success(request, _("Saved."))
        return redirect("signin_rules")
    active = Q(users__is_active=True)
    roles = Role.objects.annotate(
        people=Count("users", filter=active),
        secured=Count("users", filter=active & Q(users__has_second_factor=True)),
    )
    context = {
        "roles": roles,
        "tokens_without_end": organization.current().tokens_without_end,
        "everybody": organization.current().second_factor_required,
        "providers": [
            (each, settings.PUBLIC_URL + reverse("openid_connect_callback", args=[each.key]))
            for each in company_accounts()
        ],
    }
    return render(request, "settings/signin_rules.html", context)

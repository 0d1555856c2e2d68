"""What the company lets people make: how many reports, and of which fields."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from headwater.reports.limits import Usage, people_with_reports
from headwater.users import organization
from headwater.users.services import update_limits
from headwater.web.views.settings.forms import administrators_only, messages_of, number

_SHOWN = 20


@require_http_methods(["GET", "POST"])
@administrators_only
def limits(request: HttpRequest) -> HttpResponse:
    """Show and change the limits, with those who have most of what is limited."""
    now = organization.current()
    most, own_fields = str(now.most_reports or ""), now.own_fields_in_reports
    errors: dict[str, str] = {}
    if request.method == "POST":
        most, own_fields = (
            request.POST.get("most_reports", "").strip(),
            request.POST.get("own_fields") == "true",
        )
        try:
            update_limits(most_reports=_read(most), own_fields_in_reports=own_fields)
        except ValidationError as problem:
            errors = messages_of(problem)
        else:
            messages.success(request, _("Saved."))
            return redirect("limits")
    people = [
        (one, count, Usage(count, now.most_reports) if now.most_reports else None)
        for one, count in people_with_reports(_SHOWN)
    ]
    context = {"most": most, "own_fields": own_fields, "errors": errors, "people": people}
    return render(request, "settings/limits.html", context, status=422 if errors else 200)


def _read(text: str) -> int | None:
    """Read a limit; nothing is none. Raises ValidationError."""
    if not text:
        return None
    found = number(text)
    if not 1 <= found <= 1_000_000:
        raise ValidationError({"most_reports": [_("Write a number from 1 to 1,000,000, or nothing.")]})
    return found

"""The company: name, language, currency, calendar."""

from typing import Any
from zoneinfo import available_timezones

import phonenumbers
from babel import Locale
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from headwater.lib import money
from headwater.lib.collation import sort_key
from headwater.reports.jobs import rebuild_days
from headwater.users import organization as organization_room
from headwater.users.services import update_organization
from headwater.web.demo import demo
from headwater.web.views.settings.forms import administrators_only, messages_of, number, posted

Options = list[tuple[Any, str]]

TEXTS = ("name", "language", "currency", "zone", "phone_region")
NUMBERS = ("week_start", "fiscal_month", "fiscal_day")


def choices() -> dict[str, Options]:
    """Return what the pickers offer, named in the reader's language."""
    language = get_language() or "en"
    locale = Locale.parse(language, sep="-")
    zones = sorted(name for name in available_timezones() if "/" in name and not name.startswith("Etc/"))
    named = [code for code in phonenumbers.SUPPORTED_REGIONS if code in locale.territories]
    regions = sorted(
        ((locale.territories[code], code) for code in named), key=lambda pair: (sort_key(pair[0]), pair[1])
    )
    return {
        "language": [(code, str(label)) for code, label in settings.LANGUAGES],
        "currency": [(code, f"{code} · {name}") for code, name in money.currency_choices(language)],
        "zone": [("UTC", "UTC"), *((name, name.replace("_", " ")) for name in zones)],
        "week_start": list(locale.days["stand-alone"]["wide"].items()),
        "fiscal_month": list(locale.months["stand-alone"]["wide"].items()),
        "phone_region": [(code, name) for name, code in regions],
    }


def problems(values: dict[str, Any], offered: dict[str, Options]) -> dict[str, str]:
    """Return a message for each value that is none of those offered."""
    found = {}
    for key, options in offered.items():
        known = {str(option[0]) for option in options} | ({""} if key == "phone_region" else set())
        if key in values and str(values[key]) not in known:
            found[key] = _("Choose one of the list.")
    if "fiscal_day" in values and values["fiscal_day"] not in range(1, 29):
        found["fiscal_day"] = _("Write a day between 1 and 28.")
    return found


@require_http_methods(["GET", "POST"])
@administrators_only
def organization(request: HttpRequest) -> HttpResponse:
    """Show and change the company's settings."""
    current = organization_room.current()
    values: dict[str, Any] = {key: getattr(current, key) for key in (*TEXTS, *NUMBERS)}
    errors: dict[str, str] = {}
    offered = choices()
    if request.method == "POST":
        values = posted(request, *TEXTS) | {key: number(request.POST.get(key, "")) for key in NUMBERS}
        errors = problems(values, offered)
        if not errors:
            try:
                if update_organization(**values).days_stale:
                    rebuild_days.enqueue()
            except ValidationError as problem:
                errors = messages_of(problem)
            else:
                messages.success(request, _("Saved."))
                return redirect("organization")
    context = {"values": values, "errors": errors, "choices": offered, "has_demo": demo().exists()}
    return render(request, "settings/organization.html", context, status=422 if errors else 200)

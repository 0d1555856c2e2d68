"""The outbox: which mails go out, how, and what became of them."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from headwater.users.models import OutgoingMail
from headwater.users.notices import send_test
from headwater.users.outbox.services import try_again
from headwater.web.shell import actor_of
from headwater.web.views.settings.forms import administrators_only, number

State = OutgoingMail.State
PER_PAGE = 50
TONES = {State.SENT: "green", State.FAILED: "red", State.UNKNOWN: "orange", State.WAITING: "blue"}


def way() -> str:
    """Return in words how mails leave this installation."""
    if settings.MAIL_WAY == "file":
        return _("No mail server is set: mails are written into the folder %(folder)s.") % {
            "folder": settings.EMAIL_FILE_PATH
        }
    if settings.MAIL_WAY == "console":
        return _("No mail server is set: mails are written to the console of the worker.")
    words = {"host": settings.EMAIL_HOST, "port": settings.EMAIL_PORT}
    return {
        "starttls": _("Mails go to %(host)s, port %(port)s, encrypted by STARTTLS."),
        "tls": _("Mails go to %(host)s, port %(port)s, encrypted by TLS."),
        "none": _("Mails go to %(host)s, port %(port)s, not encrypted."),
    }[settings.SMTP_SECURITY] % words


def _tabs(counts: dict[str, int], chosen: str) -> list[tuple[str, str, bool]]:
    """Return "all" and the states that there are, as (label, address, current)."""
    here = reverse("mails")
    states = [state for state in State if state in counts]
    named = [(f"{each.label} · {counts[each]}", f"{here}?state={each}", each == chosen) for each in states]
    return [(_("All"), here, chosen not in counts), *named]


@require_safe
@administrators_only
def mails(request: HttpRequest) -> HttpResponse:
    """List the mails, newest first, with their state and the server's last answer."""
    found = OutgoingMail.objects.defer("text", "html")
    counts = dict(OutgoingMail.objects.order_by().values_list("state").annotate(Count("pk")))
    chosen = request.GET.get("state", "")
    if chosen in State.values:
        found = found.filter(state=chosen)
    page = Paginator(found, PER_PAGE).get_page(number(request.GET.get("page", "1")))
    context: dict[str, Any] = {
        "way": way(),
        "sender": settings.DEFAULT_FROM_EMAIL,
        "mails": page,
        "tabs": _tabs(counts, chosen),
        "chosen": chosen,
        "tones": TONES,
        "again": (State.WAITING, State.FAILED, State.UNKNOWN),
    }
    return render(request, "settings/mails.html", context)


@require_POST
@administrators_only
def test_mail(request: HttpRequest) -> HttpResponse:
    """Send a test message to the administrator who asks."""
    user = actor_of(request).user
    assert user is not None
    mail = send_test(user)
    messages.success(request, _("A test message to %(address)s is on its way.") % {"address": mail.address})
    return redirect("mails")


@require_POST
@administrators_only
def mail_retry(request: HttpRequest, pk: int) -> HttpResponse:
    """Send a mail that waits or failed now."""
    if try_again(pk):
        messages.success(request, _("The mail is tried again now."))
    else:
        messages.error(request, _("This mail is sent already, or it is gone."))
    return redirect("mails")

"""Rates of exchange: typed, or from a file of the European Central Bank."""

from datetime import date

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from headwater.lib import calendars, clock, formats, money, typed_numbers
from headwater.lib.ecb import MOST_BYTES, NotEcb, read_ecb
from headwater.metadata.context import calendar_rules
from headwater.users import organization, rates
from headwater.users.models import ExchangeRate
from headwater.web.views.settings.forms import administrators_only, messages_of, posted

SHOWN = 100
"""Rates on the page, the newest; a history of the bank has two hundred thousand."""


@require_http_methods(["GET", "POST"])
@administrators_only
def exchange_rates(request: HttpRequest) -> HttpResponse:
    """List the newest rates, of one currency if asked; a post adds one."""
    errors: dict[str, str] = {}
    typed = posted(request, "currency", "day", "rate")
    if request.method == "POST":
        typed["rate"] = typed_numbers.typed(typed["rate"])
        try:
            rates.set_rate(currency=typed["currency"], day=_day(typed["day"]), rate=typed["rate"])
        except ValidationError as problem:
            errors = messages_of(problem)
        else:
            messages.success(request, _("Saved."))
            return redirect("exchange_rates")
    return _page(request, errors, typed)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(calendars.typed(text))
    except ValueError:
        return None


def _page(request: HttpRequest, errors: dict[str, str], typed: dict[str, str] | None = None) -> HttpResponse:
    own = organization.current().currency
    known = sorted({code for pair in rates.quoted() for code in pair if code != own})
    chosen = request.GET.get("only", "")
    found = ExchangeRate.objects.filter(currency=chosen) if chosen in known else ExchangeRate.objects.all()
    today = calendar_rules().local_date(clock.now()).isoformat()
    context = {
        "rates": found[:SHOWN],
        "known": [(code, code) for code in known],
        "only": chosen,
        "shown": SHOWN,
        "own": own,
        "currencies": [
            (code, f"{code} · {name}")
            for code, name in money.currency_choices(get_language() or "en")
            if code != own
        ],
        "values": typed if errors and typed else {"currency": "", "day": today, "rate": ""},
        "errors": errors,
        "limit": MOST_BYTES,
        "format_rate": format_rate,
    }
    return render(request, "settings/exchange_rates.html", context, status=422 if errors else 200)


def format_rate(rate: ExchangeRate) -> str:
    """Return a rate in words, with six digits that say something: "1 USD = 0.926870 EUR"."""
    digits = max(2, 5 - rate.rate.adjusted())
    words = {"currency": rate.currency, "rate": formats.number(rate.rate, digits), "against": rate.against}
    return _("1 %(currency)s = %(rate)s %(against)s") % words


@require_POST
@administrators_only
def exchange_rate_file(request: HttpRequest) -> HttpResponse:
    """Take the rates of a file of the European Central Bank."""
    file = request.FILES.get("file")
    if not isinstance(file, UploadedFile):
        return _page(request, {"file": _("Choose a file.")})
    if (file.size or 0) > MOST_BYTES:
        return _page(request, {"file": _("The file is too large for a file of exchange rates.")})
    try:
        loaded = rates.load_rates(read_ecb(file.read()))
    except NotEcb as problem:
        return _page(request, {"file": str(problem)})
    text = ngettext("%(n)s rate is new.", "%(n)s rates are new.", loaded.written)
    messages.success(request, text % {"n": formats.number(loaded.written)})
    if loaded.kept:
        text = ngettext(
            "%(n)s that was typed by hand stays.", "%(n)s that were typed by hand stay.", loaded.kept
        )
        messages.info(request, text % {"n": formats.number(loaded.kept)})
    return redirect("exchange_rates")


@require_POST
@administrators_only
def exchange_rate_deletion(request: HttpRequest, pk: int) -> HttpResponse:
    """Forget one rate."""
    try:
        rates.delete_rate(pk)
    except LookupError:
        raise Http404 from None
    messages.success(request, _("Deleted."))
    return redirect("exchange_rates")

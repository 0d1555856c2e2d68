"""Exchange rates: everybody reads them, administrators change them."""

from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Query, Router

from headwater.api.answers import answer, nothing, page
from headwater.api.auth import ADMINISTERING, caller_of
from headwater.api.failures import not_found
from headwater.api.problems import wrong
from headwater.api.schemas import rates as schemas
from headwater.api.schemas.common import Page
from headwater.api.uploads import read_form
from headwater.lib.ecb import MOST_BYTES, NotEcb, read_ecb
from headwater.records.errors import FieldError, Invalid
from headwater.users import rates
from headwater.users.models import ExchangeRate

router = Router(tags=["Settings"])


@router.get("/exchange-rates", response=Page[schemas.Rate])
def list_rates(request: HttpRequest, query: Query[schemas.RateQuery]) -> HttpResponse:
    """List rates, the one entered last first."""
    found = ExchangeRate.objects.all()
    if query.currency is not None:
        found = found.filter(currency=query.currency)
    shown, following = query.cut(found)
    return page([rate_json(rate) for rate in shown], following, count=found.count())


@router.post("/exchange-rates", response={201: schemas.Rate}, auth=ADMINISTERING)
def create_rate(request: HttpRequest, given: schemas.NewRate) -> HttpResponse:
    """Say what a currency is worth from a day on; another rate of that day gives way. For administrators."""
    caller_of(request).require_administrator()
    try:
        rate = rates.set_rate(currency=given.currency, day=given.day, rate=str(given.rate))
    except ValidationError as problem:
        raise Invalid(
            [FieldError(key, "invalid", texts[0]) for key, texts in problem.message_dict.items()]
        ) from problem
    return answer(rate_json(rate), status=201)


@router.post(
    "/exchange-rates/file", response=schemas.Loaded, openapi_extra=schemas.FILE_FORM, auth=ADMINISTERING
)
def load_rates(request: HttpRequest) -> HttpResponse:
    """Take the rates of a file of the European Central Bank (CSV, XML or ZIP). For administrators."""
    caller_of(request).require_administrator()
    file, _form = read_form(request)
    if (file.size or 0) > MOST_BYTES:
        raise wrong("file", "too_large", _("The file is too large for a file of exchange rates."))
    try:
        loaded = rates.load_rates(read_ecb(file.read()))
    except NotEcb as problem:
        raise wrong("file", "not_ecb", str(problem)) from problem
    return answer({"written": loaded.written, "known": loaded.known, "kept": loaded.kept})


@router.delete("/exchange-rates/{int:id}", response={204: None}, auth=ADMINISTERING)
def delete_rate(request: HttpRequest, id: int) -> HttpResponse:
    """Forget a rate: earlier ones hold again. For administrators."""
    caller_of(request).require_administrator()
    try:
        rates.delete_rate(id)
    except LookupError:
        raise not_found() from None
    return nothing()


def rate_json(rate: ExchangeRate) -> dict[str, Any]:
    """Return one rate."""
    return {
        "id": rate.pk,
        "currency": rate.currency,
        "against": rate.against,
        "day": rate.date.isoformat(),
        "rate": float(rate.rate),
        "origin": rate.origin,
    }

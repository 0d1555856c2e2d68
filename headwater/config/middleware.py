"""What holds for every request, whichever surface answers it."""

from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from headwater.lib import memo


def unit_of_work(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Remember settings, teams and choice lists for this request, and not longer."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        with memo.unit_of_work():
            return get_response(request)

    return answer

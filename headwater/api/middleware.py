"""The last net: whatever fails under /api/ is answered in the API's own form."""

from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from headwater.api.failures import not_found, too_large
from headwater.api.problems import MEDIA_TYPE, Problem, problem_response
from headwater.lib.numbers import whole_number
from headwater.transfer.files import limits

PREFIX = "/api/"
FORM_BYTES = limits.MEGABYTE
"""What the rest of a form may have beside its file."""

Next = Callable[[HttpRequest], HttpResponseBase]


def problem_details(get_response: Next) -> Next:
    """Turn Django's own error pages (no such address, wrong method, our mistakes) into problems."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        if not request.path.startswith(PREFIX):
            return get_response(request)
        if _announced_bytes(request) > limits.FILE_BYTES + FORM_BYTES:
            return problem_response(too_large())  # before a byte of it is read
        if "Transfer-Encoding" in request.headers and "Content-Length" not in request.headers:
            message = _("Send the header Content-Length: a body of unknown length is not read.")
            return problem_response(Problem(411, "length_required", message))
        response = get_response(request)
        if response.status_code >= 400 and response.headers.get("Content-Type") != MEDIA_TYPE:
            response = problem_response(_problem(response))
        response.headers.setdefault("Cache-Control", "no-store, private")
        return response

    return answer


def _announced_bytes(request: HttpRequest) -> int:
    return whole_number(request.META.get("CONTENT_LENGTH")) or 0


def _problem(response: HttpResponseBase) -> Problem:
    status = response.status_code
    if status == 404:
        return not_found()
    if status == 405:
        allowed = response.headers.get("Allow", "")
        message = _("This address answers to %(methods)s.") % {"methods": allowed}
        return Problem(405, "method_not_allowed", message, headers={"Allow": allowed})
    if status == 413:
        return too_large()
    if status >= 500:
        message = _("Something went wrong on our side. Nothing was changed by this request.")
        return Problem(500, "internal", message)
    return Problem(status, "refused", _("The request cannot be answered."))

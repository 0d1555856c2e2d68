"""Errors as RFC 9457 problem details."""

import json
from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any

from django.http import HttpResponse
from django.utils.functional import Promise

from headwater.records.errors import FieldError

MEDIA_TYPE = "application/problem+json"


class Problem(Exception):
    """A request that cannot be answered as asked.

    ``code`` is stable and ends the problem's ``type``; ``detail`` tells the person what to do;
    ``errors`` names each wrong field or word; ``more`` are further members of the answer.
    """

    def __init__(
        self,
        status: int,
        code: str,
        detail: str | Promise = "",
        *,
        errors: Iterable[FieldError] = (),
        headers: Mapping[str, str] | None = None,
        **more: Any,
    ) -> None:
        super().__init__(f"{status} {code}: {detail}")
        self.status, self.code, self.detail = status, code, str(detail)
        self.errors = list(errors)
        self.headers = dict(headers or {})
        self.more = more


def wrong(field: str, code: str, message: str | Promise) -> Problem:
    """Return the problem of one parameter that cannot be understood."""
    return Problem(422, "invalid", message, errors=[FieldError(field, code, str(message))])


def problem_response(problem: Problem) -> HttpResponse:
    """Write a problem as the answer to a request."""
    body: dict[str, Any] = {
        "type": f"urn:headwater:problem:{problem.code}",
        "title": HTTPStatus(problem.status).phrase,
        "status": problem.status,
        "detail": problem.detail,
        "errors": [{"field": e.field, "code": e.code, "message": str(e.message)} for e in problem.errors],
        **problem.more,
    }
    return HttpResponse(
        json.dumps(body, default=str),
        status=problem.status,
        content_type=MEDIA_TYPE,
        headers=problem.headers,
    )

"""The API as one object: its routers, its doors and its failures."""

from collections.abc import Callable
from functools import wraps
from types import ModuleType
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import NinjaAPI, Router

from headwater.api import converters
from headwater.api.auth import Authentication, caller_of
from headwater.api.failures import FAILURES, answer_failure
from headwater.api.idempotency import HEADER, answer_once
from headwater.api.parsing import StrictParser
from headwater.api.problems import Problem
from headwater.records.errors import FieldError

Operation = Callable[..., HttpResponse]


def operate(view: Operation) -> Operation:
    """Add to every operation what must never be forgotten: strict parameters and answering once."""
    known = _parameters_of(view)

    @wraps(view)
    def operation(request: HttpRequest, **values: Any) -> HttpResponse:
        _refuse_unknown(request, known)
        if request.method == "POST" and HEADER in request.headers:
            return answer_once(request, caller_of(request), lambda: view(request, **values))
        return view(request, **values)

    return operation


def _parameters_of(view: Any) -> set[str]:
    models = view._ninja_operation.models
    queries = [model for model in models if model.__ninja_param_source__ == "query"]
    return {name for model in queries for name in model.__ninja_flatten_map__}


def _refuse_unknown(request: HttpRequest, known: set[str]) -> None:
    """A mistyped ``filter`` must not answer with everything."""
    unknown = sorted(request.GET.keys() - known)
    if unknown:
        message = _("“%(word)s” is not a parameter of this address.")
        errors = [
            FieldError(word[:100], "unknown_parameter", message % {"word": word[:100]}) for word in unknown
        ]
        raise Problem(422, "invalid", errors[0].message, errors=errors)


class Api(NinjaAPI):
    """Names its operations by their functions."""

    def get_openapi_operation_id(self, operation: Any) -> str:
        return str(operation.view_func.__name__)


DESCRIPTION = """\
Everything people do in Headwater, for programs. A token (Settings › API tokens, or \
`bin/manage create_token EMAIL`) goes into the header `Authorization: Bearer …` and reaches as far \
as its scope and its owner's rights. Errors are problem details (RFC 9457) that name every wrong \
word. A record you may not see answers 404. `GET /api/v1/{object}/describe` says what your \
installation's fields and choices are.
"""


def _of_settings() -> tuple[ModuleType, ...]:
    """Return the families of operations on settings that name no object."""
    from headwater.api.routes import rates, roles, scoring, sharing_rules, tokens

    return rates, roles, tokens, scoring, sharing_rules


def _routers() -> list[Router]:
    """Return the families of operations; addresses that name one thing come before those of any object."""
    from headwater.api.routes import (
        access,
        activity,
        audit,
        bulk,
        choice_lists,
        custom_fields,
        dashboards,
        erasures,
        files,
        handover,
        imports,
        invitations,
        notices,
        objects,
        people,
        people_of_records,
        records,
        references,
        reports,
        sharing,
        verbs,
        views,
    )

    rooms = (
        objects,
        people,
        invitations,
        notices,
        imports,
        handover,
        bulk,
        reports,
        dashboards,
        *_of_settings(),
        sharing,
        access,
        audit,
        activity,
        custom_fields,
        choice_lists,
        references,
        erasures,
        files,
        people_of_records,
        views,
        records,
        verbs,
    )
    return [room.router for room in rooms]


def build() -> NinjaAPI:
    """Put the API together."""
    converters.register()
    api = Api(
        title="Headwater API",
        version="1",
        description=DESCRIPTION,
        auth=Authentication(),
        parser=StrictParser(),
        urls_namespace="api",
        docs_url=None,
        openapi_url=None,
    )
    for failure in FAILURES:
        api.add_exception_handler(failure, answer_failure)
    api.add_decorator(operate)
    for router in _routers():
        api.add_router("", router)
    return api


api = build()

"""What the rooms below raise, as problems."""

import logging
from collections.abc import Callable
from typing import Any

from django.core.exceptions import RequestDataTooBig, SuspiciousOperation, ValidationError
from django.db import DataError, IntegrityError, OperationalError, connection
from django.http import Http404, HttpRequest, HttpResponse, RawPostDataException, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.utils.translation import gettext as _
from ninja.errors import HttpError
from ninja.errors import ValidationError as SchemaError

from headwater.access import rights
from headwater.access.errors import Forbidden
from headwater.access.models import Action
from headwater.api.auth import Caller, missing_scope
from headwater.api.parsing import unsupported
from headwater.api.problems import Problem, problem_response
from headwater.metadata import registry
from headwater.metadata.errors import BadValue, FilterError, UnknownField, UnknownObject
from headwater.records.errors import FieldError, Invalid, NotFound
from headwater.reports.definition.errors import DefinitionError
from headwater.transfer.errors import BadOptions, WrongState
from headwater.transfer.files.errors import FileProblem

logger = logging.getLogger("headwater.api")


def not_found() -> Problem:
    """Return the problem of what is not there, or not for this reader: the two are never told apart."""
    return Problem(404, "not_found", _("There is nothing here for you under this address."))


def _forbidden(problem: Forbidden) -> Problem:
    message = _("Your role does not include this (%(right)s).") % {"right": problem}
    return Problem(403, "forbidden", message)


def _as_scope(problem: Forbidden, caller: Caller) -> Exception:
    """Return the scope that a token lacks, where that and not a right of its owner is what is missing."""
    name, action = problem.object_name, problem.action
    if not name or rights.key_reaches(caller.actor, name, action):
        return problem
    level = "read" if action in (Action.SEE, Action.EXPORT) else "write"
    return missing_scope(f"{registry.get(name).slug}:{level}", caller.scopes)


def _invalid(problem: Invalid) -> Problem:
    return _refused(problem.errors)


def _filter(problem: FilterError | DefinitionError) -> Problem:
    return _refused([FieldError(p.at, p.code, p.message) for p in problem.problems])


def _refused(errors: list[FieldError]) -> Problem:
    return Problem(422, "invalid", " ".join(str(e.message) for e in errors), errors=errors)


def _unknown_field(problem: UnknownField) -> Problem:
    words = {"object": problem.object_name, "word": problem.word[:100]}
    message = _("“%(object)s” has no field “%(word)s”.") % words
    return _refused([FieldError(problem.path[:200], "unknown_field", message)])


def _unknown_object(problem: UnknownObject) -> Problem:
    message = _("There is no object “%(word)s”.") % {"word": str(problem)[:100]}
    return _refused([FieldError("object", "unknown_object", message)])


def _bad_value(problem: BadValue) -> Problem:
    return _refused([FieldError("", problem.code, problem.message)])


def _validation(problem: ValidationError) -> Problem:
    by_field = problem.message_dict if hasattr(problem, "error_dict") else {"": problem.messages}
    return _refused(
        [FieldError(field, "invalid", text) for field, messages in by_field.items() for text in messages]
    )


def _options(problem: BadOptions) -> Problem:
    return _refused([FieldError(e.field, e.code, e.message) for e in problem.errors])


_FILE_OPTIONS = {
    "unknown_encoding": "encoding",
    "wrong_encoding": "encoding",
    "encoding_needed": "encoding",
    "bad_delimiter": "delimiter",
    "no_header": "header_row",
}
"""Which option of an import a problem with its file is about."""


def _file(problem: FileProblem) -> Problem:
    if problem.code == "file_too_large":
        return Problem(413, "too_large", problem.message)
    return _refused([FieldError(_FILE_OPTIONS.get(problem.code, "file"), problem.code, problem.message)])


def _state(problem: WrongState) -> Problem:
    return Problem(409, "wrong_state", problem.message, state=problem.state)


def _schema(problem: SchemaError) -> Problem:
    """Name each parameter or member of the body that has the wrong shape."""
    errors = []
    for found in problem.errors:
        # ("body", "values", "member") or ("query", "limit"); a single body parameter is not named
        where = [str(word) for word in found["loc"]]
        path = where[2:] if where[0] in ("body", "form", "file") and len(where) > 2 else where[1:]
        errors.append(FieldError(".".join(path)[:200], str(found["type"]), str(found["msg"])))
    return _refused(errors)


def _http(problem: HttpError) -> Problem:
    if isinstance(problem.__cause__, Problem):
        return problem.__cause__
    return Problem(problem.status_code, "refused", problem.message)


def too_large() -> Problem:
    """Return the problem of a body over the limit."""
    return Problem(413, "too_large", _("The body is larger than this address accepts."))


def _bad_request(_problem: Exception) -> Problem:
    return Problem(400, "bad_request", _("The request cannot be read."))


def _data(problem: DataError) -> Problem:
    # The kinds refuse values before they reach a column; this is the net under them.
    logger.error("a value reached the database unchecked", exc_info=problem)
    return Problem(422, "invalid", _("A value is too large or of the wrong kind."))


def _conflict(problem: IntegrityError) -> Problem:
    # Two requests wrote the same thing at once, and both were right when they were checked.
    logger.warning("two writes met", exc_info=problem)
    return Problem(
        409, "conflict", _("Somebody wrote the same thing at this moment. Read it, then try again.")
    )


def _busy(problem: OperationalError) -> Problem:
    if connection.vendor == "sqlite" and "locked" not in str(problem):
        raise problem  # SQLite says this of our own mistakes too
    logger.error("the database did not answer", exc_info=problem)
    message = _("The database is busy; nothing was changed. Try again in a few seconds.")
    return Problem(503, "busy", message, headers={"Retry-After": "5"})


FAILURES: dict[type[Exception], Callable[[Any], Problem]] = {
    Problem: lambda problem: problem,
    NotFound: lambda problem: not_found(),
    Http404: lambda problem: not_found(),
    Forbidden: _forbidden,
    Invalid: _invalid,
    FilterError: _filter,
    DefinitionError: _filter,
    UnknownField: _unknown_field,
    UnknownObject: _unknown_object,
    BadValue: _bad_value,
    ValidationError: _validation,
    BadOptions: _options,
    FileProblem: _file,
    WrongState: _state,
    SchemaError: _schema,
    HttpError: _http,
    RequestDataTooBig: lambda problem: too_large(),
    RawPostDataException: lambda problem: unsupported("multipart/form-data"),
    UnreadablePostError: _bad_request,
    MultiPartParserError: _bad_request,
    SuspiciousOperation: _bad_request,
    DataError: _data,
    IntegrityError: _conflict,
    OperationalError: _busy,
}
"""Every failure that has an answer; anything else is an error of ours and ends as 500."""


def answer_failure(request: HttpRequest, failure: Exception | type[Exception]) -> HttpResponse:
    """Answer with the problem that a failure means."""
    caller = getattr(request, "auth", None)
    if isinstance(failure, Forbidden) and isinstance(caller, Caller):
        failure = _as_scope(failure, caller)
    kind = next(kind for kind in type(failure).__mro__ if kind in FAILURES)
    return problem_response(FAILURES[kind](failure))

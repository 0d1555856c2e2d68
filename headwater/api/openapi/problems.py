"""What an operation answers when it does not do as asked."""

from typing import Any

Json = dict[str, Any]

_ALWAYS = ("401", "403", "404", "422", "429", "503")
_WITH_BODY = ("400", "411", "413", "415")
_WAIT: Json = {
    "Retry-After": {"description": "Seconds to wait.", "required": True, "schema": {"type": "integer"}}
}
_MEANING: dict[str, tuple[str, str]] = {
    "400": ("BadRequest", "The body cannot be read."),
    "401": ("Unauthorized", "No token or session that is known here."),
    "403": ("Forbidden", "Neither your role nor the scope of the token includes this."),
    "404": ("NotFound", "What the request names is not there, or not for you; the two are never told apart."),
    "409": ("Conflict", "Somebody was faster, or the state does not allow it."),
    "411": ("LengthRequired", "A body of unknown length is not read."),
    "413": ("TooLarge", "The body is larger than this address accepts."),
    "415": ("UnsupportedMediaType", "A body of another kind than this address reads."),
    "422": ("Invalid", "Understood and refused: every wrong field, operator and word is named."),
    "429": ("TooManyRequests", "More requests in this minute than a key may send."),
    "503": ("Busy", "The database is busy; nothing was changed."),
}
_CONTENT: Json = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/ProblemDetails"}}}
_HEADERS: dict[str, Json] = {
    "401": {"WWW-Authenticate": {"required": True, "schema": {"type": "string"}}},
    "429": _WAIT,
    "503": _WAIT,
}
OTHER: Json = {"description": "Any other error, as RFC 9457 has it.", "content": _CONTENT}


def problem_answers() -> Json:
    """Return the answers that operations point to, by name."""
    found: Json = {}
    for status, (name, meaning) in _MEANING.items():
        found[name] = {"description": meaning, "content": _CONTENT}
        if status in _HEADERS:
            found[name]["headers"] = _HEADERS[status]
    return found


def refusals_of(method: str, operation: Json) -> Json:
    """Return the problems that an operation can answer with, by status."""
    statuses = list(_ALWAYS)
    if "requestBody" in operation:
        statuses += _WITH_BODY
    if method != "get":
        statuses.append("409")
    found: Json = {
        status: {"$ref": f"#/components/responses/{_MEANING[status][0]}"} for status in sorted(statuses)
    }
    return found | {"default": OTHER}

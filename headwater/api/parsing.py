"""Reading JSON that may be hostile."""

import json
import math
from typing import Any, cast

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja.parser import Parser
from ninja.types import DictStrAny

from headwater.api.problems import Problem, wrong

MAX_DEPTH = 64


class BadJson(ValueError):
    """The text is no JSON, or JSON that two programs could read differently."""


def read_json(text: bytes | str) -> Any:
    """Read strict JSON: UTF-8, no NaN, no doubled keys, no broken characters, at most 64 levels deep.

    Raises BadJson with a sentence that says what is wrong.
    """
    try:
        decoded = text.decode("utf-8-sig") if isinstance(text, bytes) else text
        data = json.loads(
            decoded, parse_constant=_constant, parse_float=_number, object_pairs_hook=_without_doubles
        )
    except UnicodeDecodeError as problem:
        raise BadJson(_("The text is not UTF-8.")) from problem
    except RecursionError as problem:
        raise BadJson(_("The JSON is nested too deeply.")) from problem
    except json.JSONDecodeError as problem:
        where = {"reason": problem.msg, "line": problem.lineno, "column": problem.colno}
        message = _("This is not JSON: %(reason)s at line %(line)d, column %(column)d.")
        raise BadJson(message % where) from problem
    except ValueError as problem:  # a whole number of thousands of digits
        if isinstance(problem, BadJson):
            raise
        raise BadJson(_("The JSON holds a number that is too large.")) from problem
    _check(data)
    return data


def _constant(word: str) -> Any:
    raise BadJson(_("%(word)s is not JSON.") % {"word": word})


def _number(digits: str) -> float:
    value = float(digits)
    if not math.isfinite(value):
        raise BadJson(_("The JSON holds a number that is too large."))
    return value


def _without_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        keys = [key for key, _value in pairs]
        double = next(key for key in keys if keys.count(key) > 1)
        raise BadJson(_("The key “%(key)s” is given twice.") % {"key": double[:100]})
    return found


def _check(data: Any) -> None:
    level = [data]
    for _depth in range(MAX_DEPTH):
        texts = [item for item in level if isinstance(item, str)]
        level = [
            inner
            for item in level
            if isinstance(item, (dict, list))
            for inner in ((*item.keys(), *item.values()) if isinstance(item, dict) else item)
        ]
        if any(
            "\ud800" <= character <= "\udfff" for text in texts if not text.isascii() for character in text
        ):
            raise BadJson(_("The JSON holds half of a character (a lone surrogate)."))
        if not level:
            return
    raise BadJson(_("The JSON is nested too deeply."))


def read_json_parameter(name: str, text: str) -> Any:
    """Read JSON from the query or a form, whose words are refused like wrong fields."""
    try:
        return read_json(text)
    except BadJson as problem:
        raise wrong(name, "bad_json", str(problem)) from problem


class StrictParser(Parser):
    """Bodies of JSON and nothing else."""

    def parse_body(self, request: HttpRequest) -> DictStrAny:
        # ninja wraps what is raised here; failures.py takes the problem out again
        if request.content_type and not _is_json(request.content_type):
            raise unsupported(request.content_type)
        try:
            return cast(DictStrAny, read_json(request.body))
        except BadJson as problem:
            raise Problem(400, "bad_json", str(problem)) from problem


def _is_json(content_type: str) -> bool:
    return content_type == "application/json" or content_type.endswith("+json")


def unsupported(content_type: str) -> Problem:
    """Return the problem of a body in another format."""
    message = _("Send JSON with the header Content-Type: application/json, not “%(type)s”.")
    return Problem(
        415,
        "unsupported_media_type",
        message % {"type": content_type[:100]},
        headers={"Accept": "application/json"},
    )

"""Holding answers against the OpenAPI document, so that it cannot say what is not so."""

import re
from typing import Any

from headwater.api.views import document

_TYPES: dict[str, Any] = {
    "string": str,
    "array": list,
    "object": dict,
    "null": type(None),
    "boolean": bool,
    "integer": int,
    "number": (int, float),
}


def check_answer(method: str, path: str, status: int, body: Any) -> None:
    """Fail unless the document has this operation with this answer. ``path`` is without the query."""
    operation = _operation(method, path)
    assert operation is not None, f"the OpenAPI document has no {method} {path}"
    described = operation["responses"].get(str(status))
    assert described is not None, f"the OpenAPI document has no answer {status} of {method} {path}"
    content = described.get("content", {}).get("application/json")
    if content is None:
        assert body is None, f"{method} {path} answers with a body that the OpenAPI document does not have"
        return
    problems = list(_problems(content["schema"], body, "answer"))
    assert not problems, f"{method} {path} answers otherwise than the OpenAPI document says: {problems[:5]}"


def check_refusal(method: str, path: str, status: int) -> None:
    """Fail unless the document names this error of the operation; addresses that are none are not in it."""
    operation = _operation(method, path)
    if operation is not None and status != 405:
        assert str(status) in operation["responses"], (
            f"the OpenAPI document has no {status} of {method} {path}"
        )


def _operation(method: str, path: str) -> Any:
    paths = document()["paths"]
    # addresses that name one thing come before templates
    for template in sorted(paths, key=lambda template: template.count("{")):
        pattern = re.sub(r"\\{\w+\\}", "[^/]+", re.escape(template))
        if re.fullmatch(pattern, path) and method.lower() in paths[template]:
            return paths[template][method.lower()]
    return None


def _problems(shape: Any, value: Any, at: str) -> Any:
    if "$ref" in shape:
        name = shape["$ref"].rpartition("/")[2]
        yield from _problems(document()["components"]["schemas"][name], value, at)
        return
    if "anyOf" in shape:
        if all(list(_problems(each, value, at)) for each in shape["anyOf"]):
            yield f"{at} is none of what it may be: {value!r}"
        return
    if not _is_of(shape.get("type"), value):
        yield f"{at} is not {shape['type']}: {value!r}"
        return
    if "enum" in shape and value not in shape["enum"]:
        yield f"{at} is not one of {shape['enum']}: {value!r}"
    if isinstance(value, dict):
        yield from _object_problems(shape, value, at)
    if isinstance(value, list) and "items" in shape:
        for number, item in enumerate(value):
            yield from _problems(shape["items"], item, f"{at}.{number}")


def _is_of(expected: Any, value: Any) -> bool:
    if expected is None:
        return True
    names = expected if isinstance(expected, list) else [expected]
    if isinstance(value, bool):
        return "boolean" in names
    return any(isinstance(value, _TYPES[name]) for name in names)


def _object_problems(shape: Any, value: dict[str, Any], at: str) -> Any:
    properties = shape.get("properties", {})
    for key in shape.get("required", ()):
        if key not in value:
            yield f"{at}.{key} is missing"
    for key, each in properties.items():
        if key in value:
            yield from _problems(each, value[key], f"{at}.{key}")
    more = shape.get("additionalProperties", not properties)
    if isinstance(more, dict):
        for key in value.keys() - properties.keys():
            yield from _problems(more, value[key], f"{at}.{key}")
    if more is False or (properties and "additionalProperties" not in shape):
        patterns = shape.get("patternProperties", {})
        for key in sorted(value.keys() - properties.keys()):
            if any(re.search(pattern, key) for pattern in patterns):
                continue
            yield f"{at}.{key} is not in the document"

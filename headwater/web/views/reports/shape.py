"""Reaching into a definition that may not be one: what has another shape counts as missing."""

from typing import Any

Json = dict[str, Any]


def members(data: Json, key: str) -> list[Json]:
    """Return the objects of a list, such as ``rows``."""
    found = data.get(key)
    return [member for member in found if isinstance(member, dict)] if isinstance(found, list) else []


def part(data: Json, key: str) -> Json:
    """Return an object inside, such as ``period``."""
    found = data.get(key)
    return found if isinstance(found, dict) else {}


def conditions_on_groups(data: Json) -> list[Json]:
    """Return the conditions of ``having``, which may stand there alone."""
    given = part(data, "having")
    for mode in ("all", "any"):
        if mode in given:
            return members(given, mode)
    return [given] if given else []

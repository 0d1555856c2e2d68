"""Answers: JSON text, written once."""

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from django.http import HttpResponse
from django.utils.functional import Promise

MEDIA_TYPE = "application/json"


def _plain(value: Any) -> Any:
    """Write instants in UTC with a Z, days as they are, decimals as numbers, lazy texts as text."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() and abs(value) < 2**53 else float(value)
    if isinstance(value, Promise):
        return str(value)
    raise TypeError(f"{type(value).__name__} has no JSON form here")


def answer(data: Any, *, status: int = 200, headers: dict[str, str] | None = None) -> HttpResponse:
    """Write data as the answer to a request."""
    text = json.dumps(data, ensure_ascii=False, allow_nan=False, separators=(",", ":"), default=_plain)
    return HttpResponse(text, status=status, content_type=MEDIA_TYPE, headers=headers)


def nothing() -> HttpResponse:
    """Answer that it is done and that there is nothing to say."""
    return HttpResponse(status=204)


def page(
    items: list[Any], following: str | None = None, *, count: int | None = None, exact: bool = True
) -> HttpResponse:
    """Write one page of a list. Without ``count`` the page is the whole list."""
    total = {"value": len(items) if count is None else count, "exact": exact}
    return answer({"items": items, "next": following, "count": total})

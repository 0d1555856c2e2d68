"""Columns that readers choose, move and resize for themselves."""

import json
from dataclasses import replace
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_POST

from headwater.records.saved import services as saved
from headwater.web.htmx import go_to
from headwater.web.list_frame import frame
from headwater.web.views.saved_views import query_of, started


@require_POST
def layout(request: HttpRequest, slug: str) -> HttpResponseBase:
    """Remember which columns this reader sees, in which order and how wide; or forget it.

    ``columns`` are those that are ticked, in order; ``move`` is one of them and a step, such as
    ``value:-1``; ``widths`` is JSON by column. With ``quiet`` only what tells of changes comes back:
    the script moved the column already.
    """
    actor, entry = started(request, slug)
    query = query_of(actor, entry, request)
    view = query.view.saved if query.view else None
    if "reset" in request.POST:
        saved.forget_layout(actor, entry.name, view)
        return go_to(request, replace(query.unchanged(), layout=None).url())
    columns = None
    if "columns" in request.POST:
        words = ",".join(request.POST.getlist("columns")).split(",")
        columns = _moved([word for word in words if word], request.POST.get("move", ""))
    saved.set_layout(actor, entry.name, view, columns=columns, widths=_widths(request.POST.get("widths")))
    known = saved.layout_of(actor, entry.name, view)
    chosen = tuple(known.columns) if known and known.columns else query.saved.columns
    query = replace(query, layout=known, columns=chosen)
    if "quiet" in request.POST:
        return render(request, "records/_layout.html", frame(actor, query))
    return go_to(request, query.url())


def _moved(columns: list[str], move: str) -> list[str]:
    key, _colon, step = move.partition(":")
    if key not in columns or step not in ("-1", "1"):
        return columns
    rest = [column for column in columns if column != key]
    at = max(0, columns.index(key) + int(step))
    return [*rest[:at], key, *rest[at:]]


def _widths(text: str | None) -> dict[str, Any] | None:
    if text is None:
        return None
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None

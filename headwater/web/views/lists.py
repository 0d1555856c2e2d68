"""The list of any object: read the address, ask the door, show the table."""

from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from headwater.lib import formats
from headwater.metadata.errors import FilterError
from headwater.metadata.filters import Filter
from headwater.records.context import filter_context
from headwater.records.paging import Page, page_records
from headwater.reports.groups import total_records
from headwater.users.actor import Actor
from headwater.web.board import board_of, more_cards
from headwater.web.groups import group_choices, grouped_list, read_part
from headwater.web.htmx import is_fragment
from headwater.web.lanes import lane_fields
from headwater.web.list_frame import chips, frame
from headwater.web.objects import object_or_404
from headwater.web.queries import ListQuery, read_query
from headwater.web.shell import actor_of
from headwater.web.table import Table
from headwater.web.totals import total_cells, usual_totals
from headwater.web.views.saved_views import query_of, started


def find_page(actor: Actor, query: ListQuery) -> tuple[Filter, Page]:
    """Return the parsed filter and one page. Raises FilterError."""
    parsed = query.parsed()
    page = page_records(
        actor,
        query.entry.name,
        filter=parsed,
        sort=query.sort,
        after=query.after,
        search=query.search,
        exact_count=query.exact,
        fields=(*query.shown, query.entry.title_key),
    )
    return parsed, page


def _about(actor: Actor, query: ListQuery, parsed: Filter) -> dict[str, Any]:
    """Return what every way of showing the list says of its filter."""
    return frame(actor, query) | {
        "chips": chips(actor, query, parsed),
        "sentence": parsed.sentence(filter_context(actor)),
        "is_filtered": not parsed.is_empty or bool(query.search),
    }


def _totals(actor: Actor, query: ListQuery, parsed: Filter, table: Table) -> dict[str, Any]:
    """Return the line of totals where one is asked for: the plain list must not pay for it."""
    if not query.totals:
        return {"totals_url": query.url(totals=usual_totals(query.entry, query.shown) or {"name": "count"})}
    name = query.entry.name
    found = total_records(actor, name, filter=parsed, search=query.search, totals=query.totals)
    return {"total_cells": total_cells(table.fields, query.totals, found), "totals_url": query.url(totals={})}


def _rows(actor: Actor, query: ListQuery) -> dict[str, Any]:
    parsed, page = find_page(actor, query)
    table = Table(actor, query, page.items)
    return (
        _about(actor, query, parsed)
        | _totals(actor, query, parsed, table)
        | {
            "page": page,
            "table": table,
            "next_url": query.url(after=page.next) if page.next else "",
            "first_url": query.url() if query.after else "",
            "exact_url": replace(query, exact=True).url(exact=True),
        }
    )


def _groups(actor: Actor, query: ListQuery) -> dict[str, Any]:
    parsed = query.parsed()
    grouped = grouped_list(actor, query, parsed)
    groups = len(grouped.lines)
    note = ngettext("%(n)s group", "%(n)s groups", groups) % {"n": formats.number(groups)}
    if grouped.hidden:
        more = _("the %(shown)s largest groups; %(hidden)s smaller ones are not shown")
        note = more % {"shown": formats.number(groups), "hidden": formats.number(grouped.hidden)}
    return (
        _about(actor, query, parsed)
        | _totals(actor, query, parsed, grouped.table)
        | {"grouped": grouped, "foot_note": note}
    )


def _board(actor: Actor, query: ListQuery) -> dict[str, Any]:
    parsed = query.parsed()
    board = board_of(actor, query, parsed)
    is_empty = not any(lane.count for lane in board.lanes)
    return _about(actor, query, parsed) | {"board": board, "is_empty": is_empty}


def _part(request: HttpRequest, actor: Actor, query: ListQuery) -> HttpResponse:
    """Return some records of one group, or some cards of one lane."""
    if query.display == "board":
        context = {"entry": query.entry, "query": query} | more_cards(actor, query, request.GET["part"])
        return render(request, "records/_cards.html", context)
    part = read_part(actor, query, request.GET["part"])
    return render(request, "records/_group_rows.html", {"part": part})


@require_safe
def list_page(request: HttpRequest, slug: str) -> HttpResponse:
    """Show an object's records: one page of them, their groups, or a board; or a part of that."""
    actor = actor_of(request)
    entry = object_or_404(slug)
    try:
        query = read_query(actor, entry, request.GET)
        if "count_only" in request.GET:
            page = find_page(actor, query)[1]
            return render(request, "records/_count.html", {"page": page, "query": query})
        if "part" in request.GET and (query.group or query.display == "board"):
            return _part(request, actor, query)
        show = _board if query.display == "board" else _groups if query.group else _rows
        context = show(actor, query)
    except FilterError as problem:
        query = ListQuery(entry)
        context = frame(actor, query) | {"problems": [p.message for p in problem.problems]}
        return render(request, "records/list.html", context, status=422)
    return render(request, "records/list.html", context)


@require_safe
def display(request: HttpRequest, slug: str) -> HttpResponse:
    """Ask how the list shall be shown: as a list in groups, or as a board."""
    actor, entry = started(request, slug)
    query = query_of(actor, entry, request)
    template = "records/_display.html" if is_fragment(request) else "records/display.html"
    boards = [(field.key, str(field.label)) for field in lane_fields(entry)]
    context = {"entry": entry, "query": query, "choices": group_choices(entry), "boards": boards}
    return render(request, template, context)

"""A page of records as a table."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from django.db import models
from markupsafe import Markup, escape

from headwater.metadata.objects import Field, ObjectType
from headwater.users.actor import Actor
from headwater.web.cells import NUMERIC, Html, Links, Render, renderer
from headwater.web.objects import may_change_many, title_of
from headwater.web.queries import ListQuery

TITLE_WIDTH = 240
_WIDTHS = {
    "boolean": 100,
    "integer": 110,
    "decimal": 120,
    "money": 120,
    "percent": 110,
    "duration": 170,
    "address": 260,
    "date": 120,
    "instant": 120,
    "phone": 150,
    "choice": 130,
    "email": 200,
    "url": 200,
    "file": 200,
}


@dataclass(frozen=True)
class Column:
    """``direction`` is asc, desc or empty; ``sort_url`` is empty for what cannot be sorted by.

    ``width`` is in pixels: columns never move while a page loads, nor from one page to the next.
    """

    key: str
    label: str
    width: int
    css: str
    sort_url: str
    direction: str


@dataclass(frozen=True)
class Row:
    pk: int
    href: str
    title: str
    cells: Markup


def _sort_of(query: ListQuery, field: Field) -> tuple[str, str]:
    """Return the order a click on the head gives, and the present direction."""
    if not field.kind.sortable or field.target:
        return "", ""
    first = query.sort[0]
    direction = "asc" if first == field.key else "desc" if first == f"-{field.key}" else ""
    following = {"": field.key, "asc": f"-{field.key}", "desc": ""}[direction]
    if field.kind.name in (*NUMERIC, "instant", "date"):  # what is newest or largest comes first
        following = {"": f"-{field.key}", "desc": field.key, "asc": ""}[direction]
    return query.url(sort=(following,)) if following else query.url(sort=("-created_at",)), direction


class Table:
    """Head and rows; the title is always the first column."""

    def __init__(self, actor: Actor, query: ListQuery, records: Sequence[models.Model]) -> None:
        self.actor, self.query, self.records = actor, query, records
        self.entry: ObjectType = query.entry
        others = [key for key in query.shown if key != self.entry.title_key]
        self.fields = [self.entry.title_field, *(self.entry.fields[key] for key in others)]

    def usual_width(self, field: Field) -> int:
        """Return how wide a column is that nobody resized."""
        return TITLE_WIDTH if field is self.fields[0] else _WIDTHS.get(field.kind.name, 150)

    @cached_property
    def pickable(self) -> bool:
        """Say whether rows carry boxes: whether the reader may change many of these records at once."""
        return may_change_many(self.actor, self.entry)

    @cached_property
    def columns(self) -> list[Column]:
        found, widths = [], self.query.widths
        for field in self.fields:
            url, direction = _sort_of(self.query, field)
            css = "is-number" if field.kind.name in NUMERIC else ""
            width = widths.get(field.key) or self.usual_width(field)
            found.append(Column(field.key, str(field.label), width, css, url, direction))
        return found

    @cached_property
    def rows(self) -> list[Row]:
        links = Links(self.actor, self.fields, self.records)
        renders = [(renderer(field, links), _opening(field)) for field in self.fields[1:]]
        address = self.query.record_address()
        # One piece of safe text a row: a page has hundreds of cells, and each piece costs the template.
        return [
            Row(
                record.pk,
                address(record.pk),
                title_of(self.entry, record),
                Markup("".join(_cell(record, *how) for how in renders)),  # noqa: S704
            )
            for record in self.records
        ]


def _opening(field: Field) -> str:
    css = ' class="is-number"' if field.kind.name in NUMERIC else ""
    return f'<td{css} data-label="{escape(field.label)}">'


def _cell(record: models.Model, render: Render, opening: str) -> str:
    shown: Html = render(record)
    if not shown:
        return "<td></td>"
    return f"{opening}{shown if isinstance(shown, Markup) else escape(shown)}</td>"

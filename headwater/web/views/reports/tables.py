"""The two tables of a report as rows for a file: its figures, and the records behind them."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext as _

from headwater.access import rights
from headwater.access.models import Action
from headwater.lib import formats
from headwater.metadata import registry
from headwater.metadata.kinds.files import FileValue
from headwater.metadata.objects import Field, ObjectType
from headwater.records.asof import as_of, reached
from headwater.records.paging import MAX_PAGE
from headwater.reports.axes.grains import Grain
from headwater.reports.definition import Definition, Dimension, MeasureUse
from headwater.reports.drill import drill
from headwater.reports.measures.cells import Cell
from headwater.reports.present import measure_column
from headwater.reports.result import Cells, Group, Result
from headwater.users.actor import Actor
from headwater.web.cells import Links
from headwater.web.objects import title_of
from headwater.web.spreadsheets import Cell as FileCell
from headwater.web.spreadsheets import Styled, percent
from headwater.web.views.reports.behind import columns_of

MOST_RECORDS = 50_000
"""More records than this are not written into one file."""

_CALENDAR = {Grain.DAY: "yyyy-mm-dd", Grain.MONTH: "mmm yyyy", Grain.YEAR: "yyyy"}
"""Buckets that are dates in a spreadsheet; weeks, quarters and fiscal ones keep their names."""

Row = list[FileCell]


def figures_rows(definition: Definition, result: Result) -> Iterator[Row]:
    """Yield the table of groups, header first, totals last; every number unrounded."""
    if result.column_groups is not None:
        yield from _matrix(definition, result, result.column_groups)
        return
    names = [column.label for column in result.columns[: len(definition.rows)]]
    readers = [
        reader for use in definition.measures for reader in _readers(use, compares=result.compare is not None)
    ]
    yield [*names, *(label for label, _read in readers)]
    for row in result.rows:
        yield [*_labels(definition, row.group), *(read(row.cells) for _label, read in readers)]
    if result.totals.grand is not None:
        yield [*_total_labels(definition), *(read(result.totals.grand) for _label, read in readers)]


def _matrix(definition: Definition, result: Result, groups: Any) -> Iterator[Row]:
    """The first measure by rows and columns, with all columns together at the end."""
    use = definition.measures[0]
    names = [column.label for column in result.columns[: len(definition.rows)]]
    yield [*names, *(" · ".join(group.labels.values()) for group in groups), _("All together")]
    for row in result.rows:
        cells = [None if cells is None else _value(use, cells[use.id]) for cells in row.by_column or ()]
        yield [*_labels(definition, row.group), *cells, _value(use, row.cells[use.id])]
    if result.totals.columns is not None and result.totals.grand is not None:
        cells = [_value(use, cells[use.id]) for cells in result.totals.columns]
        yield [*_total_labels(definition), *cells, _value(use, result.totals.grand[use.id])]


def _labels(definition: Definition, group: Group) -> Row:
    return [_group_cell(dimension, group) for dimension in definition.rows]


def _group_cell(dimension: Dimension, group: Group) -> FileCell:
    key, style = group.key.get(dimension.id), _CALENDAR.get(dimension.grain) if dimension.grain else None
    if style and isinstance(key, str):
        try:
            return Styled(date.fromisoformat(key), style)
        except ValueError:
            pass
    return group.labels.get(dimension.id, "")


def _total_labels(definition: Definition) -> Row:
    return [_("All together") if at == 0 else "" for at in range(len(definition.rows))]


def _readers(use: MeasureUse, *, compares: bool) -> list[tuple[str, Callable[[Cells], FileCell]]]:
    """Return the columns of a measure: of a rate also what it divides; compared, the time before.

    The change of a percentage counts in percentage points.
    """
    column = measure_column(use)
    label = f"{column.label} ({column.currency})" if column.currency else column.label
    found: list[tuple[str, Callable[[Cells], FileCell]]] = [(label, lambda cells: _value(use, cells[use.id]))]
    if use.measure.is_rate:
        part, whole = _("%(name)s: part"), _("%(name)s: whole")
        found.append((part % {"name": column.label}, lambda cells: cells[use.id].numerator))
        found.append((whole % {"name": column.label}, lambda cells: cells[use.id].denominator))
    if compares:
        before, change = _("%(name)s: before"), _("%(name)s: change")
        found.append((before % {"name": label}, lambda cells: _previous(use, cells[use.id])))
        found.append((change % {"name": label}, lambda cells: _number(use, cells[use.id].change)))
    return found


def _previous(use: MeasureUse, cell: Cell) -> FileCell:
    return None if cell.previous is None else _value(use, cell.previous)


def _value(use: MeasureUse, cell: Cell) -> FileCell:
    if measure_column(use).kind == "percent":
        return percent(cell.value)
    return _number(use, cell.value)


def _number(use: MeasureUse, value: Any) -> FileCell:
    """Return a number of a measure; lengths of time as such."""
    is_duration = value is not None and measure_column(use).kind == "duration"
    return timedelta(seconds=round(value)) if is_duration else value


def about_rows(result: Result) -> Iterator[Row]:
    """Yield what a reader of the file must know: what was counted, when and for whom."""
    yield [_("Report"), result.title]
    yield [_("What is counted"), result.sentence]
    yield [_("Period"), result.period]
    if result.compare:
        yield [_("Compared with"), str(result.compare["period"])]
    yield [_("As of"), result.as_of]
    yield [_("Time zone"), result.zone]
    yield [_("Whose records"), result.rights]
    for note in [*result.notes, *(one.label for one in result.excluded)]:
        yield [_("Note"), note]


class Records:
    """The records behind a cell that the reader may also take away. ``count`` grows while rows are read."""

    def __init__(self, actor: Actor, definition: Definition, mark: Mapping[str, Any] | None) -> None:
        self.actor, self.definition, self.mark = actor, definition, mark or {}
        self.entry: ObjectType = registry.get(definition.root)
        self.count = 0

    def rows(self) -> Iterator[Row]:
        """Yield the records, header first; all of them from one state of an earlier time."""
        with as_of(self.actor, self.definition.instant):
            yield from self._rows()

    def _rows(self) -> Iterator[Row]:
        fields = columns_of(self.definition)
        heads = [head for field in fields for head in self._heads(field)]
        yield [str(self.entry.title_field.label), _("Counts as"), *heads]
        after: str | None = None
        is_cut = False
        while True:
            found = drill(self.actor, self.definition, self.mark, after=after, limit=MAX_PAGE)
            allowed = self._allowed([record.pk for record in found.page.items])
            links = Links(self.actor, fields, found.page.items)
            for record, judged in zip(found.page.items, found.counts_as, strict=True):
                if record.pk not in allowed:
                    continue
                is_cut = self.count >= MOST_RECORDS
                if is_cut:
                    break
                self.count += 1
                cells = [cell for field in fields for cell in _cells(field, record, links)]
                yield [title_of(self.entry, record), str(judged.label), *cells]
            after = found.page.next
            if is_cut:
                yield [_ended()]
            if is_cut or not after:
                return

    def _allowed(self, numbers: list[int]) -> set[int]:
        """Return those that the right to export reaches; it may be narrower than the right to see."""
        rights.require(self.actor, self.entry.name, Action.EXPORT)
        return reached(self.actor, self.entry.name, numbers, Action.EXPORT)

    def _heads(self, field: Field) -> list[str]:
        label = str(field.label)
        if field.currency_key:
            return [label, _("%(field)s: currency") % {"field": label}]
        return [label]


def _ended() -> str:
    """Say in the file itself that records are missing from it: it is passed on without its page."""
    words = _(
        "This file ends after %(n)s records, and there are more. Narrow the conditions to take the others."
    )
    return words % {"n": formats.number(MOST_RECORDS)}


def _cells(field: Field, record: models.Model, links: Links) -> Row:
    value = field.value_of(record)
    if field.currency_key:
        return [value, str(getattr(record, field.currency_key) or "") if value is not None else ""]
    if field.target:
        return [links.titles_in(field, value, "; ")]  # as imports read them
    if value is not None and field.kind.name == "duration":
        return [timedelta(seconds=value)]
    if value is None or field.kind.name in ("integer", "decimal", "percent", "date", "instant", "boolean"):
        return [value]
    if field.kind.name in ("choice", "multi_choice"):
        labels = {choice.key: str(choice.label) for choice in field.choices()}
        keys = value if field.kind.name == "multi_choice" else [value] if value else []
        return [", ".join(labels.get(key, key) for key in keys)]
    if isinstance(value, FileValue):
        return [f"{value.name} {settings.PUBLIC_URL}{reverse('file', args=[value.number])}"]
    return [field.kind.display(value, field)]

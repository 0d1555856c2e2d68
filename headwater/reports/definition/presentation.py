"""Reading how a report is ordered, drawn and listed."""

import math
from typing import Any

from django.utils.translation import gettext as _

from headwater.metadata.errors import FilterError
from headwater.records.ordering import sort_keys
from headwater.reports.definition import words
from headwater.reports.definition.dimensions import read_path
from headwater.reports.definition.reader import Reader
from headwater.reports.definition.types import Chart, Dimension, Sort, Table

_MOST_COLUMNS = 40


def read_sort(reader: Reader, data: Any, ids: list[str]) -> tuple[Sort, ...]:
    """Read the order of the rows; ``ids`` are those of measures and row dimensions."""
    found = []
    for i, given in enumerate(reader.list(data, "sort", len(ids))):
        body = reader.object(given, f"sort.{i}", ["by", "dir", "nulls"])
        if body.get("by") not in ids:
            reader.unknown(f"sort.{i}.by", body.get("by"), ids)
            continue
        descending = reader.word(body.get("dir"), f"sort.{i}.dir", ("asc", "desc")) == "desc"
        first = reader.word(body.get("nulls"), f"sort.{i}.nulls", ("last", "first")) == "first"
        found.append(Sort(body["by"], descending, first))
    return tuple(found)


def read_chart(
    reader: Reader,
    data: Any,
    measures: list[str],
    rows: tuple[Dimension, ...],
    columns: tuple[Dimension, ...],
) -> Chart:
    """Read the drawing; what is left open follows from rows and columns."""
    body = reader.object(data, "chart", ["kind", "x", "y", "series", "target", "bands"])
    ids = [dimension.id for dimension in (*rows, *columns)]
    default = "bar" if rows else "scorecard"
    return Chart(
        kind=reader.word(body.get("kind"), "chart.kind", words.CHARTS, default),
        x=_dimension(reader, body.get("x"), "chart.x", ids) or (rows[0].id if rows else None),
        y=_measures(reader, body.get("y"), measures),
        series=_dimension(reader, body.get("series"), "chart.series", ids)
        or (columns[0].id if columns else None),
        target=_number(reader, body.get("target"), "chart.target"),
        bands=_bands(reader, body.get("bands")),
    )


def _dimension(reader: Reader, word: Any, at: str, ids: list[str]) -> str | None:
    if word is not None and word not in ids:
        reader.unknown(at, word, ids)
        return None
    return None if word is None else str(word)


def _measures(reader: Reader, data: Any, measures: list[str]) -> tuple[str, ...]:
    given = reader.list(data, "chart.y", words.MOST_MEASURES)
    for i, word in enumerate(given):
        if word not in measures:
            reader.unknown(f"chart.y.{i}", word, measures)
    return tuple(word for word in given if word in measures) or tuple(measures[:1])


def _number(reader: Reader, value: Any, at: str) -> float | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        reader.refuse(at, "not_number", _("Give a number."))
        return None
    return value


def _bands(reader: Reader, data: Any) -> tuple[dict[str, Any], ...]:
    bands = []
    for i, given in enumerate(reader.list(data, "chart.bands", 10)):
        at = f"chart.bands.{i}"
        body = reader.object(given, at, ["lt", "ge", "tone"])
        edges: dict[str, Any] = {
            key: _number(reader, body.get(key), f"{at}.{key}") for key in ("lt", "ge") if key in body
        }
        bands.append({**edges, "tone": reader.word(body.get("tone"), f"{at}.tone", words.TONES)})
    return tuple(bands)


def read_table(reader: Reader, root: str, data: Any) -> Table:
    """Read the columns and the order of the list of counted records."""
    body = reader.object(data, "table", ["columns", "order"])
    columns = []
    for i, word in enumerate(reader.list(body.get("columns"), "table.columns", _MOST_COLUMNS)):
        path = read_path(reader, root, word, f"table.columns.{i}")
        if path is not None:
            columns.append(path.key)
    order = reader.list(body.get("order"), "table.order", 3)
    bare = [_bare(root, word) for word in order]
    try:
        sort_keys(root, bare)
    except FilterError as error:
        for problem in error.problems:
            reader.refuse("table.order", problem.code, problem.message)
        bare = []
    return Table(tuple(columns), tuple(bare))


def _bare(root: str, word: Any) -> str:
    """Return a name of an order without the object's name: ``-created_at``."""
    text = str(word)
    sign = "-" if text.startswith("-") else ""
    return sign + text.removeprefix("-").removeprefix(f"{root}.")

"""From JSON to a definition; every wrong word is named, none is passed on."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from headwater.metadata import registry
from headwater.metadata.errors import FilterError, Problem, UnknownObject
from headwater.metadata.filters import Filter, parse_filter
from headwater.reports.definition import words
from headwater.reports.definition.asof import read_as_of
from headwater.reports.definition.dimensions import read_compare, read_dimension, read_period
from headwater.reports.definition.errors import DefinitionError
from headwater.reports.definition.having import read_having
from headwater.reports.definition.measures import read_measures
from headwater.reports.definition.presentation import read_chart, read_sort, read_table
from headwater.reports.definition.reader import Reader, shorten
from headwater.reports.definition.types import Definition, Dimension
from headwater.reports.measures.terms import RATES


def parse_definition(data: object) -> Definition:
    """Read a definition of version 1. Raises DefinitionError naming everything that is wrong."""
    reader = Reader()
    if not isinstance(data, Mapping):
        raise DefinitionError([Problem("", "not_object", _("A report definition must be a JSON object."))])
    known = {key: value for key, value in data.items() if key in words.KEYS}
    for word in data.keys() - known.keys():
        reader.unknown(shorten(word), word, words.KEYS)
    root = _root(reader, known)
    if root is None:
        raise DefinitionError(reader.problems)
    definition = _body(reader, root, known)
    if reader.problems:
        raise DefinitionError(sorted(reader.problems, key=lambda problem: problem.at))
    return definition


def _root(reader: Reader, data: dict[str, Any]) -> str | None:
    if data.get("v", words.VERSION) != words.VERSION or isinstance(data.get("v"), bool):
        reader.unknown("v", data.get("v"), [str(words.VERSION)], "unknown_version")
    objects = [entry.name for entry in registry.objects()]
    try:
        name = data.get("root")
        if isinstance(name, str) and registry.get(name).is_record:
            return name
    except UnknownObject:
        pass
    reader.unknown("root", data.get("root"), objects, "unknown_object")
    return None


def _body(reader: Reader, root: str, data: dict[str, Any]) -> Definition:
    measures = read_measures(reader, root, data.get("measures"))
    is_whole = not reader.problems
    by = [use.id for use in measures]
    rows = _dimensions(reader, root, data.get("rows"), "rows", by)
    columns = _dimensions(reader, root, data.get("columns"), "columns", by)
    _fixed_words(reader, data)
    period = read_period(reader, root, data.get("period"))
    limit = reader.object(data.get("limit"), "limit", ["rows"])
    totals = [
        reader.word(word, f"totals.{i}", words.TOTALS)
        for i, word in enumerate(reader.list(data.get("totals", ["grand"]), "totals", len(words.TOTALS)))
    ]
    return Definition(
        root=root,
        measures=measures,
        rows=rows,
        columns=columns,
        period=period,
        compare=read_compare(reader, data.get("compare"), period),
        rate=_rate(reader, data.get("currency")),
        as_of=read_as_of(reader, data.get("as_of")),
        where=_where(reader, root, data.get("where")),
        having=read_having(reader, data.get("having"), by, rows, is_whole=is_whole),
        sort=read_sort(reader, data.get("sort"), [*by, *(dimension.id for dimension in rows)]),
        limit=reader.whole(limit.get("rows"), "limit.rows", words.DEFAULT_ROWS, words.MOST_ROWS),
        chart=read_chart(reader, data.get("chart"), by, rows, columns),
        table=read_table(reader, root, data.get("table")),
        totals=tuple(dict.fromkeys(totals)),
        name=reader.text(data.get("name"), "name"),
        preset=reader.text(data.get("preset"), "preset"),
    )


def _fixed_words(reader: Reader, data: dict[str, Any]) -> None:
    """Check words that have one possible value so far."""
    if data.get("scope", "visible") != "visible":
        reader.later("scope", data["scope"], ["visible"])
    if not isinstance(data.get("id", ""), (str, int)):
        reader.refuse("id", "bad_id", _("The id of a report is a number or a text."))


def _rate(reader: Reader, data: Any) -> str:
    """Read into what money is converted, and by the rate of which day."""
    currency = reader.object(data, "currency", ["target", "rate"])
    if currency.get("target", "base") != "base":
        reader.later("currency.target", currency["target"], ["base"])
    return reader.word(currency.get("rate"), "currency.rate", RATES)


def _dimensions(reader: Reader, root: str, data: Any, side: str, by: list[str]) -> tuple[Dimension, ...]:
    found = []
    for i, given in enumerate(reader.list(data, side, words.MOST_LEVELS)):
        dimension = read_dimension(reader, root, given, f"{side}.{i}", by)
        if dimension is not None:
            found.append(dimension)
    return tuple(found)


def _where(reader: Reader, root: str, data: Any) -> Filter:
    try:
        return parse_filter(root, data)
    except FilterError as error:
        for problem in error.problems:
            at = f"where.{problem.at}".rstrip(".")
            reader.refuse(at, problem.code, problem.message)
        return parse_filter(root, None)

"""Figures of columns: which a reader may ask for, and how they are written."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from headwater.lib import formats
from headwater.metadata.objects import Field, ObjectType
from headwater.records.saved.settings import figures_of
from headwater.reports.groups import Total
from headwater.web.cells import NUMERIC

LABELS: dict[str, str | Promise] = {
    "count": _("Filled"),
    "sum": _("Sum"),
    "average": _("Average"),
    "min": _("Smallest"),
    "max": _("Largest"),
}
_OF_DATES: dict[str, str | Promise] = {"min": _("Earliest"), "max": _("Latest")}
_DECIMALS = 2


@dataclass(frozen=True)
class TotalCell:
    """A cell of the line of totals: the figures one may choose, the chosen one and its value."""

    key: str
    label: str
    css: str
    options: Sequence[tuple[str, str]]
    chosen: str
    lines: Sequence[str]


def label_of(field: Field, figure: str) -> str:
    """Return the name of a figure of a column."""
    dates = _OF_DATES if field.kind.name in ("date", "instant") else {}
    return str(dates.get(figure) or LABELS[figure])


def written(total: Total | None) -> list[str]:
    """Write a figure; money in one line for each currency, for the sum of two currencies means nothing."""
    if total is None or not total.amounts:
        return []
    field, figure = total.field, total.figure
    if figure == "count":
        return [formats.number(total.amounts[0][1])]
    if field.kind.name == "money":
        return [formats.money(amount, currency) for currency, amount in total.amounts]
    value = total.amounts[0][1]
    if field.kind.name == "percent":
        return [formats.percent(value, _DECIMALS if value != round(value) else 0)]
    if isinstance(value, Decimal) and field.kind.name != "duration":
        return [formats.number(round(value, max(_DECIMALS, field.decimal_places)))]
    return [field.kind.display(value, field)]


def usual_totals(entry: ObjectType, shown: Sequence[str]) -> dict[str, str]:
    """Return what is added up when nobody chose: every number that is shown; of percentages the average."""
    numbers = [entry.fields[key] for key in shown if entry.fields[key].kind.name in NUMERIC]
    return {found.key: "sum" if "sum" in found.kind.aggregates else "average" for found in numbers}


def total_cells(
    fields: Sequence[Field], chosen: Mapping[str, str], totals: Mapping[str, Total]
) -> list[TotalCell]:
    """Return the line of totals, one cell for each column."""
    return [
        TotalCell(
            field.key,
            str(field.label),
            "is-number" if field.kind.name in NUMERIC else "",
            [(figure, label_of(field, figure)) for figure in figures_of(field)],
            chosen.get(field.key, ""),
            written(totals.get(field.key)),
        )
        for field in fields
    ]

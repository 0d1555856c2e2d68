"""One pass over the whole file: how many rows, and what its columns tell about their own format."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from headwater.lib.durations import is_bare_number
from headwater.lib.numbers import decimal_marks, is_ambiguous, without_percent
from headwater.metadata.objects import Field
from headwater.transfer.columns import dates
from headwater.transfer.files.rows import Row, as_text, is_typed

DISTINCT = 1_000
"""How many different texts of a column are listed for a person to map."""

SAMPLES = 3

DATES = ("date", "instant")
NUMBERS = ("integer", "decimal", "money", "percent")
DURATIONS = ("duration",)
_NAMES = ("choice", "multi_choice", "user", "boolean")


@dataclass
class ColumnFacts:
    """``orders`` and ``marks`` count the cells that prove an order of dates or a decimal mark.

    ``unclear`` counts the cells that mean different things under different formats, ``samples``
    are the first of them. ``texts`` counts the different texts of columns whose values a person may map.
    """

    filled: int = 0
    orders: Counter[str] = field(default_factory=Counter)
    marks: Counter[str] = field(default_factory=Counter)
    unclear: int = 0
    samples: list[str] = field(default_factory=list)
    texts: Counter[str] = field(default_factory=Counter)

    def note_unclear(self, cell: str) -> None:
        self.unclear += 1
        if len(self.samples) < SAMPLES and cell.strip() not in self.samples:
            self.samples.append(cell.strip())

    @property
    def order(self) -> str:
        """The order all proofs agree on, "" when there is none or they contradict each other."""
        return next(iter(self.orders)) if len(self.orders) == 1 else ""

    @property
    def mark(self) -> str:
        return next(iter(self.marks)) if len(self.marks) == 1 else ""

    def as_json(self) -> dict[str, Any]:
        return {"filled": self.filled, "orders": self.orders, "marks": self.marks}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "ColumnFacts":
        return cls(stored["filled"], Counter(stored["orders"]), Counter(stored["marks"]))


@dataclass
class Facts:
    """``columns`` by field key."""

    rows: int = 0
    columns: dict[str, ColumnFacts] = field(default_factory=dict)

    def of(self, key: str) -> ColumnFacts:
        return self.columns.get(key) or ColumnFacts()

    def as_json(self) -> dict[str, Any]:
        return {"rows": self.rows, "columns": {key: facts.as_json() for key, facts in self.columns.items()}}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "Facts":
        columns = {key: ColumnFacts.from_json(facts) for key, facts in stored.get("columns", {}).items()}
        return cls(stored.get("rows", 0), columns)


def survey(rows: Iterable[Row], mapped: Mapping[int, Field], *, texts: bool = False) -> Facts:
    """Read every row once. ``mapped`` tells the field of each column that is imported.

    With ``texts`` the different texts of options, people and yes/no are counted as well.
    """
    facts = Facts(columns={found.key: ColumnFacts() for found in mapped.values()})
    looked_at = [
        (index, found.kind.name, facts.columns[found.key])
        for index, found in mapped.items()
        if found.kind.name in DATES + NUMBERS + DURATIONS or (texts and found.kind.name in _NAMES)
    ]
    for row in rows:
        facts.rows += 1
        for index, kind, column in looked_at:
            cell = row.cells[index] if index < len(row.cells) else ""
            if cell and not cell.isspace():
                _look(kind, cell, column)
    return facts


def _look(kind: str, cell: str, column: ColumnFacts) -> None:
    column.filled += 1
    if kind in _NAMES:
        text = as_text(cell).strip()
        if text in column.texts or len(column.texts) < DISTINCT:
            column.texts[text] += 1
    elif kind in DURATIONS:
        if is_bare_number(as_text(cell)):
            column.note_unclear(as_text(cell))
    elif not is_typed(cell):
        _look_at_format(kind, cell, column)


def _look_at_format(kind: str, cell: str, column: ColumnFacts) -> None:
    if kind in DATES:
        found = dates.readings(cell)
        if len(found) == 1:
            column.orders[next(iter(found))] += 1
        elif dates.is_unclear(cell, found):
            column.note_unclear(cell)
    else:
        cell = without_percent(cell)
        marks = decimal_marks([cell])
        if len(marks) == 1:
            column.marks[marks.pop()] += 1
        elif is_ambiguous(cell):
            column.note_unclear(cell)

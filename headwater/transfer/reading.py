"""From rows of the file to values by field key."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from headwater.metadata.errors import BadValue
from headwater.metadata.objects import Field, ObjectType
from headwater.transfer.columns import readers
from headwater.transfer.columns.links import LINKS, LinkFinder
from headwater.transfer.columns.names import ChoiceReader, NewOptions, multi_choice_reader, user_reader
from headwater.transfer.columns.readers import SKIP, Reader
from headwater.transfer.columns.survey import Facts
from headwater.transfer.files.guarding import unguard
from headwater.transfer.files.rows import Row
from headwater.transfer.mapping import Decision
from headwater.transfer.options import Options
from headwater.users.actor import Actor


@dataclass(frozen=True)
class Reason:
    """Why a row fails. ``field`` and ``column`` are empty when the row as a whole is wrong.

    ``message`` is the same for every row with this cause; ``detail`` is about this row alone.
    """

    field: str
    column: str
    code: str
    message: str
    detail: str = ""

    def as_json(self) -> dict[str, str]:
        message = f"{self.message} {self.detail}".rstrip()
        return {"field": self.field, "column": self.column, "code": self.code, "message": message}


@dataclass
class ReadRow:
    """A row as values for the door, or the reasons why it cannot be one."""

    number: int
    values: dict[str, Any] = field(default_factory=dict)
    reasons: list[Reason] = field(default_factory=list)
    record_id: int | None = None


@dataclass(frozen=True)
class _Column:
    index: int
    header: str
    field: Field
    read: Reader


class RowReader:
    """Reads rows by the decisions about their columns.

    ``guarded``: the file is text in which dangerous cells may carry our guard.
    """

    def __init__(
        self,
        actor: Actor,
        entry: ObjectType,
        decisions: Sequence[Decision],
        options: Options,
        facts: Facts,
        *,
        guarded: bool,
    ) -> None:
        self.actor = actor
        self.options = options
        self.guarded = guarded
        self.new_options = NewOptions()
        self.width = len(decisions)
        mapped = [(each, entry.fields[each.field]) for each in decisions if each.field]
        self.columns = [
            _Column(decision.index, decision.header, found, self._reader(found, facts))
            for decision, found in mapped
            if found.kind.name not in LINKS
        ]
        self.links = [
            (decision, LinkFinder(actor, found)) for decision, found in mapped if found.kind.name in LINKS
        ]
        self.headers = {found.key: decision.header for decision, found in mapped}

    def _reader(self, found: Field, facts: Facts) -> Reader:
        match found.kind.name:
            case "integer" | "decimal" | "money" | "percent":
                return readers.number_reader(found, self.options, facts.of(found.key))
            case "duration":
                return readers.duration_reader(self.options)
            case "date" | "instant":
                return readers.DateReader(found, self.options, facts.of(found.key))
            case "boolean":
                return readers.boolean_reader(found, self.options)
            case "choice":
                return ChoiceReader(found, self.options, self.new_options)
            case "multi_choice":
                return multi_choice_reader(found, self.options, self.new_options)
            case "user":
                return user_reader(found, self.options)
            case _:
                return readers.text_reader(found)

    def read(self, rows: Sequence[Row]) -> list[ReadRow]:
        """Read a chunk of rows."""
        found = [self._read_one(row) for row in rows]
        for decision, finder in self.links:
            self._link(rows, found, decision, finder)
        return found

    def _read_one(self, row: Row) -> ReadRow:
        read = ReadRow(row.number)
        if row.trouble:
            message = _("The quotes in this line are not closed properly.")
            read.reasons.append(Reason("", "", row.trouble, message))
            return read
        if len(row.cells) > self.width and any(cell.strip() for cell in row.cells[self.width :]):
            message = _("The row has more cells than the file has columns.")
            read.reasons.append(Reason("", "", "extra_cells", message))
            return read
        for column in self.columns:
            self._read_cell(row, column, read)
        return read

    def _read_cell(self, row: Row, column: _Column, read: ReadRow) -> None:
        cell = row.cells[column.index] if column.index < len(row.cells) else ""
        if not cell or cell.isspace():
            if self.options.clear_empty:
                read.values[column.field.key] = None
            return
        try:
            value = column.read(unguard(cell) if self.guarded and cell[0] == "'" else cell)
        except BadValue as problem:
            read.reasons.append(Reason(column.field.key, column.header, problem.code, problem.message))
        else:
            if value is not SKIP:
                read.values[column.field.key] = value

    def _link(
        self, rows: Sequence[Row], found: list[ReadRow], decision: Decision, finder: LinkFinder
    ) -> None:
        key = finder.field.key
        texts: dict[int, list[str]] = {}
        for place, row in enumerate(rows):
            cell = row.cells[decision.index] if decision.index < len(row.cells) else ""
            if cell.strip():
                texts[place] = finder.texts_in(cell)
            elif self.options.clear_empty:
                found[place].values[key] = None
        targets = finder.find(text for named in texts.values() for text in named)
        for place, named in texts.items():
            linked = [targets[text] for text in named]
            problem = next((each for each in linked if isinstance(each, BadValue)), None)
            if problem is not None:
                found[place].reasons.append(Reason(key, decision.header, problem.code, problem.message))
            else:
                found[place].values[key] = linked if finder.field.kind.many else linked[0]

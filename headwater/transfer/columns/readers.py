"""One reader per field kind: from a cell of the file to a value the door understands.

A reader returns a raw value for the field's kind, or ``SKIP`` to leave the field alone, and
raises BadValue. Nothing is guessed: what can be read in two ways is refused.
"""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from django.utils.translation import gettext as _

from headwater.lib.durations import DurationError, parse_duration
from headwater.lib.numbers import NumberError, parse_decimal, without_percent
from headwater.lib.text import normalize
from headwater.metadata.errors import BadValue
from headwater.metadata.formulas.functions import rounded
from headwater.metadata.objects import Field
from headwater.transfer.columns import dates
from headwater.transfer.columns.survey import ColumnFacts
from headwater.transfer.files.rows import as_text, is_typed, unpack
from headwater.transfer.options import DURATION_UNITS, Options

Reader = Callable[[str], Any]

MOST_REMEMBERED = 10_000
"""How many different texts of a column a reader remembers, so that memory stays flat."""


class _Skip:
    """Says that the field is to be left alone."""


SKIP: Final = _Skip()


def text_reader(field: Field) -> Reader:
    """Text of any sort. White space around it is the kind's business."""
    return as_text


def number_reader(field: Field, options: Options, facts: ColumnFacts) -> Reader:
    """Numbers: of a workbook as they are, typed ones by the decimal mark of the column."""
    chosen = options.decimal_mark

    def read(cell: str) -> Any:
        if is_typed(cell):
            value = unpack(cell)
            return value if isinstance(value, Decimal) else as_text(cell)
        if field.kind.name == "percent":
            cell = without_percent(cell)
        try:
            return parse_decimal(cell, chosen or None)
        except NumberError as error:
            if error.ambiguous and facts.mark:
                return parse_decimal(cell, facts.mark)
            raise _no_number(error) from error

    return read


def _no_number(error: NumberError) -> BadValue:
    if error.ambiguous:
        message = _("Point and comma could be either way round. Say the decimal mark.")
        return BadValue("ambiguous_number", message)
    return BadValue("not_number", _("This is not a number, such as 1234.50."))


def duration_reader(options: Options) -> Reader:
    """Lengths of time as they are written; numbers alone by the unit that was told."""
    unit = DURATION_UNITS.get(options.duration_unit)

    def number(text: str) -> Decimal:
        return parse_decimal(text, options.decimal_mark or None)

    def read(cell: str) -> Any:
        typed = unpack(cell) if is_typed(cell) else cell
        if isinstance(typed, str):
            try:
                return parse_duration(typed, number)
            except DurationError as problem:
                if problem.why != "no_unit":
                    return typed  # for the kind to say what is wrong
        elif not isinstance(typed, Decimal):
            return as_text(cell)
        if unit is None:
            raise BadValue("no_unit", _("A number alone could be minutes or hours. Say which."))
        try:
            count = typed if isinstance(typed, Decimal) else number(typed)
        except NumberError as error:
            raise _no_number(error) from error
        return rounded(count * unit)

    return read


class DateReader:
    """Days and moments: of a workbook as they are, typed ones by the format chosen or proven."""

    def __init__(self, field: Field, options: Options, facts: ColumnFacts) -> None:
        self.format = options.date_format
        self.pattern = dates.pattern_of(options.date_format) if options.date_format else ""
        self.order = facts.order
        self.only_day = field.kind.name == "date"
        self._known: dict[str, Any] = {}

    def __call__(self, cell: str) -> Any:
        if cell not in self._known:
            if len(self._known) >= MOST_REMEMBERED:
                self._known.clear()
            self._known[cell] = self._understand(cell)
        return self._known[cell]

    def _understand(self, cell: str) -> Any:
        value = unpack(cell) if is_typed(cell) else cell.strip()
        if isinstance(value, str):
            if value in dates.PLACEHOLDERS:
                return SKIP
            value = self._interpret(value)
        elif isinstance(value, (Decimal, bool)):
            raise BadValue("not_date", _("This cell holds a number, not a date."))
        return value.date() if self.only_day and isinstance(value, datetime) else value

    def _interpret(self, text: str) -> dates.Moment:
        if not self.pattern:
            return dates.read_in_order(text, self.order)
        moment = dates.read_as(text, self.pattern)
        if moment is None:
            message = _("This date does not have the format %(format)s.")
            raise BadValue("not_date", message % {"format": self.format})
        return moment


def boolean_reader(field: Field, options: Options) -> Reader:
    """Yes and no: of a workbook, as words of the kind, or as a person mapped them."""
    mapped = {normalize(text): value for text, value in options.values.get(field.key, {}).items()}

    def read(cell: str) -> Any:
        value = unpack(cell) if is_typed(cell) else normalize(cell)
        if isinstance(value, bool):
            return value
        text = value if isinstance(value, str) else as_text(cell)
        if text in mapped:
            return SKIP if mapped[text] is None else mapped[text]
        return text

    return read

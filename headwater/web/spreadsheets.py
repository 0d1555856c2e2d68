"""Files for spreadsheets: CSV and XLSX of the same rows, with real numbers and dates in the latter."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import IO, Any

import xlsxwriter
from django.utils.translation import gettext as _

from headwater.lib.durations import clock
from headwater.transfer.files.guarding import guard
from headwater.users import organization


@dataclass(frozen=True)
class Styled:
    """A number or a date with the look that a spreadsheet gives it, such as ``0.0%``."""

    value: Any
    style: str


Cell = str | int | float | Decimal | bool | date | datetime | timedelta | Styled | None
Rows = Iterable[Sequence[Cell]]

_NOT_IN_A_NAME = re.compile(r"[^\w .,()-]+")

DAY, MINUTE, DURATION = "yyyy-mm-dd", "yyyy-mm-dd hh:mm", "[h]:mm:ss"


def file_name(text: str) -> str:
    """Return a text as the name of a file: without what systems refuse, never empty."""
    return " ".join(_NOT_IN_A_NAME.sub(" ", text).split()).strip(". ")[:120] or _("Report")


def percent(value: Any) -> Cell:
    """Return a percentage that counts in hundredths (38.5 for 38.5 %)."""
    return None if value is None else Styled(value, "0.0%")


def csv_file(rows: Rows) -> Iterator[bytes]:
    """Yield the lines of a CSV file that spreadsheet programs read as UTF-8 and never run."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    yield b"\xef\xbb\xbf"
    for row in rows:
        writer.writerow([_text(cell) for cell in row])
        yield buffer.getvalue().encode()
        buffer.seek(0)
        buffer.truncate()


def _text(cell: Cell) -> str:
    value = cell.value if isinstance(cell, Styled) else cell
    if value is None:
        return ""
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, datetime):
        return _local(value).isoformat(sep=" ", timespec="minutes")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, timedelta):
        return clock(round(value.total_seconds()))
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    return guard(value) if isinstance(value, str) else str(value)


def _local(value: datetime) -> datetime:
    return value.astimezone(organization.zone()).replace(tzinfo=None)


def xlsx_file(sheets: Mapping[str, Rows]) -> IO[bytes]:
    """Return a workbook, ready to be read; the first row of each sheet is its header.

    Texts are written as texts whatever they look like: no cell is a formula or a link.
    """
    file = io.BytesIO()
    options = {"in_memory": True, "default_date_format": DAY}
    with xlsxwriter.Workbook(file, options) as book:
        looks = _Looks(book)
        for name, rows in sheets.items():
            sheet = book.add_worksheet(_sheet_name(name))
            sheet.freeze_panes(1, 0)
            for at, row in enumerate(rows):
                for place, cell in enumerate(row):
                    looks.write(sheet, at, place, cell)
                    if at == 0:
                        sheet.set_column(place, place, max(10, min(40, len(str(cell)) + 2)))
    file.seek(0)
    return file


def _sheet_name(name: str) -> str:
    """Return a name that workbooks allow: without brackets and slashes, at most 31 characters."""
    kept = "".join(" " if letter in "[]:*?/\\" else letter for letter in name).strip("' ")
    return kept[:31].strip("' ") or "1"


class _Looks:
    """Writes typed cells; each look is added to the workbook once."""

    def __init__(self, book: Any) -> None:
        self.book, self.known = book, {"": None}
        self.known["header"] = book.add_format({"bold": True})

    def _look(self, style: str) -> Any:
        if style not in self.known:
            self.known[style] = self.book.add_format({"num_format": style})
        return self.known[style]

    def write(self, sheet: Any, row: int, place: int, cell: Cell) -> None:
        style = cell.style if isinstance(cell, Styled) else ""
        value = cell.value if isinstance(cell, Styled) else cell
        if value is None or value == "":
            return
        if isinstance(value, bool):
            sheet.write_boolean(row, place, value)
        elif isinstance(value, datetime):
            sheet.write_datetime(row, place, _local(value), self._look(style or MINUTE))
        elif isinstance(value, date):
            sheet.write_datetime(row, place, value, self._look(style or DAY))
        elif isinstance(value, timedelta):
            sheet.write_number(row, place, value / timedelta(days=1), self._look(DURATION))
        elif isinstance(value, str):
            sheet.write_string(row, place, value[:32_767], self.known["header"] if row == 0 else None)
        else:
            number = value / 100 if style.endswith("%") else value
            sheet.write_number(row, place, float(number), self._look(style))

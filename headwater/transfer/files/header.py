"""Which row names the columns, and the rows below it."""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from django.utils.translation import gettext as _

from headwater.transfer.files import limits
from headwater.transfer.files.errors import FileProblem
from headwater.transfer.files.opening import Table
from headwater.transfer.files.rows import Row, as_text

_LOOK_AHEAD = 30


@dataclass(frozen=True)
class Header:
    """The row that names the columns. Names are unique: a second "Phone" becomes "Phone (2)"."""

    number: int
    names: tuple[str, ...]


def find_header(table: Table, chosen: int | None = None) -> Header:
    """The chosen row, else the first one that is nearly as wide as the widest of the first rows.

    So titles above the table are passed over. Raises FileProblem when there is none.
    """
    if chosen is not None:
        row = next((row for row in table.rows() if row.number >= chosen), None)
        if row is None or row.number != chosen or row.is_blank:
            raise FileProblem(
                "no_header", _("Row %(number)d is empty and names no columns.") % {"number": chosen}
            )
        return _named(row)
    first = [row for row in islice(table.rows(), _LOOK_AHEAD) if not row.is_blank]
    widest = max((_width(row) for row in first), default=0)
    for row in first:
        if _width(row) >= widest * 0.6 and not row.trouble:
            return _named(row)
    raise FileProblem("no_header", _("The file has no row that names the columns."))


def data_rows(table: Table, header: Header) -> Iterator[Row]:
    """The rows below the header that are not blank."""
    for row in table.rows():
        if row.number > header.number and not row.is_blank:
            yield row


def _width(row: Row) -> int:
    return sum(1 for cell in row.cells if cell.strip())


def _named(row: Row) -> Header:
    if len(row.cells) > limits.COLUMNS:
        message = _("The sheet has more than %(limit)d columns.")
        raise FileProblem("too_many_columns", message % {"limit": limits.COLUMNS})
    names: list[str] = []
    for position, cell in enumerate(row.cells, start=1):
        name = _clean(as_text(cell)) or _("Column %(number)d") % {"number": position}
        unique, copy = name, 2
        while unique in names:
            unique, copy = f"{name} ({copy})", copy + 1
        names.append(unique)
    return Header(row.number, tuple(names))


def _clean(name: str) -> str:
    """Trimmed and composed, without the invisible marks that exports leave."""
    visible = "".join(
        char for char in name if unicodedata.category(char) not in ("Cf", "Cc") or char in "\n\t"
    )
    return " ".join(unicodedata.normalize("NFC", visible).split())[:200]

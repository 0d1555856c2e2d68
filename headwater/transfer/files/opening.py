"""Opening an upload by what it is, whatever its name says."""

from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from django.utils.translation import gettext as _

from headwater.transfer.files import limits
from headwater.transfer.files.csv_reading import CsvTable
from headwater.transfer.files.encodings import announced_encoding
from headwater.transfer.files.errors import FileProblem
from headwater.transfer.files.rows import Row, TableInfo
from headwater.transfer.files.xlsx_reading import XlsxTable

_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OTHERS = (
    b"PK\x05\x06", b"%PDF", b"\x89PNG", b"GIF8", b"\xff\xd8\xff", b"\x7fELF", b"\x1f\x8b", b"Rar!",
    b"7z\xbc\xaf", b"{\\rtf", b"SQLite format 3",
)  # fmt: skip
_MARKUP = (b"<html", b"<!doctype", b"<?xml", b"<table", b"<svg", b"<script")
_CONTROLS = bytes([*range(1, 9), *range(14, 27), *range(28, 32)])


class Table(Protocol):
    """A sheet of rows; ``rows`` begins anew with every call."""

    @property
    def info(self) -> TableInfo: ...

    def rows(self) -> Iterator[Row]: ...

    def close(self) -> None: ...


def open_table(path: Path, *, encoding: str = "", delimiter: str = "", sheet: str = "") -> Table:
    """Open a CSV file or the first visible (or the named) sheet of a workbook. Raises FileProblem."""
    size = path.stat().st_size
    if size == 0:
        raise FileProblem("empty_file", _("The file is empty."))
    if size > limits.FILE_BYTES:
        message = _("The file is larger than %(limit)d MB.")
        raise FileProblem("file_too_large", message % {"limit": limits.FILE_BYTES // limits.MEGABYTE})
    with path.open("rb") as file:
        head = file.read(65_536)
    if head.startswith(_ZIP):
        return XlsxTable(path, sheet=sheet)
    _refuse_others(head)
    return CsvTable(path, encoding=encoding, delimiter=delimiter)


def remove_upload(path: Path) -> None:
    """Delete a file and what reading it has left beside it."""
    for each in (path, *path.parent.glob(f"{path.name}.*")):
        each.unlink(missing_ok=True)


def _refuse_others(head: bytes) -> None:
    if head.startswith(_OLE):
        if "EncryptedPackage".encode("utf-16-le") in head:
            raise FileProblem("password", _("The workbook is protected by a password. Save it without one."))
        raise FileProblem("old_workbook", _("This is an old Excel file (.xls). Save it as .xlsx or CSV."))
    bare = head.lstrip(b"\xef\xbb\xbf \t\r\n")[:200].lower()
    controls = len(head) - len(head.translate(None, _CONTROLS))
    binary = controls > max(16, len(head) * 0.01) and announced_encoding(head) is None
    if head.startswith(_OTHERS) or bare.startswith(_MARKUP) or binary:
        raise FileProblem("not_a_table", _("The file is neither an Excel workbook (.xlsx) nor a CSV file."))

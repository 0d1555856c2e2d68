"""Reading XLSX: a limited process unpacks the sheet once, and rows are read from what it left."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_lazy as _

import headwater
from headwater.transfer.files import limits
from headwater.transfer.files.errors import FileProblem
from headwater.transfer.files.rows import Row, TableInfo, from_line

_MESSAGES = {
    "workbook_too_large": _("The workbook is too large to be opened. Split it, or save the sheet as CSV."),
    "not_a_table": _("The file is neither an Excel workbook (.xlsx) nor a CSV file."),
    "macros": _("The workbook contains macros. Save it as an Excel workbook without macros (.xlsx)."),
    "xml_entities": _("The workbook contains XML entities, which no spreadsheet program writes."),
    "password": _("The workbook is protected by a password. Save it without one."),
    "broken_workbook": _("The workbook is damaged and cannot be opened."),
    "no_sheet": _("The workbook has no visible sheet with rows."),
    "unknown_sheet": _("The workbook has no visible sheet of this name."),
    "too_many_columns": _("The sheet has more than %(limit)d columns."),
}


class XlsxTable:
    """One sheet of a workbook. ``close`` takes the unpacked copy away."""

    def __init__(self, path: Path, *, sheet: str = "") -> None:
        self.path = path
        self._plain = path.with_name(f"{path.name}.rows")
        self._notes = path.with_name(f"{path.name}.notes")
        self._found: dict[str, Any] = self._known(sheet) or self._unpack(sheet)

    @property
    def info(self) -> TableInfo:
        return TableInfo(kind="xlsx", sheets=self._found["sheets"], sheet=self._found["sheet"])

    def rows(self) -> Iterator[Row]:
        with self._plain.open(encoding="utf-8", newline="\n") as file:
            yield from map(from_line, file)

    def close(self) -> None:
        self._plain.unlink(missing_ok=True)
        self._notes.unlink(missing_ok=True)

    def _known(self, sheet: str) -> dict[str, Any] | None:
        """What an earlier reading left of this sheet; the notes are written last."""
        if not self._notes.exists() or not self._plain.exists():
            return None
        found: dict[str, Any] = json.loads(self._notes.read_text())
        return found if sheet in ("", found["sheet"]) and found["asked"] == sheet else None

    def _unpack(self, sheet: str) -> dict[str, Any]:
        self.close()
        command = [sys.executable, "-m", "headwater.transfer.files.workbook_process"]
        try:
            done = subprocess.run(  # noqa: S603
                [*command, str(self.path), str(self._plain), sheet],
                cwd=Path(headwater.__file__).parent.parent,
                capture_output=True,
                timeout=limits.READER_SECONDS * 2,
                check=False,
            )
            found: dict[str, Any] = json.loads(done.stdout) if done.returncode == 0 else {}
        except (subprocess.TimeoutExpired, ValueError):
            found = {}
        if "sheet" not in found:
            self.close()
            code = str(found.get("problem", "workbook_too_large"))
            raise FileProblem(code, _MESSAGES[code] % {"limit": limits.COLUMNS})
        found["asked"] = sheet
        self._notes.write_text(json.dumps(found))
        return found

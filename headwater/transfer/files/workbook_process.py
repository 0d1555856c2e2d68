"""Unpacks one sheet of an untrusted workbook into lines of text, in a process of its own.

Run as ``python -m headwater.transfer.files.workbook_process WORKBOOK OUTPUT SHEET``; prints one
JSON object: ``{"sheets": […], "sheet": …}``, or ``{"problem": code}``. Memory and processor time
are limited, so that no file can hurt more than this process; it knows nothing of the database.
"""

import json
import sys
import zipfile
from collections.abc import Iterable, Sequence
from pathlib import Path

from headwater.transfer.files import limits
from headwater.transfer.files.rows import as_line, pack

_XML_HEAD = 65_536


class _Refused(Exception):
    """The argument is the code of the problem."""


def _limit_resources() -> None:
    try:
        import resource
    except ImportError:  # not on Windows
        return
    resource.setrlimit(resource.RLIMIT_AS, (limits.READER_MEMORY, limits.READER_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (limits.READER_SECONDS, limits.READER_SECONDS))


def _check_parts(path: Path) -> None:
    """Refuse bombs, macros and XML that declares entities, before anything is unpacked in full."""
    with zipfile.ZipFile(path) as archive:
        parts = archive.infolist()
        unpacked = sum(part.file_size for part in parts)
        if len(parts) > limits.WORKBOOK_PARTS or unpacked > limits.UNPACKED_BYTES:
            raise _Refused("workbook_too_large")
        if unpacked > limits.PACKING_RATIO * max(path.stat().st_size, limits.MEGABYTE // 4):
            raise _Refused("workbook_too_large")
        names = {part.filename.lower() for part in parts}
        if "xl/workbook.xml" not in names:
            raise _Refused("not_a_table")
        if any(name.endswith("vbaproject.bin") or name.startswith("xl/macrosheets/") for name in names):
            raise _Refused("macros")
        for part in parts:
            if part.filename.lower().endswith((".xml", ".rels")):
                with archive.open(part) as file:
                    head = file.read(_XML_HEAD).replace(b"\x00", b"").lower()
                if b"<!doctype" in head or b"<!entity" in head:
                    raise _Refused("xml_entities")


def _rows(path: Path, wanted: str) -> tuple[list[str], str, Iterable[Sequence[object]]]:
    """Names of the visible sheets, the one that is read, and its rows."""
    from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

    workbook = CalamineWorkbook.from_path(str(path))
    sheets = [
        sheet.name
        for sheet in workbook.sheets_metadata
        if sheet.typ == SheetTypeEnum.WorkSheet and sheet.visible == SheetVisibleEnum.Visible
    ]
    if not sheets:
        raise _Refused("no_sheet")
    if wanted and wanted not in sheets:
        raise _Refused("unknown_sheet")
    name = wanted or sheets[0]
    sheet = workbook.get_sheet_by_name(name)
    if sheet.width > limits.COLUMNS:
        raise _Refused("too_many_columns")
    return sheets, name, sheet.iter_rows()


def _write(rows: Iterable[Sequence[object]], output: Path) -> None:
    """One line per row that is not blank: its number in the sheet, then its cells."""
    with output.open("w", encoding="utf-8", newline="\n") as file:
        for number, cells in enumerate(rows, start=1):
            packed = [cell if type(cell) is str and "\x01" not in cell else pack(cell) for cell in cells]
            while packed and not packed[-1]:
                packed.pop()
            if packed:
                file.write(as_line(number, packed))


def main(workbook: str, output: str, wanted: str) -> dict[str, object]:
    """Unpack, and say what was found or what is wrong."""
    from python_calamine import CalamineError, PasswordError, WorksheetNotFound, XmlError, ZipError

    path = Path(workbook)
    try:
        _check_parts(path)
        sheets, name, rows = _rows(path, wanted)
        _write(rows, Path(output))
    except _Refused as refusal:
        return {"problem": refusal.args[0]}
    except MemoryError:
        return {"problem": "workbook_too_large"}
    except PasswordError:
        return {"problem": "password"}
    except (
        zipfile.BadZipFile,
        CalamineError,
        WorksheetNotFound,
        XmlError,
        ZipError,
        EOFError,
        OSError,
        ValueError,
    ):
        return {"problem": "broken_workbook"}
    return {"sheets": sheets, "sheet": name}


if __name__ == "__main__":
    _limit_resources()
    sys.stdout.write(json.dumps(main(*sys.argv[1:4])))

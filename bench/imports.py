"""Importing 50,000 contacts from XLSX, beside reading the file and inserting its rows raw."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import xlsxwriter
from django.db import connection

ROWS = 50_000
SMALL = 10_000
HEADERS: dict[str, Callable[[int], str]] = {
    "External id": lambda n: f"c{n}",
    "First name": lambda n: ("Anna", "Jānis", "สมชาย", "ស្រីមុំ")[n % 4],
    "Last name": lambda n: f"Ozols {n}",
    "E-mail": lambda n: f"person{n}@example.test",
    "Phone": lambda n: f"2{n % 10_000_000:07}",
    "Mobile": lambda n: f"+371 2{(n * 7) % 10_000_000:07}",
    "WhatsApp": lambda n: "" if n % 3 else f"+66 81 {n % 10_000_000:07}",
    "Job title": lambda n: ("Director", "Buyer", "Accountant")[n % 3],
    "Organization": lambda n: f"Company {n % 9000}",
    "Gender": lambda n: ("Female", "Male")[n % 2],
    "Birthday": lambda n: f"19{50 + n % 50}-0{1 + n % 9}-1{n % 10}",
    "Created": lambda n: f"2025-0{1 + n % 9}-1{n % 10}",
    "External system": lambda n: "old-crm",
    "Notes": lambda n: f"Met at the fair, stand {n % 400}. Wants a price list.",
    "Old code": lambda n: f"K-{n:06}",
    "Street": lambda n: f"Brīvības iela {n % 300}",
    "City": lambda n: ("Rīga", "Liepāja", "Bangkok", "Phnom Penh")[n % 4],
    "Postal code": lambda n: f"LV-{1000 + n % 5000}",
    "Country": lambda n: ("Latvia", "Latvia", "Thailand", "Cambodia")[n % 4],
    "Comment": lambda n: "",
}


def write_file(path: Path, rows: int) -> None:
    """Write a workbook of contacts: 20 columns, 14 of which the product knows."""
    book = xlsxwriter.Workbook(str(path), {"constant_memory": True})
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, list(HEADERS))
    for number in range(1, rows + 1):
        cells = [make(number) for make in HEADERS.values()]
        cells[0] = f"{path.stem}-{number}"
        sheet.write_row(number, 0, cells)
    book.close()


def _unpacking_megabytes(file: Path) -> int:
    """Return the peak of the process that unpacks a workbook for the importing one.

    A process begins with the peak of the one that starts it, so a small one does here.
    """
    unpack = [sys.executable, "-m", "headwater.transfer.files.workbook_process", str(file), os.devnull, ""]
    start = "import resource, subprocess, sys; subprocess.run(sys.argv[1:], check=True, stdout=sys.stderr)"
    tell = "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024)"
    command = [sys.executable, "-c", f"{start}; {tell}", *unpack]
    return int(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def measure() -> list[dict[str, Any]]:
    """Return seconds of all sides, each in a process of its own, and peak memory at two sizes.

    *Reader* is the process that unpacks the workbook.
    """
    with tempfile.TemporaryDirectory(prefix="headwater-import-") as folder:
        small, large = Path(folder, "small.xlsx"), Path(folder, "large.xlsx")
        write_file(small, SMALL)
        write_file(large, ROWS)
        first = _in_process("ours", small)
        # Ours comes first: the raw ones write what it stored.
        ours = _in_process("ours", large)
        references = ["insert", "django"] + ["copy"] * (connection.vendor == "postgresql")
        sides = {side: _in_process(side, large) for side in references}
        readers = [_unpacking_megabytes(file) for file in (small, large)]
    return [
        {
            "what": "contacts",
            "seconds": round(ours["seconds"], 1),
            "references": {
                side: {
                    "seconds": round(sides[side]["seconds"], 1),
                    "ratio": round(ours["seconds"] / sides[side]["seconds"], 2),
                }
                for side in references
            },
            "peak_small": round(first["megabytes"]),
            "peak_large": round(ours["megabytes"]),
            "reader_small": readers[0],
            "reader_large": readers[1],
        }
    ]


def _in_process(side: str, file: Path) -> dict[str, float]:
    command = [sys.executable, "-m", "bench.import_once", side, str(file)]
    done = subprocess.run(command, env=os.environ.copy(), stdout=subprocess.PIPE, check=True, text=True)
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found

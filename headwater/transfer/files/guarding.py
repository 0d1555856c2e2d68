"""Keeping spreadsheet programs from running cells of the files we hand out.

A cell that a spreadsheet would take for a formula gets an apostrophe in front, and loses it when
the file is imported again, so that a file makes the round trip unchanged. Numbers and phone
numbers stay as they are.
"""

import re

_DANGEROUS = re.compile(r"'*[ ]*[=+\-@\t\r]")
_HARMLESS = re.compile(r"[+-]?[\d ().,/-]*\d|-+", re.ASCII)
_GUARDED = re.compile(r"'+[ ]*[=+\-@\t\r]")


def guard(cell: str) -> str:
    """The cell as it is safe in a file."""
    return f"'{cell}" if _DANGEROUS.match(cell) and not _HARMLESS.fullmatch(cell) else cell


def unguard(cell: str) -> str:
    """Undo ``guard``."""
    return cell[1:] if _GUARDED.match(cell) and not _HARMLESS.fullmatch(cell) else cell

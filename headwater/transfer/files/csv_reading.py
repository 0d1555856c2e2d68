"""Reading CSV: delimiter, quotes, line ends, and what to do where quotes are broken."""

import csv
from collections.abc import Iterator
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import TextIO

from django.utils.translation import gettext as _

from headwater.transfer.files import limits
from headwater.transfer.files.encodings import Encoding, detect_encoding, named_encoding
from headwater.transfer.files.errors import FileProblem
from headwater.transfer.files.rows import Row, TableInfo

DELIMITERS = (",", ";", "\t", "|")
_SAMPLE_LINES = 200


# Zero bytes mean nothing in text, and the next one marks typed cells (rows.py).
_UNWANTED = str.maketrans("", "", "\x00\x01")


class _Lines:
    """The lines of a file, which remembers those of the current record and can take them back."""

    def __init__(self, file: TextIO) -> None:
        self._file = file
        self._again: list[str] = []
        self.taken: list[str] = []

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._again.pop() if self._again else self._read()
        self.taken.append(line)
        return line

    def _read(self) -> str:
        line = self._file.readline(limits.LINE_CHARACTERS)
        if not line:
            raise StopIteration
        if len(line) == limits.LINE_CHARACTERS:
            raise FileProblem(
                "line_too_long", _("The file has a line too long for a table; is it a CSV file?")
            )
        return line.translate(_UNWANTED) if "\x00" in line or "\x01" in line else line

    def take_back(self, lines: list[str]) -> None:
        self._again.extend(reversed(lines))


class CsvTable:
    """A CSV file as rows. Reading starts anew with every call of ``rows``."""

    def __init__(self, path: Path, *, encoding: str = "", delimiter: str = "") -> None:
        self.path = path
        self.encoding: Encoding = named_encoding(encoding) if encoding else detect_encoding(path)
        declared = self._declared()
        self._skip = 1 if declared else 0
        self.delimiter = self._checked(delimiter) if delimiter else declared or self._sniff()

    @property
    def info(self) -> TableInfo:
        return TableInfo(
            kind="csv",
            encoding=self.encoding.name,
            encoding_certain=self.encoding.certain,
            delimiter=self.delimiter,
        )

    def rows(self) -> Iterator[Row]:
        """Every record, blank ones included. Raises FileProblem where the text cannot be decoded."""
        with self._open() as file:
            try:
                yield from self._records(_Lines(file))
            except UnicodeError as error:
                raise self._undecodable() from error

    def close(self) -> None:
        """Nothing is kept open between readings."""

    def _records(self, lines: _Lines) -> Iterator[Row]:
        number = 0
        reader = self._reader(lines)
        while True:
            lines.taken.clear()
            number += 1
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error:
                # The record is given up with its first line, and reading goes on with the next one.
                first, *others = lines.taken
                lines.take_back(others)
                reader = self._reader(lines)
                yield Row(number, [first.rstrip("\r\n")[: limits.CELL_CHARACTERS]], trouble="broken_quotes")
                continue
            if number > self._skip:
                yield Row(number, cells)

    def _reader(self, lines: Iterator[str]) -> Iterator[list[str]]:
        return csv.reader(lines, delimiter=self.delimiter, strict=True)

    def _open(self) -> TextIO:
        return self.path.open(encoding=self.encoding.name, newline="")

    def _undecodable(self) -> FileProblem:
        message = _("The file is not in the encoding %(name)s. Choose another one.")
        return FileProblem("wrong_encoding", message % {"name": self.encoding.name})

    def _checked(self, delimiter: str) -> str:
        word = {"tab": "\t", "\\t": "\t", "comma": ",", "semicolon": ";", "pipe": "|"}.get(
            delimiter, delimiter
        )
        if len(word) != 1 or word in '"\r\n\x00' or word.isalnum():
            raise FileProblem("bad_delimiter", _("The delimiter must be one character, such as ; or ,."))
        return word

    def _declared(self) -> str:
        """The delimiter that the line "sep=;" at the top announces, as Excel writes it."""
        try:
            with self._open() as file:
                first = file.readline(20).strip().lower()
        except UnicodeError as error:
            raise self._undecodable() from error
        return first[4:] if first.startswith("sep=") and len(first) == 5 else ""

    def _sniff(self) -> str:
        """The delimiter under which the first records split most evenly; a comma when none splits."""
        try:
            with self._open() as file:
                sample = list(islice(_Lines(file), _SAMPLE_LINES))
        except UnicodeError as error:
            raise self._undecodable() from error
        return max(DELIMITERS, key=lambda each: _evenness(sample, each))


def _evenness(sample: list[str], delimiter: str) -> tuple[float, int]:
    """How much speaks for a delimiter: the share of records with the commonest width, and that width."""
    widths: list[int] = []
    reader = csv.reader(iter(sample), delimiter=delimiter)
    with suppress(csv.Error):
        widths.extend(len(record) for record in reader if record)
    several = [width for width in widths if width > 1]
    if not several:
        return (0.0, 0)
    commonest = max(set(several), key=several.count)
    return (round(several.count(commonest) / len(widths), 1), commonest)

"""Files of exchange rates as the European Central Bank publishes them.

``eurofxref`` and ``eurofxref-hist``, as CSV, as XML, or zipped. Every rate says how many units of
a currency one euro is worth on a day; "N/A" says nothing.
"""

import csv
import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from xml.etree import ElementTree

from django.utils.translation import gettext as _

MOST_BYTES = 30_000_000
"""The whole history since 1999 has three million; a file that unpacks to more than this is no such file."""

_CODE = re.compile(r"[A-Z]{3}")
_DIGITS = 12


class NotEcb(ValueError):
    """The file is not one of the European Central Bank; the message says what was wrong with it."""


@dataclass(frozen=True)
class EuroRate:
    """One euro is worth ``per_euro`` units of ``currency`` on ``day``."""

    day: date
    currency: str
    per_euro: Decimal


def read_ecb(content: bytes) -> list[EuroRate]:
    """Return every rate of a file, in its order. Raises NotEcb."""
    text = _text(_unpacked(content))
    rates = list(_of_xml(text) if text.lstrip().startswith("<") else _of_csv(text))
    if not rates:
        raise NotEcb(_("The file holds no rate."))
    return rates


def _unpacked(content: bytes) -> bytes:
    if not content.startswith(b"PK\x03\x04"):
        return content
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            name = archive.namelist()[0]
            with archive.open(name) as packed:
                unpacked = packed.read(MOST_BYTES + 1)
    except (zipfile.BadZipFile, IndexError, NotImplementedError, RuntimeError, EOFError, OSError) as problem:
        raise NotEcb(_("The archive cannot be unpacked.")) from problem
    except Exception as problem:  # zlib.error has no common base with the others
        raise NotEcb(_("The archive cannot be unpacked.")) from problem
    return unpacked


def _text(content: bytes) -> str:
    if len(content) > MOST_BYTES:
        raise NotEcb(_("The file is too large for a file of exchange rates."))
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        raise NotEcb(_not_one()) from problem


def _not_one() -> str:
    return _("This is not a file of the European Central Bank: eurofxref-hist.csv, .xml or .zip.")


def _of_csv(text: str) -> Iterator[EuroRate]:
    lines = csv.reader(io.StringIO(text.replace("\x00", "")))
    try:
        head = [word.strip() for word in next(lines, [])]
        if not head or head[0] != "Date" or not any(_CODE.fullmatch(word) for word in head[1:]):
            raise NotEcb(_not_one())
        for number, line in enumerate(lines, 2):
            if not line or not line[0].strip():
                continue
            day = _day(line[0].strip(), number)
            for code, figure in zip(head[1:], line[1:], strict=False):
                rate = _rate(figure.strip(), number) if _CODE.fullmatch(code) else None
                if rate is not None:
                    yield EuroRate(day, code, rate)
    except csv.Error as problem:
        raise NotEcb(_not_one()) from problem


def _of_xml(text: str) -> Iterator[EuroRate]:
    # The bank's files declare no document type, and one is all that can make a small XML large.
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise NotEcb(_not_one())
    try:
        root = ElementTree.fromstring(text)  # noqa: S314  # see above
    except ElementTree.ParseError as problem:
        raise NotEcb(_not_one()) from problem
    for days in root.iter():
        time = days.get("time")
        if time is None or not days.tag.endswith("Cube"):
            continue
        day = _day(time, 0)
        for cube in days:
            code = cube.get("currency", "")
            rate = _rate(cube.get("rate", ""), 0) if _CODE.fullmatch(code) else None
            if rate is not None:
                yield EuroRate(day, code, rate)


def _day(word: str, line: int) -> date:
    """Read 2026-03-17, or 17 March 2026 as the daily file writes it."""
    try:
        return date.fromisoformat(word)
    except ValueError:
        pass
    try:
        return datetime.strptime(word, "%d %B %Y").date()  # noqa: DTZ007  # a date, no instant
    except ValueError as problem:
        text = _("Line %(line)d: “%(word)s” is no date.") % {"line": line, "word": word[:40]}
        raise NotEcb(text) from problem


def _rate(word: str, line: int) -> Decimal | None:
    if word in ("", "N/A"):
        return None
    try:
        rate = Decimal(word)
    except InvalidOperation:
        rate = Decimal(0)
    if not rate.is_finite() or not 0 < rate < Decimal(10) ** _DIGITS:
        raise NotEcb(_("Line %(line)d: “%(word)s” is no rate.") % {"line": line, "word": word[:40]})
    return rate

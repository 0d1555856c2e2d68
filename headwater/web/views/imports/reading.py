"""How a file is read: what a person can choose, and how it is said."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from headwater.transfer.files.rows import TableInfo

Choice = tuple[str, str]


def encodings() -> list[Choice]:
    """Return the encodings that spreadsheets of our readers come in."""
    return [
        ("utf-8", "UTF-8"),
        ("utf-16", "UTF-16"),
        ("cp1252", _("Western European (Windows-1252)")),
        ("cp1257", _("Baltic (Windows-1257)")),
        ("cp1250", _("Central European (Windows-1250)")),
        ("cp1251", _("Cyrillic (Windows-1251)")),
        ("cp874", _("Thai (Windows-874)")),
        ("tis-620", _("Thai (TIS-620)")),
        ("iso8859-15", _("Western European (ISO 8859-15)")),
        ("shift_jis", _("Japanese (Shift JIS)")),
        ("gb18030", _("Chinese (GB 18030)")),
        ("big5", _("Chinese (Big5)")),
        ("euc_kr", _("Korean (EUC-KR)")),
    ]


@dataclass(frozen=True)
class Reading:
    """A few lines of the file as an encoding reads them; ``is_present`` marks the one in use."""

    key: str
    name: str
    lines: list[str]
    is_present: bool


def names_with(present: str) -> dict[str, str]:
    """Return the names of the encodings by key; the one in use comes first, named by itself if unusual."""
    names = dict(encodings())
    return {present: names.get(present, present)} | names if present else names


def delimiters() -> list[Choice]:
    return [(",", _("Comma ,")), (";", _("Semicolon ;")), ("tab", _("Tab")), ("|", _("Bar |"))]


def date_formats() -> list[Choice]:
    return [
        ("dmy", _("Day, month, year")),
        ("mdy", _("Month, day, year")),
        ("ymd", _("Year, month, day")),
        ("own", _("Another format…")),
    ]


def decimal_marks() -> list[Choice]:
    return [(".", _("Point: 1,234.50")), (",", _("Comma: 1.234,50"))]


def duration_units() -> dict[str, str]:
    return {"minute": _("Minutes"), "hour": _("Hours"), "second": _("Seconds"), "day": _("Days")}


def with_present(choices: list[Choice], value: str) -> list[Choice]:
    """Add a value that was given by a program and is not offered here."""
    return choices if value in ("", *dict(choices)) else [*choices, (value, value)]


def sentence_of(info: TableInfo, header_row: int) -> str:
    """Say in one line how the file was read."""
    where = _("column names in row %(row)d") % {"row": header_row}
    if info.kind == "xlsx":
        return ", ".join([_("Excel workbook"), _("sheet “%(name)s”") % {"name": info.sheet}, where])
    marks = {",": _("comma"), ";": _("semicolon"), "\t": _("tab"), "|": _("bar")}
    names = {"utf-8-sig": "UTF-8", "utf-8": "UTF-8", "utf-16-le": "UTF-16", "utf-16-be": "UTF-16"}
    encoding = names.get(info.encoding) or dict(encodings()).get(info.encoding, info.encoding)
    return ", ".join(["CSV", encoding, marks.get(info.delimiter, info.delimiter), where])

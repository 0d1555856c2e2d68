"""XLSX, honest and hostile."""

import io
import zipfile
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headwater.transfer.files import limits
from headwater.transfer.files.errors import FileProblem
from headwater.transfer.files.header import data_rows, find_header
from headwater.transfer.files.opening import open_table
from headwater.transfer.files.rows import Row, as_line, as_text, from_line, unpack
from headwater.transfer.tests.helpers import saved, xlsx_of


def with_parts(book: bytes, **parts: bytes) -> bytes:
    """The workbook with parts replaced or added; ``__`` stands for a slash, ``_dot_`` for a point."""
    named = {name.replace("_dot_", ".").replace("__", "/"): content for name, content in parts.items()}
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book)) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name not in named:
                new.writestr(name, old.read(name))
        for name, content in named.items():
            new.writestr(name, content)
    return buffer.getvalue()


SIMPLE = xlsx_of([["Name", "Phone"], ["Anna", "+371 21234567"]])


def refusal(path: Path, sheet: str = "") -> str:
    with pytest.raises(FileProblem) as caught:
        find_header(open_table(path, sheet=sheet))
    assert caught.value.message
    return caught.value.code


def test_cells_keep_their_types(tmp_path: Path) -> None:
    moment = datetime(2026, 3, 18, 14, 5)  # noqa: DTZ001
    book = xlsx_of(
        [["a", "b", "c", "d", "e"], [66812345678, 0.5, True, moment, date(2026, 3, 18)], ["x", None, False]]
    )
    table = open_table(saved(tmp_path, book, "list.xlsx"))
    rows = list(data_rows(table, find_header(table)))
    assert [unpack(cell) for cell in rows[0].cells[:4]] == [
        Decimal(66812345678),
        Decimal("0.5"),
        True,
        moment,
    ]
    assert [as_text(cell) for cell in rows[0].cells[:3]] == ["66812345678", "0.5", "true"]
    assert [unpack(cell) for cell in rows[1].cells] == ["x", "", False]
    table.close()
    assert [path.name for path in tmp_path.iterdir()] == ["list.xlsx"]


def test_the_first_visible_sheet_is_read_unless_another_is_named(tmp_path: Path) -> None:
    book = xlsx_of([["first"], ["1"]], "One", {"Two": [["second"], ["2"]]})
    path = saved(tmp_path, book, "list.xlsx")
    assert find_header(open_table(path)).names == ("first",)
    table = open_table(path, sheet="Two")
    assert (table.info.sheets, table.info.sheet) == (["One", "Two"], "Two")
    assert find_header(table).names == ("second",)
    assert find_header(open_table(path)).names == ("first",)
    assert refusal(path, "Three") == "unknown_sheet"


def test_rows_far_down_keep_their_numbers(tmp_path: Path) -> None:
    rows: list[list[str]] = [[] for _ in range(5000)]
    rows[2], rows[4999] = ["h1", "h2"], ["a", "b"]
    table = open_table(saved(tmp_path, xlsx_of(rows), "list.xlsx"))
    header = find_header(table)
    assert header.number == 3
    assert [row.number for row in data_rows(table, header)] == [5000]


def test_a_workbook_under_another_name_is_read_for_what_it_is(tmp_path: Path) -> None:
    assert find_header(open_table(saved(tmp_path, SIMPLE, "list.csv"))).names == ("Name", "Phone")
    assert find_header(open_table(saved(tmp_path, b"Name,Phone\n1,2\n", "list.xlsx"))).names == (
        "Name",
        "Phone",
    )


def test_a_zip_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    bomb = with_parts(SIMPLE, xl__worksheets__sheet1_dot_xml=b" " * (300 * limits.MEGABYTE))
    assert len(bomb) < limits.MEGABYTE
    assert refusal(saved(tmp_path, bomb, "list.xlsx")) == "workbook_too_large"


def test_macros_are_refused(tmp_path: Path) -> None:
    book = with_parts(SIMPLE, xl__vbaProject_dot_bin=b"macro")
    assert refusal(saved(tmp_path, book, "list.xlsm")) == "macros"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_xml_entities_are_refused(tmp_path: Path, encoding: str) -> None:
    xml = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><sst>&b;</sst>'
    book = with_parts(SIMPLE, xl__sharedStrings_dot_xml=xml.encode(encoding))
    assert refusal(saved(tmp_path, book, "list.xlsx")) == "xml_entities"


def test_the_widest_sheet_is_refused(tmp_path: Path) -> None:
    assert refusal(saved(tmp_path, xlsx_of([["x"] * 16_384]), "list.xlsx")) == "too_many_columns"


def test_a_million_blank_rows_and_a_far_corner_hurt_nobody(tmp_path: Path) -> None:
    blank = b"".join(b'<row r="%d" spans="1:3"/>' % number for number in range(2, 1_000_000))
    sheet = (
        b'<?xml version="1.0" encoding="UTF-8"?><worksheet xmlns="http://schemas.openxmlformats.org/'
        b'spreadsheetml/2006/main"><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>Name</t></is></c>'
        b"</row>"
        b"%s</sheetData></worksheet>"
    )
    table = open_table(
        saved(tmp_path, with_parts(SIMPLE, xl__worksheets__sheet1_dot_xml=sheet % blank), "a.xlsx")
    )
    assert list(data_rows(table, find_header(table))) == []
    corner = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    path = saved(tmp_path, with_parts(SIMPLE, xl__worksheets__sheet1_dot_xml=sheet % corner), "b.xlsx")
    assert refusal(path) in ("workbook_too_large", "too_many_columns")


@pytest.mark.parametrize("content", [SIMPLE[:400], SIMPLE[:-30], b"PK\x03\x04" + b"x" * 500])
def test_damaged_workbooks_are_said_to_be_damaged(tmp_path: Path, content: bytes) -> None:
    assert refusal(saved(tmp_path, content, "list.xlsx")) == "broken_workbook"


def test_another_kind_of_zip_is_no_workbook(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("hello.txt", "hello")
    assert refusal(saved(tmp_path, buffer.getvalue(), "list.xlsx")) == "not_a_table"


@given(
    st.integers(1, 2_000_000),
    st.lists(
        st.text(st.sampled_from("ab\\\t\n\r\x01\x1c\x85\u2028tnrž"), max_size=6), min_size=1, max_size=4
    ),
)
def test_a_row_is_read_back_from_its_line_as_it_was(number: int, cells: list[str]) -> None:
    line = as_line(number, cells)
    assert line.index("\n") == len(line) - 1
    assert from_line(line) == Row(number, cells)

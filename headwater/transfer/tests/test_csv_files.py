"""CSV as the world writes it."""

import csv
import io
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headwater.transfer.files.errors import FileProblem
from headwater.transfer.files.header import data_rows, find_header
from headwater.transfer.files.opening import open_table
from headwater.transfer.tests.helpers import csv_of, saved


def cells(path: Path, **options: str) -> list[list[str]]:
    return [row.cells for row in open_table(path, **options).rows() if not row.is_blank]


def test_windows_874_is_known_by_its_usual_name(tmp_path: Path) -> None:
    path = saved(tmp_path, "ชื่อ,“ก”\n".encode("cp874"))
    assert cells(path, encoding="windows-874") == [["ชื่อ", "“ก”"]]


@pytest.mark.parametrize("word", ["klingon", "punycode", "base64", "rot13", "unicode_escape", "", "\x00"])
def test_words_that_are_no_encoding_are_refused(tmp_path: Path, word: str) -> None:
    path = saved(tmp_path, b"a,b\n1,2\n")
    if not word:
        assert open_table(path, encoding=word).info.encoding == "utf-8"
        return
    with pytest.raises(FileProblem) as caught:
        open_table(path, encoding=word)
    assert caught.value.code == "unknown_encoding"


def test_a_wrong_choice_of_encoding_is_said(tmp_path: Path) -> None:
    path = saved(tmp_path, b"name\n" + b"x\n" * 5000 + "Gérard\n".encode("cp1252"))
    with pytest.raises(FileProblem) as caught:
        list(open_table(path, encoding="utf-8").rows())
    assert caught.value.code == "wrong_encoding"


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_delimiters_are_found(tmp_path: Path, delimiter: str) -> None:
    text = csv_of(*(delimiter.join(row) for row in (["a", "b", "c"], ["1", "x, y", "3"], ["4", "5;6", "7"])))
    if delimiter == ",":
        text = csv_of("a,b,c", '1,"x, y",3', "4,5;6,7")
    if delimiter == ";":
        text = csv_of("a;b;c", "1;x, y;3", '4;"5;6";7')
    table = open_table(saved(tmp_path, text))
    assert table.info.delimiter == delimiter
    assert [row.cells for row in table.rows()][1:] == [["1", "x, y", "3"], ["4", "5;6", "7"]]


def test_the_line_that_declares_the_delimiter_is_no_row(tmp_path: Path) -> None:
    table = open_table(saved(tmp_path, csv_of("sep=|", "a,b|c", "1|2")))
    assert [(row.number, row.cells) for row in table.rows()] == [(2, ["a,b", "c"]), (3, ["1", "2"])]


@pytest.mark.parametrize("word", ["ab", '"', "\n", "x", "5"])
def test_impossible_delimiters_are_refused(tmp_path: Path, word: str) -> None:
    with pytest.raises(FileProblem) as caught:
        open_table(saved(tmp_path, b"a,b\n"), delimiter=word)
    assert caught.value.code == "bad_delimiter"


def test_line_ends_inside_quotes_and_of_every_system(tmp_path: Path) -> None:
    content = b'a,b\r\n"one\ntwo",2\n3,"four\r\nfive"\r6,7\r\n'
    assert cells(saved(tmp_path, content)) == [
        ["a", "b"],
        ["one\ntwo", "2"],
        ["3", "four\r\nfive"],
        ["6", "7"],
    ]


def test_broken_quotes_cost_one_line_only(tmp_path: Path) -> None:
    content = csv_of(
        "name,email", '"Open,a@example.com', "B,b@example.com", '"C" x,c@example.com', '"D\nE",d'
    )
    rows = list(open_table(saved(tmp_path, content)).rows())
    assert [row.trouble for row in rows] == ["", "broken_quotes", "", "broken_quotes", ""]
    assert rows[2].cells == ["B", "b@example.com"]
    assert rows[4].cells == ["D\nE", "d"]


def test_zero_bytes_are_dropped(tmp_path: Path) -> None:
    assert cells(saved(tmp_path, b"a,b\nx\x00y,\x01n5\n")) == [["a", "b"], ["xy", "n5"]]


def test_rows_keep_their_numbers_past_blank_lines(tmp_path: Path) -> None:
    table = open_table(saved(tmp_path, csv_of("", "a,b", "", " , ", "1,2")))
    header = find_header(table)
    assert header.number == 2
    assert [row.number for row in data_rows(table, header)] == [5]


def test_titles_above_the_table_are_passed_over(tmp_path: Path) -> None:
    table = open_table(saved(tmp_path, csv_of("Exported 2024-05-06", "", "First,Last,Email", "A,B,c@d.e")))
    assert find_header(table).names == ("First", "Last", "Email")
    assert find_header(table, 1).names == ("Exported 2024-05-06",)
    with pytest.raises(FileProblem) as caught:
        find_header(table, 2)
    assert caught.value.code == "no_header"


def test_header_names_are_clean_and_unique(tmp_path: Path) -> None:
    header = find_header(open_table(saved(tmp_path, csv_of("\ufeff Phone ,Phone,,E\u200bmail", "1,2,3,4"))))
    assert header.names == ("Phone", "Phone (2)", "Column 3", "Email")


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty_file"),
        (b"%PDF-1.7 whatever", "not_a_table"),
        (b"\x89PNG\r\n\x1a\n" + b"\x00" * 50, "not_a_table"),
        (b"<html><table><tr><td>x</td></tr></table>", "not_a_table"),
        (b'<?xml version="1.0"?><a/>', "not_a_table"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, "old_workbook"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "password"),
        (bytes(range(1, 32)) * 20, "not_a_table"),
        (b"\n\n  \n", "no_header"),
        (b"a" * 5_000_000, "line_too_long"),
        (",".join(f"c{n}" for n in range(501)).encode(), "too_many_columns"),
    ],
)
def test_what_is_no_table_is_refused_with_a_reason(tmp_path: Path, content: bytes, code: str) -> None:
    with pytest.raises(FileProblem) as caught:
        find_header(open_table(saved(tmp_path, content, "list.csv")))
    assert caught.value.code == code
    assert caught.value.message


tables = st.lists(
    st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\x00\x01")), min_size=3, max_size=3),
    min_size=1,
    max_size=8,
)


@given(tables, st.sampled_from([",", ";", "\t"]), st.sampled_from(["utf-8", "utf-16", "utf-8-sig"]))
def test_what_a_csv_writer_writes_is_read_back(
    tmp_path_factory: pytest.TempPathFactory, rows: list[list[str]], delimiter: str, encoding: str
) -> None:
    buffer = io.StringIO(newline="")
    csv.writer(buffer, delimiter=delimiter, quoting=csv.QUOTE_ALL).writerows(rows)
    path = saved(tmp_path_factory.mktemp("csv"), buffer.getvalue().encode(encoding))
    table = open_table(path, encoding=encoding, delimiter=delimiter)
    assert [row.cells for row in table.rows()] == rows
    assert not any(row.trouble for row in table.rows())


@given(st.binary(max_size=400))
def test_no_bytes_break_the_reader(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    path = saved(tmp_path_factory.mktemp("csv"), content)
    with suppress(FileProblem):
        table = open_table(path)
        header = find_header(table)
        assert all(row.number > header.number for row in data_rows(table, header))

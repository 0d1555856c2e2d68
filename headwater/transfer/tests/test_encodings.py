"""Which encoding a file is in: told surely, told by the look of its letters, or asked."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headwater.transfer.files.encodings import detect_encoding, read_in
from headwater.transfer.files.errors import FileProblem
from headwater.transfer.files.header import find_header
from headwater.transfer.files.opening import open_table
from headwater.transfer.tests.helpers import saved

WESTERN = "name,city\r\nGérard Müller,Köln\r\nInès,Besançon\r\n"
THAI = "ชื่อ,เมือง\r\nสมชาย,เชียงใหม่\r\nสมหญิง,ภูเก็ต\r\n"
KHMER = "នាម,ខេត្ត\r\nវិមាន,ភ្នំពេញ\r\nសុខា,កំពត\r\n"
LATVIAN = "Vārds,Novads\r\nJānis Bērziņš,Ķekavas novads\r\nŽanis Šmits,Rīga\r\n"


@pytest.mark.parametrize("text", [WESTERN, THAI, KHMER, LATVIAN], ids=["western", "thai", "khmer", "latvian"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_unicode_is_told_surely_with_and_without_its_mark(tmp_path: Path, text: str, encoding: str) -> None:
    table = open_table(saved(tmp_path, text.encode(encoding)))
    assert (table.info.encoding, table.info.encoding_certain) == (encoding, True)
    assert [row.cells for row in table.rows()] == [line.split(",") for line in text.splitlines()]
    assert find_header(table).names == tuple(text.splitlines()[0].split(","))


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (WESTERN, "cp1252"),
        ("Name;Ort\nJürgen Groß;Düsseldorf\nBjörn;Straße 5\n", "cp1252"),
        ("nombre,ciudad\nÁngel Núñez,A Coruña\n", "cp1252"),
        ("namn,stad\nÅsa Öberg,Malmö\n", "cp1252"),
        ("name,city\n" + "John,London\n" * 50 + "José,Madrid\n", "cp1252"),
        ("name,note\nAnna,“quoted” – D’Arcy\n", "cp1252"),
        (LATVIAN, "cp1257"),
        ("name\nZane Liepiņa\n", "cp1257"),
        ("uzņēmums\nSIA ĀBOLIŅŠ\n", "cp1257"),
        ("vardas,miestas\nŽygimantas Šimkūnas,Šiauliai\nAgnė,Panevėžys\n", "cp1257"),
        ("imię,miasto\nŁukasz Żółw,Łódź\nŚwięto,Kraków\n", "cp1250"),
        ("jméno,město\nJiří Dvořák,Plzeň\nŽofie Šťastná,Brno\n", "cp1250"),
        ("имя,город\nИван Петров,Москва\n", "cp1251"),
        (THAI, "tis-620"),
        ("name\nสมชาย\n", "tis-620"),
        (THAI + "บริษัท “ก้าวหน้า” – …,กรุงเทพฯ\n", "cp874"),
        (THAI * 2000 + "“ก”,ข\n", "cp874"),
    ],
)
def test_older_encodings_are_told_by_their_letters_and_said_to_be_a_guess(
    tmp_path: Path, text: str, encoding: str
) -> None:
    found = detect_encoding(saved(tmp_path, text.encode(encoding)))
    assert (found.name, found.certain) == (encoding, False)


@pytest.mark.parametrize(
    "content",
    [
        b"name\n" + "สมชาย".encode() + b",J\xe2nis," + "ทดสอบ".encode("cp874"),
        b"a,b\n\x81\x8d\n",
        b"a,b\n" + bytes(range(128, 256)),
    ],
    ids=["several encodings", "no letters", "every byte"],
)
def test_what_only_a_person_can_tell_is_asked(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(FileProblem) as caught:
        detect_encoding(saved(tmp_path, content))
    assert caught.value.code == "encoding_needed"


def test_letters_far_down_a_long_file_count(tmp_path: Path) -> None:
    content = b"name,city\r\n" + b"Anna,London\r\n" * 200_000 + "Jānis Bērziņš,Rīga\r\n".encode("cp1257")
    assert detect_encoding(saved(tmp_path, content)).name == "cp1257"


def test_a_few_lines_are_shown_as_each_encoding_reads_them(tmp_path: Path) -> None:
    path = saved(tmp_path, b"name\r\nplain\r\n" + "สมชาย\r\nสมศรี\r\nก\r\nข\r\n".encode("cp874"))
    found = read_in(path, ["utf-8", "cp874", "tis-620", "cp1252"])
    assert list(found) == ["cp874", "cp1252"]
    assert found["cp874"] == ["สมชาย", "สมศรี", "ก"]
    assert read_in(saved(tmp_path, "ก,ข".encode("utf-16")), ["cp874"]) == {}


@given(st.binary(min_size=1, max_size=300))
def test_every_answer_can_read_the_whole_file(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    path = saved(tmp_path_factory.mktemp("bytes"), content)
    try:
        found = detect_encoding(path)
    except FileProblem:
        return
    if not content.startswith((b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff")) and len(content) % 2 == 0:
        content.decode(found.name)

"""Files of rates as the European Central Bank publishes them."""

import io
import zipfile
from datetime import date
from decimal import Decimal

import pytest

from headwater.lib.ecb import EuroRate, NotEcb, read_ecb

HISTORY = """Date,USD,JPY,CYP,
2026-03-17,1.0789,161.2,N/A,
2007-12-31,1.4721,164.93,0.585274,
"""
DAILY = """Date, USD, JPY, \n17 March 2026, 1.0789, 161.20, \n"""
XML = """<?xml version="1.0" encoding="UTF-8"?>
<gesmes:Envelope xmlns:gesmes="http://www.gesmes.org/xml/2002-08-01"
                 xmlns="http://www.ecb.int/vocabulary/2002-08-01/eurofxref">
  <gesmes:subject>Reference rates</gesmes:subject>
  <gesmes:Sender><gesmes:name>European Central Bank</gesmes:name></gesmes:Sender>
  <Cube>
    <Cube time="2026-03-17"><Cube currency="USD" rate="1.0789"/><Cube currency="JPY" rate="161.2"/></Cube>
    <Cube time="2026-03-16"><Cube currency="USD" rate="1.0801"/></Cube>
  </Cube>
</gesmes:Envelope>"""
USD = EuroRate(date(2026, 3, 17), "USD", Decimal("1.0789"))
JPY = EuroRate(date(2026, 3, 17), "JPY", Decimal("161.2"))


def zipped(name: str, text: str) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, text)
    return packed.getvalue()


def test_the_history_has_a_line_for_each_day_and_gaps_for_currencies_that_are_gone():
    found = read_ecb(HISTORY.encode())
    assert found[:2] == [USD, JPY]
    assert found[2:] == [
        EuroRate(date(2007, 12, 31), "USD", Decimal("1.4721")),
        EuroRate(date(2007, 12, 31), "JPY", Decimal("164.93")),
        EuroRate(date(2007, 12, 31), "CYP", Decimal("0.585274")),
    ]


@pytest.mark.parametrize(
    "content",
    [
        DAILY.encode(),
        DAILY.replace("\n", "\r\n").encode("utf-8-sig"),
        zipped("eurofxref.csv", DAILY),
    ],
)
def test_the_daily_file_writes_its_day_in_words(content):
    assert read_ecb(content) == [USD, JPY]


def test_the_xml_says_the_same():
    found = read_ecb(XML.encode())
    assert found == [USD, JPY, EuroRate(date(2026, 3, 16), "USD", Decimal("1.0801"))]
    assert read_ecb(zipped("eurofxref-hist.xml", XML)) == found


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "not a file of the European Central Bank"),
        (b"Name,E-mail\nAnna,anna@example.com\n", "not a file of the European Central Bank"),
        (b"Date,Amount\n2026-03-17,5\n", "not a file of the European Central Bank"),
        (b"\xff\xfe\x00garbage\x81", "not a file of the European Central Bank"),
        (b"<html><body>Not found</body>", "not a file of the European Central Bank"),
        (b"<html><body>Not found</body></html>", "holds no rate"),
        (b'<!DOCTYPE x [<!ENTITY a "aaaa">]><x>&a;</x>', "not a file of the European Central Bank"),
        (b"Date,USD\n", "holds no rate"),
        (b"Date,USD\nyesterday,1.2\n", "Line 2: “yesterday” is no date"),
        (b"Date,USD\n2026-03-17,much\n", "Line 2: “much” is no rate"),
        (b"Date,USD\n2026-03-17,0\n", "Line 2: “0” is no rate"),
        (b"Date,USD\n2026-03-17,-1\n", "Line 2: “-1” is no rate"),
        (b"Date,USD\n2026-03-17,Infinity\n", "Line 2: “Infinity” is no rate"),
        (b"PK\x03\x04 but no archive", "cannot be unpacked"),
        # named, because an archive holds the time it was made
        pytest.param(zipped("x.csv", DAILY)[:60], "cannot be unpacked", id="half an archive"),
    ],
)
def test_anything_else_is_refused_by_name(content, message):
    with pytest.raises(NotEcb, match=message):
        read_ecb(content)


def test_an_archive_that_unpacks_to_too_much_is_refused(monkeypatch):
    monkeypatch.setattr("headwater.lib.ecb.MOST_BYTES", 1000)
    with pytest.raises(NotEcb, match="too large"):
        read_ecb(zipped("x.csv", "Date,USD\n" + " " * 10_000))

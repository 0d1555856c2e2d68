"""Lengths of time as people of four languages, spreadsheets and programs write them."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headwater.lib import formats
from headwater.lib.durations import DurationError, clock, iso, parse_duration
from headwater.lib.typed_durations import Unitless, for_typing, typed

LANGUAGES = ("en", "th", "km", "lv")


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("1:30", 5_400),
        ("36:30:15", 131_415),
        ("-0:05", -300),
        ("90 min", 5_400),
        ("2h", 7_200),
        ("1.5 h", 5_400),
        ("1,5 h", 5_400),
        ("1 d 4 h 30 min", 102_600),
        ("1d4h30m15s", 102_615),
        ("2 weeks, 1 day", 1_296_000),
        ("1 234,5 min", 74_070),
        ("1.3333 h", 4_800),
        ("1 ned. 2 st. 5 min", 612_300),
        ("๒ ชม. ๓๐ นาที", 9_000),
        ("២ ម៉ោង ៣០ នាទី", 9_000),
        ("PT90M", 5_400),
        ("p1dt1,5h", 91_800),
        ("-PT1H", -3_600),
        ("P2W", 1_209_600),
    ],
)
def test_it_is_read(text: str, seconds: int) -> None:
    assert parse_duration(text) == seconds


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "not_duration"),
        ("soon", "not_duration"),
        ("1:75", "not_duration"),
        ("30 min 1 h", "not_duration"),
        ("1 h 2 h", "not_duration"),
        ("1 month", "not_duration"),
        ("P1M", "not_duration"),
        ("PT", "not_duration"),
        ("h", "not_duration"),
        ("1 h and", "not_duration"),
        ("90", "no_unit"),
        ("1,5", "no_unit"),
        ("1,500 h", "ambiguous_number"),
        ("0.4 s", "too_precise"),
        ("PT0.4S", "too_precise"),
        ("1" * 200 + " h", "not_duration"),
    ],
)
def test_what_is_none_says_why(text: str, why: str) -> None:
    with pytest.raises(DurationError) as refused:
        parse_duration(text)
    assert refused.value.why == why


def test_it_is_shown_in_words_of_the_language() -> None:
    assert formats.duration(102_600, locale="en") == "1 d 4 h 30 min"
    assert formats.duration(0, locale="en") == "0 min"
    assert formats.duration(-61, locale="en") == "−1 min 1 s"
    assert formats.duration(102_600, locale="th") == "1 วัน 4 ชม. 30 นาที"
    assert formats.duration(86_400 * 1_234, locale="en") == "1,234 d"


@given(st.integers(-(10**11), 10**11), st.sampled_from(LANGUAGES))
def test_every_form_that_is_written_is_read_back(seconds: int, language: str) -> None:
    assert parse_duration(iso(seconds)) == seconds
    assert parse_duration(clock(seconds)) == seconds
    shown = for_typing(iso(seconds), language=language)
    assert shown == formats.duration(seconds, locale=language)
    assert typed(shown, language=language) == iso(seconds)
    assert typed(iso(seconds), language=language) == iso(seconds)


@given(st.text(max_size=30) | st.text("0123456789:.,- hPTdmins", max_size=12))
def test_no_text_breaks_it(text: str) -> None:
    with suppress(DurationError):
        assert parse_duration(iso(parse_duration(text))) == parse_duration(text)
    assert isinstance(typed(text), str)


def test_the_reader_settles_her_own_marks_and_numbers_alone_are_asked_about() -> None:
    assert typed("1,500 h", language="en") == "PT5400000S"
    assert typed("1,500 h", language="lv") == "PT5400S"
    bare = typed(" 90 ")
    assert isinstance(bare, Unitless)
    assert for_typing(bare) == "90"
    assert bare.question() == "“90” needs a unit: write 90 min, 90 h or 90 s."
    assert typed("0") == "PT0S"
    assert typed("soon") == "soon"
    assert for_typing("soon") == "soon"

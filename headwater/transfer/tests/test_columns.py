"""Reading single cells: what is unmistakable, and what is refused."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from headwater.metadata import registry
from headwater.metadata.errors import BadValue
from headwater.transfer.columns import dates
from headwater.transfer.columns.readers import SKIP, DateReader, number_reader
from headwater.transfer.columns.survey import Facts, survey
from headwater.transfer.files.rows import Row, pack
from headwater.transfer.options import Options


def facts_of(key: str, *cells: str) -> Facts:
    field = registry.get("lead").fields[key]
    return survey([Row(number, [cell]) for number, cell in enumerate(cells, start=2)], {0: field})


def read_date(*cells: str, key: str = "created_at", **options: Any) -> Any:
    """Read the first cell of a column that has these cells."""
    field = registry.get("lead").fields[key]
    return DateReader(field, Options(**options), facts_of(key, *cells).of(key))(cells[0])


def read_number(*cells: str, **options: Any) -> Any:
    field = registry.get("lead").fields["value"]
    return number_reader(field, Options(**options), facts_of("value", *cells).of("value"))(cells[0])


def problem(call: Any, *arguments: Any, **options: Any) -> str:
    with pytest.raises(BadValue) as caught:
        call(*arguments, **options)
    assert caught.value.message
    return caught.value.code


@pytest.mark.parametrize(
    ("typed", "moment"),
    [
        ("2026-03-18", date(2026, 3, 18)),
        ("2026/3/8", date(2026, 3, 8)),
        ("31.12.2025", date(2025, 12, 31)),
        ("12/31/2025", date(2025, 12, 31)),
        ("5.5.2026", date(2026, 5, 5)),
        ("18 Mar 2026", date(2026, 3, 18)),
        ("Mar 8, 2026", date(2026, 3, 8)),
        ("8-September-2026", date(2026, 9, 8)),
        ("๑๘/๐๓/๒๐๒๖", date(2026, 3, 18)),
        ("2024-02-14T08:00:00.000+0000", datetime(2024, 2, 14, 8, tzinfo=UTC)),
        ("2018-02-26 19:58:54", datetime(2018, 2, 26, 19, 58, 54)),  # noqa: DTZ001
        ("31/12/2025 11:05 PM", datetime(2025, 12, 31, 23, 5)),  # noqa: DTZ001
        ("2026-03-18 14:05Z", datetime(2026, 3, 18, 14, 5, tzinfo=UTC)),
    ],
)
def test_unmistakable_dates(typed: str, moment: date) -> None:
    found = read_date(typed)
    assert found == moment
    assert type(found) is type(moment)


def test_the_column_tells_the_order_of_its_dates() -> None:
    assert read_date("01-02-2018", "20-10-2017") == date(2018, 2, 1)
    assert read_date("01-02-2018", "10-20-2017") == date(2018, 1, 2)


def test_without_proof_or_with_two_proofs_an_ambiguous_date_is_refused() -> None:
    assert problem(read_date, "01-02-2018", "03-04-2018") == "ambiguous_date"
    assert problem(read_date, "01-02-2018", "20-10-2017", "10-20-2017") == "ambiguous_date"
    assert read_date("20-10-2017", "01-02-2018", "10-20-2017") == date(2017, 10, 20)


@pytest.mark.parametrize(
    ("chosen", "typed", "day"),
    [
        ("DD.MM.YYYY", "01.02.2018", date(2018, 2, 1)),
        ("mm/dd/yyyy", "01/02/2018", date(2018, 1, 2)),
        ("dd-mm-yy", "01-02-18", date(2018, 2, 1)),
        ("%d %B %Y", "1 February 2018", date(2018, 2, 1)),
        ("dmy", "1/2/2018", date(2018, 2, 1)),
        ("mdy", "1/2/2018", date(2018, 1, 2)),
        ("iso", "2018-02-01", date(2018, 2, 1)),
        ("dd.mm.yyyy", "01.02.2018 10:30", date(2018, 2, 1)),
        ("dd.mm.yyyy hh:mm:ss", "01.02.2018 10:30:15", date(2018, 2, 1)),
    ],
)
def test_a_chosen_format_decides(chosen: str, typed: str, day: date) -> None:
    found = read_date(typed, date_format=chosen)
    assert (found.date() if isinstance(found, datetime) else found) == day


def test_a_chosen_time_is_kept() -> None:
    found = read_date("01.02.2018 10:30", date_format="dd.mm.yyyy hh:mm")
    assert (found.hour, found.minute) == (10, 30)


@pytest.mark.parametrize("word", ["x", "dd.mm", "%Q", "yyyy", "%"])
def test_words_that_are_no_format_are_refused(word: str) -> None:
    assert problem(dates.pattern_of, word) == "bad_date_format"


@pytest.mark.parametrize(
    "typed", ["soon", "32.01.2026", "2026-13-01", "1/2", "2026-01-01 25:00", "Foo 1, 2026"]
)
def test_what_is_no_date_is_refused(typed: str) -> None:
    assert problem(read_date, typed) == "not_date"


def test_a_year_of_two_digits_needs_a_format() -> None:
    assert problem(read_date, "31.12.25") == "ambiguous_date"


def test_placeholders_for_no_date_leave_the_field_alone() -> None:
    assert read_date("0/0/00") is SKIP


def test_dates_of_workbooks_need_no_format() -> None:
    assert read_date(pack(date(2026, 3, 18))) == date(2026, 3, 18)
    assert problem(read_date, pack(46099.0)) == "not_date"


@given(st.dates(date(1950, 1, 1), date(2099, 12, 31)), st.sampled_from(["/", "-", "."]), st.booleans())
def test_an_order_is_proven_exactly_when_the_other_is_impossible(day: date, mark: str, us: bool) -> None:
    parts = [f"{day.month:02}", f"{day.day:02}"] if us else [f"{day.day:02}", f"{day.month:02}"]
    typed = mark.join([*parts, str(day.year)])
    if day.day > 12:
        assert dates.readings(typed) == {"mdy" if us else "dmy": day}
    elif day.day == day.month:
        assert set(dates.readings(typed).values()) == {day}
    else:
        assume(day.day != day.month)
        assert dates.readings(typed)["mdy" if us else "dmy"] == day
        assert len(set(dates.readings(typed).values())) == 2


@given(st.text(max_size=40))
def test_no_text_breaks_the_reading_of_dates(text: str) -> None:
    for moment in dates.readings(text).values():
        assert isinstance(moment, date)
    for pattern in ("ymd", "dmy", "%d.%m.%Y"):
        found = dates.read_as(text, pattern)
        assert found is None or isinstance(found, date)


@given(st.datetimes(datetime(1950, 1, 1), datetime(2099, 1, 1)), st.integers(-720, 720))  # noqa: DTZ001
def test_zones_of_a_text_are_kept(moment: datetime, minutes: int) -> None:
    sign, size = "-" if minutes < 0 else "+", abs(minutes)
    moment = moment.replace(microsecond=0)
    typed = f"{moment:%Y-%m-%d %H:%M:%S}{sign}{size // 60:02}:{size % 60:02}"
    (found,) = set(dates.readings(typed).values())
    assert isinstance(found, datetime)
    assert found.utcoffset() == timedelta(minutes=minutes)
    assert found.replace(tzinfo=None) == moment


def test_numbers_of_a_column() -> None:
    assert read_number("1,234", "12,5") == Decimal("1.234")
    assert read_number("1,234", "12.5") == Decimal(1234)
    assert read_number("1.234,50") == Decimal("1234.50")
    assert read_number("1,234", decimal_mark=".") == Decimal(1234)
    assert read_number(pack(8899.05)) == Decimal("8899.05")


def test_ambiguous_and_impossible_numbers_are_refused() -> None:
    assert problem(read_number, "1,234") == "ambiguous_number"
    assert problem(read_number, "1,234", "1.5", "1,5") == "ambiguous_number"
    assert problem(read_number, "twelve") == "not_number"

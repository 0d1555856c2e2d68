import json
import os
from pathlib import Path

import phonenumbers
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from headwater.lib.phones import LONGEST, e164_of

SHARED = Path(os.environ.get("HEADWATER_SHARED", Path(__file__).resolve().parents[4] / "shared"))
TRUTH = SHARED / "data" / "contacts" / "phones_truth.json"

SPELLINGS = [
    ("TH", "081 234 5678", "+66812345678"),
    ("TH", "๐๘๑-๒๓๔-๕๖๗๘", "+66812345678"),
    ("TH", "+66 (0) 81 234 5678", "+66812345678"),
    ("TH", "0066812345678", None),
    ("TH", "00166812345678", "+66812345678"),
    ("KH", "០១២ ៣៤៥ ៦៧៨", "+85512345678"),
    ("KH", "012.345.678", "+85512345678"),
    ("LV", "２１２３４５６７", "+37121234567"),
    ("LV", "0037121234567", "+37121234567"),
    ("LV", "tel:+371-21-234-567", "+37121234567"),
    ("LV", "+66 81 234 5678", "+66812345678"),
    ("US", "(415) 555-2671 ext. 12", "+14155552671"),
    ("IT", "06 6982 1234", "+390669821234"),
    ("", "+371 21234567", "+37121234567"),
    ("", "21234567", None),
    ("XX", "21234567", None),
    ("LV", "12", None),
    ("LV", "no phone", None),
]


def by_library(typed: str, region: str) -> str | None:
    """The answer of the reference library, reached without any code of ours."""
    try:
        number = phonenumbers.parse(typed, region or None)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


@pytest.mark.parametrize(("region", "typed", "e164"), SPELLINGS)
def test_spellings(region: str, typed: str, e164: str | None) -> None:
    assert e164_of(f"  {typed} ", region) == e164
    assert by_library(typed, region) == e164


def test_long_text_is_not_read() -> None:
    assert e164_of("1" * (LONGEST + 1), "LV") is None


@given(
    st.text(st.sampled_from("0123456789+ -.()/๐๑๘០១៨x#;,\u200b\u00ad"), max_size=22),
    st.sampled_from(["TH", "KH", "LV", "DE", "US", "IT", "GB", "SG", "BR", ""]),
)
@example("37137121234", "LV")
def test_the_fast_path_equals_the_library(typed: str, region: str) -> None:
    assert e164_of(typed, region) == by_library(typed.strip(), region)


@given(
    st.sampled_from(
        [("TH", 66, 8, 9), ("KH", 855, 8, 9), ("LV", 371, 8, 8), ("DE", 49, 6, 11), ("VN", 84, 8, 10)]
    ),
    st.data(),
)
def test_numbers_of_home_equal_the_library(country: tuple[str, int, int, int], data: st.DataObject) -> None:
    region, code, shortest, longest = country
    digits = data.draw(st.text(st.sampled_from("0123456789"), min_size=shortest, max_size=longest))
    lead = data.draw(st.sampled_from(["", "0", f"+{code}", f"+{code} 0", f"{code}", "00", "+"]))
    assert e164_of(lead + digits, region) == by_library(lead + digits, region)


@given(st.text(max_size=120), st.sampled_from(["TH", "LV", "", "??"]))
def test_no_text_raises(typed: str, region: str) -> None:
    e164 = e164_of(typed, region)
    assert e164 is None or e164.startswith("+")


@pytest.mark.skipif(not TRUTH.exists(), reason=f"the recorded phone numbers are not here ({TRUTH})")
def test_recorded_spellings() -> None:
    truth = json.loads(TRUTH.read_text())
    wrong = [each for each in truth["valid"] if e164_of(each["raw"], each["region"]) != each["e164"]]
    wrong += [each for each in truth["invalid"] if e164_of(each["raw"], each["region"]) is not None]
    assert len(truth["valid"]) > 400
    assert wrong == []

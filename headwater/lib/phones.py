"""Telephone numbers: the typed form is kept, E.164 is added when the number is valid."""

import re
from dataclasses import dataclass
from functools import cache

import phonenumbers
from phonenumbers import COUNTRY_CODE_TO_REGION_CODE, NumberParseException, PhoneMetadata

from headwater.lib.numbers import ascii_digits

LONGEST = 100
"""Longer texts are no telephone numbers; they are kept as typed and not looked at."""

_PUNCTUATION = str.maketrans("", "", " \u00a0-\u2013.()/")
_DIALED = re.compile(r"\+?[0-9]{4,17}", re.ASCII)


@dataclass(frozen=True, slots=True)
class _Plan:
    """What the fast path must know of one country's numbering plan."""

    code: str
    prefix: str
    abroad: re.Pattern[str]
    valid: re.Pattern[str]


@cache
def _plan(region: str) -> _Plan | None:
    """The plan of a region, or None where only the full library reads numbers rightly.

    Countries that share a calling code, carrier codes and numbers that keep their leading zero
    (Italy) are left to the library.
    """
    data = PhoneMetadata.metadata_for_region(region, None) if region else None
    if data is None or data.country_code is None:
        return None
    if len(COUNTRY_CODE_TO_REGION_CODE[data.country_code]) > 1:
        return None
    prefix = data.national_prefix or ""
    if data.national_prefix_transform_rule or (data.national_prefix_for_parsing or "") != prefix:
        return None
    kinds = (
        data.fixed_line, data.mobile, data.toll_free, data.premium_rate, data.shared_cost,
        data.personal_number, data.voip, data.pager, data.uan, data.voicemail,
    )  # fmt: skip
    patterns = [kind.national_number_pattern for kind in kinds if kind and kind.national_number_pattern]
    general = data.general_desc.national_number_pattern if data.general_desc else None
    return _Plan(
        code=str(data.country_code),
        prefix=prefix,
        abroad=re.compile(data.international_prefix or "(?!)", re.ASCII),
        valid=re.compile(rf"(?!0)(?=(?:{general})\Z)(?:{'|'.join(patterns)})\Z", re.ASCII),
    )


@cache
def _plan_of_code(code: str) -> _Plan | None:
    """The plan of the country with this calling code, if one country alone has it."""
    regions = COUNTRY_CODE_TO_REGION_CODE.get(int(code), ())
    return _plan(regions[0]) if len(regions) == 1 else None


def _read_fast(typed: str, home: _Plan | None) -> str | None:
    """E.164 of an ordinary spelling, or None: "ask the library", never "invalid"."""
    dialed = ascii_digits(typed).translate(_PUNCTUATION)
    if not _DIALED.fullmatch(dialed):
        return None
    if dialed[0] == "+":
        # No calling code begins with another one, so the first that fits is the one.
        plan = _plan_of_code(dialed[1]) or _plan_of_code(dialed[1:3]) or _plan_of_code(dialed[1:4])
        rest = dialed[1 + len(plan.code) :] if plan else ""
    elif home is None or dialed.startswith(home.code) or home.abroad.match(dialed):
        return None
    else:
        plan, rest = home, dialed
    if plan is None:
        return None
    if plan.prefix and rest.startswith(plan.prefix):
        rest = rest[len(plan.prefix) :]
    return f"+{plan.code}{rest}" if plan.valid.match(rest) else None


def _read_fully(typed: str, region: str) -> str | None:
    try:
        number = phonenumbers.parse(typed, region or None)
    except NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number):
        return None
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def e164_of(typed: str, region: str) -> str | None:
    """Read a number as dialed in ``region`` (ISO 3166 alpha-2, "" if unknown); None when it is not valid.

    Thai, Khmer and full-width digits are understood; extensions are left out. Never raises.
    """
    typed = typed.strip()
    if not typed or len(typed) > LONGEST:
        return None
    e164 = _read_fast(typed, _plan(region))
    if e164 is None and (region or "+" in typed or "\uff0b" in typed):
        e164 = _read_fully(typed, region)
    return e164

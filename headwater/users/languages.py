"""Which language a reader gets."""

from typing import Any

from babel import Locale
from django.conf import settings
from django.utils.translation import get_supported_language_variant
from django.utils.translation.trans_real import parse_accept_lang_header

from headwater.users import organization
from headwater.users.models import User

SOURCE = settings.LANGUAGE_CODE
"""The language of the sources, for whom nothing else is known."""

_REGIONS = {"th": "TH", "km": "KH", "lv": "LV"}


def known(code: str) -> bool:
    """Say whether Headwater speaks a language."""
    return any(code == offered for offered, _name in settings.LANGUAGES)


def accepted(header: str) -> str | None:
    """Return the first of our languages that a request accepts, None when it names none of them."""
    for code, _priority in parse_accept_lang_header(header.lower()):
        try:
            return get_supported_language_variant(code)
        except LookupError:
            continue
    return None


def of_organization() -> str:
    """Return the language of those who chose none."""
    language = organization.current().language
    return language if known(language) else SOURCE


def of_user(user: User) -> str:
    """Return the language that a person chose, else the organization's."""
    return user.language if known(user.language) else of_organization()


def customs(language: str) -> dict[str, Any]:
    """Return the organization's settings that follow from a language spoken in one country.

    They are a first guess, for an administrator to change. English says nothing about a country.
    """
    region = _REGIONS.get(language)
    if region is None:
        return {}
    first = Locale(language, region).first_week_day
    return {"phone_region": region, "week_start": first}

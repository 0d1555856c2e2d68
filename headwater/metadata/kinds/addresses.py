"""Postal addresses: one value of several parts, each of which can be asked for by itself."""

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from headwater.lib import collation, countries, text
from headwater.lib.addresses import PostalAddress
from headwater.metadata.choices import Choice
from headwater.metadata.custom.stored import part_key
from headwater.metadata.errors import BadValue
from headwater.metadata.kinds.base import Kind, clean_text
from headwater.metadata.kinds.choices import ChoiceKind

if TYPE_CHECKING:
    from headwater.metadata.objects import Field


@dataclass(frozen=True)
class Part:
    """One part of an address. ``autocomplete`` is what browsers know it as."""

    key: str
    label: str | Promise
    max_length: int
    autocomplete: str


PARTS: tuple[Part, ...] = (
    Part("line1", gettext_lazy("Address line 1"), 200, "address-line1"),
    Part("line2", gettext_lazy("Address line 2"), 200, "address-line2"),
    Part("postal_code", gettext_lazy("Postal code"), 20, "postal-code"),
    Part("city", gettext_lazy("City"), 120, "address-level2"),
    Part("state", gettext_lazy("Province or state"), 120, "address-level1"),
    Part("country", gettext_lazy("Country"), 2, "country"),
)
"""The parts in the order in which forms ask for them."""
COUNTRY = "country"
_KEYS = frozenset(part.key for part in PARTS)


def spelled(value: PostalAddress, language: str | None = None) -> PostalAddress:
    """Return an address with the name of its country."""
    return value._replace(country=countries.name(value.country, language) if value.country else "")


def words_of(value: PostalAddress) -> str:
    """Return the text by which an address is found: with its country in every language of the product."""
    named = (
        [countries.name(value.country, code) for code, _name in settings.LANGUAGES] if value.country else []
    )
    return ", ".join(dict.fromkeys([*spelled(value, "en").lines, *named, *filter(None, (value.country,))]))


def country_choices() -> list[Choice]:
    """Return the countries as options, in the active language."""
    return [Choice(code, name) for code, name in countries.names(get_language() or "en").items()]


def clean_country(raw: Any) -> str:
    """Return the code of a country that is given by code or by name. Raises BadValue."""
    word = clean_text(raw, max_length=80)
    code = countries.find_code(word) if word else ""
    if word and not code:
        message = _("“%(word)s” is no country; give its name or its code of two letters, such as LV.")
        raise BadValue("unknown_country", message % {"word": word})
    return code


class CountryKind(ChoiceKind):
    """The country of an address: a choice whose options are the countries there are."""

    def find(self, raw: Any, field: "Field") -> str:
        return clean_country(raw)


class AddressKind(Kind):
    """A value is a ``PostalAddress`` with the code of its country. Its parts are fields beside it."""

    name = "address"
    operators = ("contains", "not_contains", "empty", "not_empty")
    groupable = False
    in_files: ClassVar[bool] = False  # files have a column for each part

    def clean(self, raw: Any, field: "Field") -> PostalAddress | None:
        if isinstance(raw, PostalAddress):
            raw = raw._asdict()
        if isinstance(raw, str) and raw.strip().startswith("{"):
            raw = _loaded(raw)
        if raw is None or raw == "" or raw == {}:
            return None
        if not isinstance(raw, dict) or not _KEYS.issuperset(raw):
            message = _("Give an address as an object with some of these parts: %(known)s.")
            raise BadValue("not_address", message % {"known": ", ".join(part.key for part in PARTS)})
        found = PostalAddress(
            **{part.key: _clean_part(part, raw[part.key]) for part in PARTS if part.key in raw}
        )
        return found if any(found) else None

    def empty_value(self, field: "Field") -> None:
        return None

    def to_json(self, value: Any) -> Any:
        return {key: part for key, part in value._asdict().items() if part} if value else None

    def from_json(self, value: Any) -> Any:
        known = {key: part for key, part in (value or {}).items() if key in _KEYS}
        return PostalAddress(**known) if known else None

    def display(self, value: Any, field: "Field") -> str:
        return spelled(value).one_line if value else ""

    def words(self, value: Any) -> str:
        return words_of(value)

    def siblings(self, value: Any, field: "Field") -> dict[str, Any]:
        value = value or PostalAddress()
        sorted_by = spelled(value, "en").one_line
        found: dict[str, Any] = {
            f"{field.attname}_fold": text.fold(words_of(value)),
            f"{field.attname}_sort": collation.sort_key(sorted_by),
        }
        for part in PARTS:
            attname, held = part_key(field.attname, part.key), getattr(value, part.key)
            found[attname] = held
            if part.key != COUNTRY:
                found |= {f"{attname}_fold": text.fold(held), f"{attname}_sort": collation.sort_key(held)}
        return found


def parts_in(raw: str) -> dict[str, Any]:
    """Return what the JSON of an address has by part; nothing of what is none."""
    found = _loaded(raw)
    return {key: part for key, part in found.items() if key in _KEYS} if isinstance(found, dict) else {}


def _loaded(raw: str) -> Any:
    try:
        return json.loads(raw)
    except (ValueError, RecursionError):
        return raw


def _clean_part(part: Part, raw: Any) -> str:
    if raw is None:
        return ""
    try:
        if part.key == COUNTRY:
            return clean_country(raw)
        return " ".join(clean_text(raw, max_length=part.max_length).split())
    except BadValue as problem:
        words = {"part": part.label, "problem": problem.message}
        raise BadValue(problem.code, _("%(part)s: %(problem)s") % words) from None

"""Text of all sorts."""

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator
from django.utils.translation import gettext as _

from headwater.lib import collation, phones, text
from headwater.metadata.errors import BadValue
from headwater.metadata.formulas.types import Value, ValueType
from headwater.metadata.kinds.base import Kind, clean_text
from headwater.users import organization

if TYPE_CHECKING:
    from headwater.metadata.objects import Field

TEXT_OPERATORS = (
    "contains",
    "not_contains",
    "eq",
    "ne",
    "in",
    "not_in",
    "starts",
    "ends",
    "empty",
    "not_empty",
    "field_cmp",
)
_is_email = EmailValidator()
# Every text of this form is an address to the validator as well, which is asked about all others.
ORDINARY_EMAIL = re.compile(r"[a-z0-9_-]+(?:\.[a-z0-9_-]+)*@(?:[a-z0-9]{1,60}\.)+[a-z]{2,60}")
_LONGEST_EMAIL = 320
_URL_SCHEMES = {"http", "https"}


class TextKind(Kind):
    name = "text"
    operators = TEXT_OPERATORS
    buckets = ("value",)
    in_formulas = ValueType.TEXT

    def from_formula(self, result: Value, field: "Field") -> Any:
        # Cut rather than lost: what is joined from several fields can be longer than one may be.
        return super().from_formula(str(result or "")[: field.max_length], field)

    def clean(self, raw: Any, field: "Field") -> Any:
        value = "" if raw is None else clean_text(raw, max_length=field.max_length)
        return " ".join(value.split()) or self.empty_value(field)

    def siblings(self, value: Any, field: "Field") -> dict[str, Any]:
        if not field.folded:
            return {}
        folded, key = text.fold(value or ""), collation.sort_key(value or "")
        return {f"{field.attname}_fold": folded, f"{field.attname}_sort": key}


class LongTextKind(Kind):
    name = "long_text"
    operators = ("contains", "not_contains", "empty", "not_empty")
    sortable = False
    groupable = False
    in_formulas = ValueType.TEXT

    def clean(self, raw: Any, field: "Field") -> Any:
        value = "" if raw is None else clean_text(raw, max_length=field.max_length)
        return value.replace("\r\n", "\n") or self.empty_value(field)


class EmailKind(TextKind):
    name = "email"

    def clean(self, raw: Any, field: "Field") -> Any:
        value = "" if raw is None else clean_text(raw, max_length=field.max_length)
        if not value:
            return self.empty_value(field)
        # The part after @ is case-blind by standard, the part before it by every server in use.
        value = value.removeprefix("mailto:").lower()
        try:
            if len(value) > _LONGEST_EMAIL or not ORDINARY_EMAIL.fullmatch(value):
                _is_email(value)
        except ValidationError:
            raise BadValue(
                "not_email", _("This is not an e-mail address, such as name@company.com.")
            ) from None
        return value


class PhoneKind(TextKind):
    """The typed form is kept; the sibling column holds E.164, by which phones are compared and searched."""

    name = "phone"

    def clean(self, raw: Any, field: "Field") -> Any:
        value = "" if raw is None else clean_text(raw, max_length=field.max_length)
        return " ".join(value.split()) or self.empty_value(field)

    def siblings(self, value: Any, field: "Field") -> dict[str, Any]:
        e164 = phones.e164_of(value, organization.current().phone_region) if value else None
        return {f"{field.attname}_e164": e164 or ""}


class UrlKind(TextKind):
    name = "url"

    def clean(self, raw: Any, field: "Field") -> Any:
        value = "" if raw is None else clean_text(raw, max_length=field.max_length)
        if not value:
            return self.empty_value(field)
        if "://" not in value and ":" not in value.split("/")[0].removesuffix(":443"):
            value = f"https://{value}"
        try:
            parts = urlsplit(value)
            named = bool(parts.hostname) and parts.port != 0
        except ValueError:
            named = False
        if not named or parts.scheme not in _URL_SCHEMES or any(c.isspace() for c in value):
            raise BadValue("not_url", _("This is not a web address, such as https://company.com."))
        return value

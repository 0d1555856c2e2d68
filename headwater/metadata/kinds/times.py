"""Dates and instants."""

from datetime import UTC, date, datetime, time
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from headwater.lib import formats
from headwater.lib.periods import day_number, month_number
from headwater.metadata.errors import BadValue
from headwater.metadata.formulas.types import Value, ValueType
from headwater.metadata.kinds.base import Kind
from headwater.users import organization

if TYPE_CHECKING:
    from headwater.metadata.objects import Field

TIME_OPERATORS = (
    "in_range",
    "before",
    "after",
    "older_than",
    "newer_than",
    "empty",
    "not_empty",
    "field_cmp",
)
DATE_BUCKETS = ("day", "week", "month", "quarter", "year", "fiscal_quarter", "fiscal_year")
_FIRST_YEAR, _LAST_YEAR = 1900, 2200
_MOST_REMEMBERED = 4096
"""Of instants: those of the rows of an import, or of a page, come again and again."""


@lru_cache(_MOST_REMEMBERED)
def _in_utc(value: datetime) -> str:
    return value.astimezone(UTC).isoformat().replace("+00:00", "Z")


@lru_cache(_MOST_REMEMBERED)
def _day_in(zone: ZoneInfo, value: datetime) -> date:
    return value.astimezone(zone).date()


def _sane_year(value: date) -> None:
    if not _FIRST_YEAR <= value.year <= _LAST_YEAR:
        raise BadValue("not_date", _("The year must lie between 1900 and 2200."))


class DateKind(Kind):
    """A day without a clock; never shifted between zones."""

    name = "date"
    operators = TIME_OPERATORS
    aggregates = ("min", "max")
    buckets = DATE_BUCKETS
    in_formulas = ValueType.DATE

    def clean(self, raw: Any, field: "Field") -> date | None:
        if raw is None or raw == "":
            return None
        if isinstance(raw, datetime):
            raw = raw.date()
        try:
            value = raw if isinstance(raw, date) else date.fromisoformat(str(raw).strip())
        except ValueError:
            raise BadValue("not_date", _("Write a date as year-month-day, such as 2026-03-18.")) from None
        _sane_year(value)
        return value

    def to_json(self, value: Any) -> Any:
        return None if value is None else value.isoformat()

    def from_json(self, value: Any) -> Any:
        return None if value is None else date.fromisoformat(value)

    def display(self, value: Any, field: "Field") -> str:
        return "" if value is None else formats.date(value)


def read_instant(raw: Any) -> datetime | None:
    """Return a typed moment in UTC, None for an empty one. Raises BadValue."""
    if raw is None or raw == "":
        return None
    if isinstance(raw, date) and not isinstance(raw, datetime):
        raw = datetime.combine(raw, time())
    try:
        value = raw if isinstance(raw, datetime) else datetime.fromisoformat(str(raw).strip())
        _sane_year(value)
        if value.tzinfo is None:
            value = value.replace(tzinfo=organization.zone())
        return value.astimezone(UTC)
    except (ValueError, OverflowError) as problem:
        if isinstance(problem, BadValue):
            raise
        raise BadValue(
            "not_instant", _("Write a date and time, such as 2026-03-18T14:30 or 2026-03-18T14:30+02:00.")
        ) from None


class InstantKind(Kind):
    """A moment, stored in UTC. A day alone means its beginning in the organization's zone."""

    name = "instant"
    operators = TIME_OPERATORS
    aggregates = ("min", "max")
    buckets = DATE_BUCKETS
    in_formulas = ValueType.DATE

    def clean(self, raw: Any, field: "Field") -> datetime | None:
        return read_instant(raw)

    def to_json(self, value: Any) -> Any:
        return None if value is None else _in_utc(value)

    def from_json(self, value: Any) -> Any:
        return None if value is None else datetime.fromisoformat(value)

    def display(self, value: Any, field: "Field") -> str:
        return "" if value is None else formats.instant(value, organization.zone())

    def to_formula(self, value: Any, field: "Field") -> Value:
        return None if value is None else value.astimezone(organization.zone()).date()

    def siblings(self, value: Any, field: "Field") -> dict[str, Any]:
        if not field.bucketed:
            return {}
        day = None if value is None else _day_in(organization.zone(), value)
        return {
            f"{field.attname}_day": None if day is None else day_number(day),
            f"{field.attname}_month": None if day is None else month_number(day),
        }

"""Reports computed the slow way: in Python, record by record, from nothing but the definition's words.

It shares no code with the engine but the dictionary's own folding of texts.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from headwater.lib.text import fold
from headwater.pipeline.models import Lead

KeyOf = Callable[[Lead, "World"], set[Any]]


@dataclass(frozen=True)
class World:
    """What the reader's answer depends on besides the records. ``owners`` None means everybody.

    A reader with owners has also the leads that ``worlds.share`` shared with her.
    """

    zone: str = "Europe/Riga"
    week_start: int = 0
    fiscal: tuple[int, int] = (1, 1)
    owners: frozenset[int] | None = None

    def day(self, instant: datetime) -> date:
        return instant.astimezone(ZoneInfo(self.zone)).date()

    def sees(self, record: Any) -> bool:
        return (
            record is not None
            and record.deleted_at is None
            and (self.owners is None or record.owner_id in self.owners or hasattr(record, "is_shared"))
        )


def first_of(day: date, grain: str, world: World) -> str:
    """Walk back, day by day, to the first day of the bucket."""
    month, start_day = world.fiscal
    is_first = {
        "day": lambda d: True,
        "week": lambda d: d.weekday() == world.week_start,
        "month": lambda d: d.day == 1,
        "quarter": lambda d: d.day == 1 and d.month in (1, 4, 7, 10),
        "year": lambda d: (d.month, d.day) == (1, 1),
        "fiscal_quarter": lambda d: d.day == start_day and (d.month - month) % 3 == 0,
        "fiscal_year": lambda d: (d.month, d.day) == (month, start_day),
    }[grain]
    while not is_first(day):
        day -= timedelta(days=1)
    return day.isoformat()


def bucket(get: Callable[[Lead, World], datetime | date | None], grain: str) -> KeyOf:
    """Return the key function of a date cut into buckets."""

    def key_of(lead: Lead, world: World) -> set[Any]:
        value = get(lead, world)
        if value is None:
            return {None}
        day = world.day(value) if isinstance(value, datetime) else value
        return {first_of(day, grain, world)}

    return key_of


def plain(attname: str) -> KeyOf:
    return lambda lead, world: {getattr(lead, attname) or None}


def text(attname: str) -> KeyOf:
    return lambda lead, world: {getattr(lead, attname).lower() or None}


def number(attname: str) -> KeyOf:
    def key_of(lead: Lead, world: World) -> set[Any]:
        value = getattr(lead, attname)
        return {None if value is None else float(value)}

    return key_of


def of_owner(get: Callable[[Any], Any]) -> KeyOf:
    return lambda lead, world: {None if lead.owner is None else get(lead.owner)}


def of_customer(get: Callable[[Any], Any]) -> KeyOf:
    return lambda lead, world: {get(lead.customer) if world.sees(lead.customer) else None}


def organization(lead: Lead, world: World) -> set[Any]:
    name = lead.customer.name if lead.customer and world.sees(lead.customer) else lead.organization_name
    return {fold(name) or None}


def birthday(lead: Lead, world: World) -> date | None:
    contact = lead.primary_contact
    return contact.birthday if contact and world.sees(contact) else None


def customer_created(lead: Lead, world: World) -> datetime | None:
    return lead.customer.created_at if lead.customer and world.sees(lead.customer) else None


GRAINS = ("day", "week", "month", "quarter", "year", "fiscal_quarter", "fiscal_year")
INSTANTS = ("created_at", "converted_at", "updated_at", "archived_at", "next_contact_at", "recorded_at")


def _instant(attname: str) -> Callable[[Lead, World], datetime | None]:
    return lambda lead, world: getattr(lead, attname)


def _is_set(attname: str) -> KeyOf:
    return lambda lead, world: {getattr(lead, attname) is not None}


def _own(record: Any, key: str) -> Any:
    """Return what a record holds in a custom field, as it is stored."""
    return (record.custom or {}).get(key)


def _own_day(lead: Lead, world: World) -> date | None:
    stored = _own(lead, "cf_viewing")
    return None if stored is None else date.fromisoformat(stored)


def _own_moment(lead: Lead, world: World) -> datetime | None:
    stored = _own(lead, "cf_call")
    return None if stored is None else datetime.fromisoformat(stored)


DIMENSIONS: dict[tuple[str, str | None], KeyOf] = {
    ("source", None): plain("source"),
    ("status", None): plain("status"),
    ("currency", None): plain("currency"),
    ("labels", None): lambda lead, world: set(lead.labels) or {None},
    ("is_organization", None): lambda lead, world: {lead.is_organization},
    ("owner", None): plain("owner_id"),
    ("created_by", None): plain("created_by_id"),
    ("owner.team", None): of_owner(lambda owner: owner.team_id),
    ("owner.is_active", None): of_owner(lambda owner: owner.is_active),
    ("owner.name", None): of_owner(lambda owner: owner.name.lower()),
    ("customer", None): plain("customer_id"),
    ("customer.kind", None): of_customer(lambda customer: customer.kind),
    ("customer.territory", None): of_customer(lambda customer: customer.territory),
    ("customer.name", None): of_customer(lambda customer: fold(customer.name)),
    ("customer.created_at", "month"): bucket(customer_created, "month"),
    ("customer.created_at", "day"): bucket(customer_created, "day"),
    ("primary_contact.birthday", "month"): bucket(birthday, "month"),
    ("primary_contact.birthday", "fiscal_year"): bucket(birthday, "fiscal_year"),
    ("organization", None): organization,
    ("first_name", None): text("first_name"),
    ("job_title", None): text("job_title"),
    ("name", None): lambda lead, world: {fold(lead.name) or None},
    ("employees", None): number("employees"),
    ("value", None): number("value"),
    ("cf_words", None): lambda lead, world: {fold(_own(lead, "cf_words") or "") or None},
    ("cf_grade", None): lambda lead, world: {_own(lead, "cf_grade")},
    ("cf_wishes", None): lambda lead, world: (
        set(filter(None, (_own(lead, "cf_wishes") or "").split("|"))) or {None}
    ),
    ("cf_rooms", None): lambda lead, world: {_own(lead, "cf_rooms")},
    ("cf_area", None): lambda lead, world: {_own(lead, "cf_area")},
    ("cf_balcony", None): lambda lead, world: {bool(_own(lead, "cf_balcony"))},
    ("cf_agent", None): lambda lead, world: {_own(lead, "cf_agent")},
    ("cf_partner", None): lambda lead, world: {_own(lead, "cf_partner")},
    ("cf_viewing", "set"): lambda lead, world: {_own(lead, "cf_viewing") is not None},
    ("cf_call", "set"): lambda lead, world: {_own(lead, "cf_call") is not None},
    ("customer.cf_grade", None): of_customer(lambda customer: _own(customer, "cf_grade")),
    **{("cf_viewing", grain): bucket(_own_day, grain) for grain in GRAINS},
    **{("cf_call", grain): bucket(_own_moment, grain) for grain in GRAINS},
    **{(key, grain): bucket(_instant(key), grain) for key in INSTANTS for grain in GRAINS},
    **{(key, "set"): _is_set(key) for key in INSTANTS},
}

CONDITIONS: list[tuple[dict[str, Any], Callable[[Lead, World, datetime], bool]]] = [
    ({"all": []}, lambda lead, world, now: True),
    (
        {"field": "source", "op": "in", "value": ["web_form"]},
        lambda lead, world, now: lead.source == "web_form",
    ),
    (
        {"not": {"field": "lead.source", "op": "in", "value": ["web_form"]}},
        lambda lead, world, now: lead.source != "web_form",
    ),
    ({"field": "archived_at", "op": "empty"}, lambda lead, world, now: lead.archived_at is None),
    (
        {"any": [{"field": "owner.team", "op": "empty"}, {"field": "employees", "op": "gt", "value": 1}]},
        lambda lead, world, now: (
            lead.owner is None
            or lead.owner.team_id is None
            or (lead.employees is not None and lead.employees > 1)
        ),
    ),
    (
        {"field": "created_at", "op": "newer_than", "value": {"n": 70, "unit": "day"}},
        lambda lead, world, now: lead.created_at >= now - timedelta(days=70),
    ),
    (
        {"none": [{"field": "created_at", "op": "older_than", "value": {"n": 1000, "unit": "hour"}}]},
        lambda lead, world, now: lead.created_at >= now - timedelta(hours=1000),
    ),
    (
        {"field": "created_at", "op": "in_range", "value": {"rel": "this", "unit": "year"}},
        lambda lead, world, now: world.day(lead.created_at).year == world.day(now).year,
    ),
]

PERIODS: list[tuple[dict[str, Any] | None, Callable[[Lead, World, datetime], bool]]] = [
    (None, lambda lead, world, now: True),
    (
        {"range": {"rel": "this", "unit": "year"}},
        lambda lead, world, now: world.day(lead.created_at).year == world.day(now).year,
    ),
    (
        {
            "field": "lead.created_at",
            "range": {"rel": "last", "unit": "month", "n": 3, "include_current": True},
        },
        lambda lead, world, now: 0 <= _months(world.day(now)) - _months(world.day(lead.created_at)) <= 3,
    ),
    (
        {"field": "created_at", "range": {"from": "2026-01-10T12:30:00Z", "to": "2026-03-01T00:00:00Z"}},
        lambda lead, world, now: (
            datetime(2026, 1, 10, 12, 30, tzinfo=UTC) <= lead.created_at < datetime(2026, 3, 1, tzinfo=UTC)
        ),
    ),
    (
        {"field": "converted_at", "range": {"rel": "last", "unit": "day", "n": 60}},
        lambda lead, world, now: (
            lead.converted_at is not None and 1 <= (world.day(now) - world.day(lead.converted_at)).days <= 60
        ),
    ),
    (
        {"field": "updated_at", "range": {"from": "2026-02-01"}},
        lambda lead, world, now: world.day(lead.updated_at) >= date(2026, 2, 1),
    ),
]


def _months(day: date) -> int:
    return day.year * 12 + day.month


def rate(leads: list[Lead]) -> dict[str, Any]:
    """Return the cell of the conversion rate."""
    converted, every = sum(lead.converted_at is not None for lead in leads), len(leads)
    cell: dict[str, Any] = {"value": None, "numerator": converted, "denominator": every}
    if every:
        cell["value"] = converted * 100 / every
    if 0 < every < 5:
        cell["small"] = True
    return cell

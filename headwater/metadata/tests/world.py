"""A small world of records full of awkward values, for tests of the filter language."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from headwater.customers.seeds import seed as seed_customers
from headwater.jobs.services import run_until_idle
from headwater.metadata import registry
from headwater.metadata.choices import ensure_options
from headwater.metadata.custom.definitions import Definition, add_field, offered_kinds
from headwater.metadata.custom.slots import family_of
from headwater.pipeline.seeds import seed as seed_pipeline
from headwater.records.bulk import RowWrite, write_records
from headwater.records.models import Record
from headwater.records.write import delete_record
from headwater.users.actor import SYSTEM
from headwater.users.models import User

NOW = datetime(2026, 3, 15, 10, 30, tzinfo=UTC)
TEXTS = (
    "Ķekava",
    "ķekava",
    "ĶEKAVA un Ūdeņi",
    "สมชาย ใจดี",
    "น้ำ",
    "សុខ សុភា",
    "អង្គរ",
    "ΟΔΟΣ",
    "οδός",
    "Σίσυφος",
    "İstanbul",
    "Straße",
    "STRASSE",
    "ﬁlter",
    "50% off_now\\",
    "a|b",
    "it's",
    '"quoted"',
    "x",
    "null",
)
"""Letters whose cases differ in length, signs that are patterns in SQL, scripts without cases."""
MOMENTS = tuple(
    NOW + shift
    for shift in (
        timedelta(),
        timedelta(hours=-1),
        timedelta(hours=13, minutes=30),  # midnight in Riga
        timedelta(days=-1),
        timedelta(days=-7),
        timedelta(days=-30),
        timedelta(days=-400),
        timedelta(days=40),
    )
)
DAYS = tuple(sorted({moment.date() for moment in MOMENTS} | {date(2024, 2, 29), date(2026, 1, 1)}))
NUMBERS = (0, 1, 2, 10, 100, 999)
DURATIONS = (0, 59, 60, 5_400, 86_400, 102_600, -3_600)
AMOUNTS = tuple(Decimal(text) for text in ("0.00", "0.10", "0.30", "12.50", "1000.00", "999999.99"))
MAILS = ("a@example.com", "ab@example.com", "liga@udens.lv")
PHONES = ("29 123 456", "+66 2 123 4567", "no number")
SITES = ("https://example.com", "https://udens.lv/a_b?c=%25")

WITHOUT_SLOT = ("percent", "duration")
"""They lie in slots as other numbers do, of which more kinds than slots are made."""


def _value(field: Any, rng: Random, people: list[User]) -> Any:
    """Return a value for a field, None for nothing; fields that link to records are left to the caller."""
    kind = field.kind.name
    if kind == "choice":
        return rng.choice([choice.key for choice in field.choices()][:4])
    if kind == "multi_choice":
        return rng.sample([choice.key for choice in field.choices()][:4], rng.randint(0, 3))
    pools: dict[str, Any] = {
        "text": TEXTS,
        "long_text": TEXTS,
        "email": MAILS,
        "phone": PHONES,
        "url": SITES,
        "integer": NUMBERS,
        "decimal": AMOUNTS,
        "money": AMOUNTS,
        "percent": AMOUNTS,
        "duration": DURATIONS,
        "boolean": (True, False),
        "date": DAYS,
        "instant": MOMENTS,
        "user": [person.pk for person in people],
    }
    if kind == "relations":
        return rng.sample([person.pk for person in people], rng.randint(0, 2))
    return rng.choice(pools[kind]) if kind in pools else None


def _rows(
    name: str, count: int, rng: Random, people: list[User], links: dict[str, list[int]]
) -> list[RowWrite]:
    entry = registry.get(name)
    rows = []
    for number in range(count):
        values: dict[str, Any] = {}
        for field in entry.editable_fields():
            if field.kind.many and field.target in links:
                values[field.key] = rng.sample(links[field.target], rng.randint(0, 3))
            elif field.target in links:
                values[field.key] = rng.choice([*links[field.target], None])
            elif field.target in (None, "user") and (field.required or rng.random() < 0.7):
                values[field.key] = _value(field, rng, people)
        values |= {"external_id": f"{name}-{number}" if number % 2 else "", "created_at": rng.choice(MOMENTS)}
        if name == "lead":
            values |= {"organization_name": rng.choice(TEXTS), "first_name": rng.choice(TEXTS)}
            values["next_contact_ends_at"] = values.get("next_contact_at")
        if name == "contact":
            values["first_name"] = rng.choice(TEXTS)
        if name == "opportunity":
            values |= {"title": rng.choice(TEXTS), "probability": rng.choice((None, 0, 40)), "stage": None}
            values |= {} if values["lead"] or values["customer"] else {"customer": links["customer"][0]}
            values |= {"lost_reasons": ["price"], "status": rng.choice(("open", "lost", "closed"))}
        rows.append(RowWrite(values))
    return rows


def make_fields() -> None:
    """Give every object a custom field of each kind; half of the objects have them indexed."""
    for name in ("contact", "customer", "lead", "opportunity"):
        for kind in offered_kinds(registry.get(name)):
            given = Definition(
                label=f"My {kind}",
                kind=kind,
                target="customer",
                options=("a", "b", "c"),
                decimal_places=2,
                formula="cf_my_decimal / cf_my_integer + len(cf_my_text)",
                is_indexed=name in ("lead", "customer")
                and kind not in WITHOUT_SLOT
                and bool(family_of(kind)),
            )
            add_field(name, given)
    run_until_idle()


def make_world(people: list[User], seed: int = 7) -> dict[str, dict[int, Record]]:
    """Fill the database; return every record by object and number, deleted ones too."""
    rng = Random(seed)
    seed_customers(people[0])
    seed_pipeline(people[0])
    for name in ("label", "campaign", "competitor"):
        ensure_options(name, [(f"{name}_{n}", f"{name} {n}") for n in range(4)])
    make_fields()
    links: dict[str, list[int]] = {}
    sizes = {"contact": 8, "customer": 10, "lead": 30, "opportunity": 24}
    for name, count in sizes.items():
        results = write_records(SYSTEM, name, _rows(name, count, rng, people, links))
        assert [result.errors for result in results] == [[]] * count
        links[name] = [result.record_id or 0 for result in results]
    for name in sizes:
        delete_record(SYSTEM, name, links[name][1])
    return {name: {record.pk: record for record in registry.get(name).unscoped.all()} for name in sizes}

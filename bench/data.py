"""A company of 20 teams with as many leads as asked, written as fast as the database takes them."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, cast

from django.db import connection, transaction
from django.db.models import Max, Min

from headwater.lib.collation import sort_key
from headwater.lib.periods import day_number, month_number
from headwater.lib.sqlite.statistics import renew_statistics
from headwater.lib.text import fold
from headwater.metadata import registry
from headwater.metadata.choices import options_of
from headwater.pipeline.models import Lead
from headwater.records.search import parts
from headwater.records.search.index import fill_indexes
from headwater.records.search.models import SearchRow
from headwater.records.search.signs import as_stored
from headwater.records.search.text import searchable
from headwater.users.models import Role, Team, User
from headwater.users.services import create_owner

PASSWORD = "Bench-headwater-1"
TEAMS, PEOPLE_PER_TEAM = 20, 5
FIRST = 1
BATCH = 10_000
NOW = datetime.now(UTC).replace(microsecond=0)
_STATUSES = ("lead", "open", "open", "replied", "opportunity", "interested", "converted", "do_not_contact")
_FIRST = ("Anna", "Jānis", "Līga", "Somchai", "สมชาย", "ស្រីមុំ", "Oskars", "Emma", "Noah", "Ieva")
_LAST = ("Ozols", "Bērziņa", "Kalniņš", "Smith", "ใจดี", "សុខ", "Miller", "Liepa", "Brown", "Krūmiņa")


def make_company() -> None:
    """Make the owner, the teams and their people."""
    create_owner(
        email="owner@bench.test",
        name="Owner",
        password=PASSWORD,
        organization={"name": "Bench", "zone": "Europe/Riga", "currency": "EUR", "phone_region": "LV"},
    )
    role = Role.objects.get(key="salesperson")
    for number in range(TEAMS):
        team = Team.objects.create(name=f"Team {number:02}")
        people = []
        for place in range(PEOPLE_PER_TEAM):
            person = User(
                email=f"p{number}.{place}@bench.test", name=f"Person {number}.{place}", team=team, role=role
            )
            # Hashing a hundred passwords would take longer than the leads; one can sign in.
            if number == 0 and place == 0:
                person.set_password(PASSWORD)
            else:
                person.set_unusable_password()
            people.append(person)
        User.objects.bulk_create(people)


def _rows(first: int, count: int, owners: list[int], keys: dict[str, list[str]]) -> Iterator[dict[str, Any]]:
    chance = random.Random(first)
    for number in range(first, first + count):
        created = NOW - timedelta(seconds=chance.randrange(3 * 365 * 86_400))
        name = f"{chance.choice(_FIRST)} {chance.choice(_LAST)} {number}"
        converted = created + timedelta(days=chance.expovariate(1 / 30)) if chance.random() < 0.2 else None
        if converted and converted > NOW:
            converted = None
        day = created.date()
        yield {
            "id": number,
            "owner_id": chance.choice(owners),
            "created_at": created,
            "created_at_day": day_number(day),
            "created_at_month": month_number(day),
            "updated_at": created,
            "recorded_at": created,
            "external_id": f"x{number}",
            "first_name": name,
            "name": name,
            "name_fold": fold(name),
            "name_sort": sort_key(name),
            "named_by": "person",
            "email": f"lead{number}@example.test",
            "phone": f"2{number % 10_000_000:07}",
            "phone_e164": f"+3712{number % 10_000_000:07}",
            "source": chance.choice([*keys["source"], None]),
            "territory": chance.choice(keys["territory"]),
            "campaign": chance.choice(keys["campaign"]) if keys["campaign"] else None,
            "industry": chance.choice(keys["industry"]),
            "value": chance.randrange(100, 20_000),
            "currency": "EUR",
            "status": "converted" if converted else chance.choice(_STATUSES),
            "converted_at": converted,
            "converted_at_day": day_number(converted.date()) if converted else None,
            "converted_at_month": month_number(converted.date()) if converted else None,
        }


def add_leads(first: int, count: int) -> None:
    """Add leads number ``first`` to ``first + count - 1`` with their search rows, without history."""
    owners = list(User.objects.filter(team__isnull=False).order_by("pk").values_list("pk", flat=True))
    # Read before the rows: nothing else can use a connection while it copies rows in.
    keys = {
        name: [c.key for c in options_of(name)] for name in ("source", "territory", "campaign", "industry")
    }
    name = registry.of(Lead()).name
    columns = list(Lead._meta.concrete_fields)
    blank = {f.attname: f.get_db_prep_save(getattr(Lead(), f.attname), connection) for f in columns}
    by_name = {f.attname: f for f in columns}

    def lead_rows() -> Iterator[tuple[Any, ...]]:
        for row in _rows(first, count, owners, keys):
            stored = {key: by_name[key].get_db_prep_save(value, connection) for key, value in row.items()}
            yield tuple((blank | stored).values())

    def search_rows() -> Iterator[tuple[Any, ...]]:
        for row in _rows(first, count, owners, keys):
            text = as_stored(searchable([row["name"], row["email"], row["phone"], row["phone_e164"]]))
            yield (name, row["id"], text)

    with transaction.atomic():
        _insert(Lead._meta.db_table, [str(f.column) for f in columns], lead_rows())
        _insert("records_searchrow", ["object", "record_id", "text"], search_rows())
        if count:
            _fill_search_index(first, count)


def _fill_search_index(first: int, count: int) -> None:
    """Do what the product's writer of search rows does after a batch."""
    rows = SearchRow.objects.filter(record_id__range=(first, first + count - 1), object="lead")
    ids = rows.aggregate(first=Min("pk"), last=Max("pk"))
    fill_indexes(ids["first"], ids["last"])
    if connection.vendor == "postgresql":
        for at in range(first, first + count, BATCH):
            parts.remember(rows.filter(record_id__range=(at, at + BATCH - 1)).values_list("text", flat=True))


def _insert(table: str, columns: list[str], rows: Iterator[tuple[Any, ...]]) -> None:
    names = ", ".join(f'"{column}"' for column in columns)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
            return
        marks = ", ".join(["%s"] * len(columns))
        cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks})", cast(Any, rows))


def analyze() -> None:
    """Let the planner know the data, as both databases do in use: the worker's job, autovacuum."""
    renew_statistics()
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")

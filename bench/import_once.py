"""One import, or a raw counterpart, in this process: ``python -m bench.import_once ours FILE``."""

import json
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from django.core.files import File
from django.db import connection, transaction
from python_calamine import CalamineWorkbook

import bench.started  # noqa: F401
from bench.imports import HEADERS
from headwater.customers.models import Contact
from headwater.jobs import services as jobs
from headwater.lib import clock
from headwater.lib.prepare import prepared_rows
from headwater.transfer import services as transfer
from headwater.users.actor import Actor
from headwater.users.models import User

MAPPING = {
    "External id": "external_id",
    "First name": "first_name",
    "Last name": "last_name",
    "E-mail": "email",
    "Phone": "phone",
    "Mobile": "mobile",
    "WhatsApp": "whatsapp",
    "Job title": "job_title",
    "Organization": "organization",
    "Gender": "gender",
    "Birthday": "birthday",
    "Created": "created_at",
    "External system": "external_system",
    "Notes": "notes",
}
RAW_TEXTS = {
    "external_id",
    "first_name",
    "last_name",
    "email",
    "phone",
    "mobile",
    "whatsapp",
    "job_title",
    "organization",
    "notes",
}


def ours(file: Path) -> float:
    """Import a file through the service and the job; return seconds from upload to the last row."""
    actor = Actor(User.objects.get(email="owner@bench.test"))
    started = time.perf_counter()
    with file.open("rb") as stream:
        run = transfer.create_import(
            actor, "contact", File(stream), file.name, {"mapping": MAPPING, "mode": "create"}
        )
    transfer.start(actor, run.pk, dry_run=False)
    jobs.run_until_idle()
    seconds = time.perf_counter() - started
    done = transfer.get_import(actor, run.pk)
    if done.state != "done" or done.counts.get("failed") or not done.counts.get("created"):
        raise RuntimeError(f"The import ended as {done.state}: {done.counts} {done.causes}")
    return seconds


TEXTS = [(at, MAPPING[header]) for at, header in enumerate(HEADERS) if MAPPING.get(header) in RAW_TEXTS]


def _sheet(file: Path) -> list[list[Any]]:
    return CalamineWorkbook.from_path(str(file)).get_sheet_by_index(0).to_python()[1:]


def _batches(rows: Sequence[Any], size: int = 1_000) -> Iterator[Sequence[Any]]:
    for start in range(0, len(rows), size):
        yield rows[start : start + size]


def django(file: Path) -> float:
    """Read the sheet into lists and insert its rows as Django's ``bulk_create`` does."""
    now = clock.now()
    started = time.perf_counter()
    with transaction.atomic():
        for rows in _batches(_sheet(file)):
            Contact.unscoped.bulk_create(
                [
                    Contact(
                        created_at=now,
                        updated_at=now,
                        recorded_at=now,
                        external_system="django",
                        **{attname: str(row[at]) for at, attname in TEXTS},
                    )
                    for row in rows
                ]
            )
    return time.perf_counter() - started


def insert(file: Path) -> float:
    """Read the sheet into lists and insert the rows its import stored by one prepared statement."""
    return _raw(file, _insert)


def copy(file: Path) -> float:
    """The same by PostgreSQL's COPY."""
    return _raw(file, _copy)


def _raw(file: Path, write: Callable[[Sequence[str], list[list[Any]]], None]) -> float:
    """Time reading the sheet, building rows of it and writing them.

    What is computed beside the cells (keys to sort by, phones, days) is taken as it stands in the table.
    """
    columns = list(Contact._meta.concrete_fields)[1:]
    places = {field.attname: at for at, field in enumerate(columns)}
    texts = [(at, places[attname]) for at, attname in TEXTS]
    stored = _stored(file, columns)
    started = time.perf_counter()
    prepared = []
    for row, found in zip(_sheet(file), stored, strict=True):
        values = list(found)
        for source, target in texts:
            values[target] = str(row[source])
        prepared.append(values)
    with transaction.atomic():
        write([str(field.column) for field in columns], prepared)
    return time.perf_counter() - started


def _insert(columns: Sequence[str], rows: list[list[Any]]) -> None:
    marks = ", ".join(["%s"] * len(columns))
    statement = f"INSERT INTO customers_contact ({', '.join(columns)}) VALUES ({marks})"
    if connection.vendor == "postgresql":
        # Django's own cursor writes values into the text of each statement; psycopg's prepares it.
        with psycopg.Cursor(connection.connection) as cursor:
            cursor.executemany(statement, rows)
        return
    with connection.cursor() as cursor:
        cursor.executemany(statement, rows)


def _copy(columns: Sequence[str], rows: list[list[Any]]) -> None:
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY customers_contact ({', '.join(columns)}) FROM STDIN") as copying,
    ):
        for values in rows:
            copying.write_row(values)


def _stored(file: Path, columns: Sequence[Any]) -> list[tuple[Any, ...]]:
    """Return the contacts that an import of the file made, in its order, as if from a new system."""
    imported = Contact.unscoped.filter(external_system="old-crm", external_id__startswith=f"{file.stem}-")
    made, new_system = list(imported.order_by("pk")), f"raw {clock.now()}"
    for contact in made:
        contact.external_system = new_system
    return prepared_rows(made, columns)


SIDES = {"ours": ours, "django": django, "insert": insert, "copy": copy}


def _own_memory() -> float:
    """Return the megabytes this process holds itself; pages of the mapped database file are not its own."""
    status = Path("/proc/self/status").read_text()
    return int(status.partition("RssAnon:")[2].split()[0]) / 1024


@contextmanager
def watched_memory() -> Iterator[list[float]]:
    """Look at the memory every 50 ms; the list holds what was seen."""
    seen, over = [_own_memory()], threading.Event()

    def watch() -> None:
        while not over.wait(0.05):
            seen.append(_own_memory())

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield seen
    finally:
        over.set()
        watcher.join()


def main() -> None:
    side, file = sys.argv[1], Path(sys.argv[2])
    with watched_memory() as seen:
        seconds = SIDES[side](file)
    print(json.dumps({"seconds": seconds, "megabytes": max(seen) - seen[0]}))


if __name__ == "__main__":
    main()

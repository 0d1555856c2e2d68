"""Uploading files through the services, as the surfaces do."""

import io
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import xlsxwriter
from django.core.files.base import ContentFile

from headwater.jobs.services import run_until_idle
from headwater.pipeline.models import Lead
from headwater.transfer import services
from headwater.transfer.models import ChangeSet, ImportRun
from headwater.users.actor import Actor
from headwater.users.models import User

Cells = Sequence[Sequence[Any]]


def csv_of(*lines: str) -> bytes:
    return "\r\n".join(lines).encode()


def xlsx_of(rows: Cells, sheet: str = "Sheet1", more_sheets: dict[str, Cells] | None = None) -> bytes:
    """A workbook with typed cells."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True, "default_date_format": "yyyy-mm-dd hh:mm:ss"})
    for name, cells in {sheet: rows, **(more_sheets or {})}.items():
        page = book.add_worksheet(name)
        for number, row in enumerate(cells):
            for column, value in enumerate(row):
                _write(page, number, column, value)
    book.close()
    return buffer.getvalue()


def _write(page: Any, row: int, column: int, value: Any) -> None:
    if isinstance(value, bool):
        page.write_boolean(row, column, value)
    elif isinstance(value, (date, datetime)):
        page.write_datetime(row, column, value)
    elif isinstance(value, (int, float, Decimal)):
        page.write_number(row, column, float(value))
    elif value is not None:
        page.write_string(row, column, value)


def upload(
    user: User, object_name: str, content: bytes, name: str = "people.csv", **options: Any
) -> ImportRun:
    return services.create_import(Actor(user), object_name, ContentFile(content), name, options)


def run(user: User, object_name: str, content: bytes, *, dry_run: bool = False, **options: Any) -> ImportRun:
    """Upload a file and carry the import out."""
    name = options.pop("name", "people.csv")
    draft = upload(user, object_name, content, name, **options)
    return finish(user, draft, dry_run=dry_run)


def finish(user: User, draft: ImportRun, *, dry_run: bool = False) -> ImportRun:
    started = services.start(Actor(user), draft.pk, dry_run=dry_run)
    run_until_idle()
    return services.get_import(Actor(user), started.pk)


def undo(user: User, done: ImportRun) -> ChangeSet:
    assert done.change_set is not None
    change_set = services.undo(Actor(user), done.change_set.pk)
    run_until_idle()
    return services.get_change_set(Actor(user), change_set.pk)


def living_leads() -> list[Lead]:
    """The leads that are not deleted, oldest first."""
    found = Lead.unscoped.filter(deleted_at__isnull=True).order_by("pk")
    return [lead for lead in found if isinstance(lead, Lead)]


def counts(created: int = 0, updated: int = 0, unchanged: int = 0, failed: int = 0) -> dict[str, int]:
    return {"created": created, "updated": updated, "unchanged": unchanged, "failed": failed}


def codes(done: ImportRun) -> dict[str, int]:
    """How many times each cause made a row fail."""
    found: dict[str, int] = {}
    for cause in done.causes:
        found[cause["code"]] = found.get(cause["code"], 0) + cause["count"]
    return found


def saved(tmp_path: Path, content: bytes, name: str = "table") -> Path:
    path = tmp_path / name
    path.write_bytes(content)
    return path

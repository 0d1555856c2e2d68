"""Is this installation in order: the database, its tables, the worker and the disk."""

import shutil
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.db import Error as DatabaseFailure
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from headwater.jobs import services as jobs

LEAST_FREE_BYTES = 200 * 1024 * 1024


def health() -> dict[str, str]:
    """Return what is wrong, by part; empty when all is well.

    Parts: database, migrations, worker, disk. The text is for the operator and names no data.
    """
    problems = {"disk": _disk()}
    try:
        connection.ensure_connection()
        problems["migrations"] = _migrations()
        if not problems["migrations"]:  # else its table may be missing
            problems["worker"] = _worker()
    except DatabaseFailure:
        problems["database"] = "The database cannot be reached."
    return {part: problem for part, problem in problems.items() if problem}


@require_safe
@never_cache
def health_view(_request: HttpRequest) -> JsonResponse:
    """Answer 200 when all is well, else 503 with the reasons."""
    problems = health()
    status = "failing" if problems else "ok"
    return JsonResponse({"status": status, "problems": problems}, status=503 if problems else 200)


def _migrations() -> str:
    missing = _on_disk() - set(MigrationRecorder(connection).applied_migrations())
    return f"{len(missing)} migrations are not applied: run bin/manage migrate." if missing else ""


def _on_disk() -> set[tuple[str, str]]:
    """Return (app, name) of every migration, without importing them as Django's loader would."""
    return {
        (app.label, path.stem)
        for app in apps.get_app_configs()
        for path in (Path(app.path) / "migrations").glob("[!_]*.py")
    }


def _worker() -> str:
    return "" if jobs.worker_alive() else "No background worker has given a sign of life."


def _disk() -> str:
    free = shutil.disk_usage(settings.DATA_DIR).free
    return f"Only {free // 2**20} MiB of disk are free." if free < LEAST_FREE_BYTES else ""

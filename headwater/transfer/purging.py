"""Throwing away files of imports: after a month, and what a crash left without an import.

Undoing an import needs its history, not its file.
"""

from datetime import timedelta
from functools import partial
from pathlib import Path, PurePosixPath

from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Coalesce

from headwater.files.storage import old_places, path_of
from headwater.lib import clock
from headwater.transfer.files.opening import remove_upload
from headwater.transfer.models import FailedRow, ImportRun
from headwater.transfer.models.imports import FOLDER

KEPT = timedelta(days=30)
"""How long the file of an import, and with it the list of its failed rows, can be downloaded."""


def forget_file(run: ImportRun) -> None:
    """Delete the file of an import when this transaction is written; what was never imported goes with it."""
    path = Path(run.file.path)
    FailedRow.objects.filter(run=run).delete()
    if run.change_set_id is None:
        run.delete()
    else:
        run.file = ""
        run.save(update_fields=["file"])
    transaction.on_commit(partial(remove_upload, path))


def purge_imports() -> int:
    """Delete the files of imports that ended, or were begun and left, a month ago; return how many."""
    busy = Q(state__in=(ImportRun.State.QUEUED, ImportRun.State.RUNNING))
    old = (
        ImportRun.objects.exclude(busy | Q(file=""))
        .annotate(since=Coalesce("finished_at", "created_at"))
        .filter(since__lt=clock.now() - KEPT)
    )
    numbers = list(old.order_by("pk").values_list("pk", flat=True))
    for number in numbers:
        with transaction.atomic():
            # Somebody may have started it again meanwhile.
            run = old.select_for_update(of=("self",)).filter(pk=number).first()
            if run is not None:
                forget_file(run)
    _remove_rowless()
    return len(numbers)


def _remove_rowless() -> None:
    """Delete files that no import has, with what reading them left beside them."""
    places = list(old_places(FOLDER))
    known = {_stem(name) for name in ImportRun.objects.exclude(file="").values_list("file", flat=True)}
    for place in places:
        if _stem(place) not in known:
            path_of(place).unlink(missing_ok=True)


def _stem(place: str) -> str:
    return PurePosixPath(place).name.partition(".")[0]

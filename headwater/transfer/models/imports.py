"""One uploaded file and what became of it."""

import secrets
from pathlib import PurePath
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from headwater.files.storage import storage as storage
from headwater.transfer.models.changesets import ChangeSet
from headwater.users.models import User

FOLDER = "imports"


def upload_path(run: "ImportRun", name: str) -> str:
    """A place that nobody can guess; of the given name only the ending is kept."""
    ending = PurePath(name).suffix.lower()
    return f"{FOLDER}/{secrets.token_hex(16)}{ending if ending in ('.csv', '.xlsx', '.txt', '.tsv') else ''}"


class ImportRun(models.Model):
    """An import: its number is its primary key. A rehearsal judges every row and writes none.

    ``options`` is ``transfer.options.Options`` as JSON. ``facts`` is what the survey of the whole
    file found. ``position`` is the number of the last row dealt with, stored in the transaction
    that wrote it, so that a killed worker's successor goes on exactly there. ``counts`` maps
    created, updated, unchanged and failed to numbers of rows; ``causes`` sums up the failures.
    ``rehearsal`` keeps the counts and causes of the last rehearsal.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("Being prepared")
        QUEUED = "queued", _("Waiting")
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")
        CANCELLED = "cancelled", _("Cancelled")

    object = models.CharField(max_length=60)
    created_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField()
    file = models.FileField(storage=storage, upload_to=upload_path, max_length=200)
    file_name = models.CharField(max_length=255)
    options = models.JSONField(default=dict)
    facts = models.JSONField(default=dict)

    state = models.CharField(max_length=20, choices=State.choices, default=State.DRAFT)
    dry_run = models.BooleanField(default=False)
    job_id = models.BigIntegerField(null=True, blank=True)
    change_set = models.OneToOneField(ChangeSet, models.PROTECT, null=True, related_name="import_run")
    position = models.PositiveBigIntegerField(default=0)
    done_rows = models.PositiveBigIntegerField(default=0)
    total_rows = models.PositiveBigIntegerField(default=0)
    counts = models.JSONField(default=dict)
    causes = models.JSONField(default=list)
    rehearsal = models.JSONField(default=dict)
    problem = models.JSONField(default=dict, help_text="Why the whole import failed: code and message.")
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["-id"]
        indexes: ClassVar = [models.Index(fields=["created_by", "-id"], name="import_run_of_person")]

    def __str__(self) -> str:
        return f"import {self.pk} of {self.object}"

    @property
    def progress(self) -> float:
        """How far the current rehearsal or run is, 0 to 1."""
        if self.state == self.State.DONE:
            return 1.0
        return min(self.done_rows / self.total_rows, 1.0) if self.total_rows else 0.0


class FailedRow(models.Model):
    """A row that could not be written, and every reason: ``{"field", "column", "code", "message"}``."""

    run = models.ForeignKey(ImportRun, models.CASCADE, related_name="failed_rows")
    number = models.PositiveBigIntegerField()
    reasons = models.JSONField(default=list)

    class Meta:
        ordering: ClassVar = ["number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["run", "number"], name="failed_row_once"),
        ]

    def __str__(self) -> str:
        return f"row {self.number} of import {self.run_id}"

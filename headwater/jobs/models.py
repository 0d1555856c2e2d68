"""The rows background work consists of: jobs, fired schedule slots, workers that are alive."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from headwater.lib import clock


class Job(models.Model):
    """One call of a background function, from its request to its end.

    Rows are changed only through ``jobs.claims``: every step is one conditional UPDATE, and a worker's
    writes carry the ``fence`` of its claim, so one that lost its lease changes nothing.
    """

    class State(models.TextChoices):
        QUEUED = "queued", _("Queued")
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")
        CANCELLED = "cancelled", _("Cancelled")

    UNFINISHED: ClassVar = [State.QUEUED, State.RUNNING]

    task = models.CharField(max_length=200, help_text="Dotted path of the task.")
    args = models.JSONField(default=list)
    kwargs = models.JSONField(default=dict)
    queue = models.CharField(max_length=50, default="default")
    priority = models.SmallIntegerField(default=0, help_text="-100 to 100; higher runs sooner.")
    unique_key = models.CharField(max_length=200, blank=True, help_text="Unique among unfinished jobs.")
    actor_id = models.BigIntegerField(null=True, blank=True, help_text="The user who asked for the work.")

    state = models.CharField(max_length=10, choices=State, default=State.QUEUED)
    run_after = models.DateTimeField(default=clock.now)
    attempts = models.PositiveSmallIntegerField(default=0)
    max_attempts = models.PositiveSmallIntegerField(default=1)
    backoff = models.PositiveIntegerField(default=0, help_text="Seconds before the second attempt; doubles.")
    cancel_requested = models.BooleanField(default=False)

    fence = models.PositiveIntegerField(default=0, help_text="Number of the last claim; only ever grows.")
    worker_ids = models.JSONField(default=list, help_text="The worker of every attempt, the last one last.")
    lease_until = models.DateTimeField(null=True, blank=True)
    heartbeat_at = models.DateTimeField(null=True, blank=True)

    progress_done = models.PositiveBigIntegerField(default=0)
    progress_total = models.PositiveBigIntegerField(default=0, help_text="0 = not known.")
    result = models.JSONField(null=True, blank=True)
    error = models.TextField(blank=True, help_text="Traceback of the last attempt that failed.")
    error_class = models.CharField(max_length=200, blank=True)

    created_at = models.DateTimeField(default=clock.now)
    started_at = models.DateTimeField(null=True, blank=True, help_text="Start of the first attempt.")
    attempted_at = models.DateTimeField(null=True, blank=True, help_text="Start of the last attempt.")
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(
                F("priority").desc(), "run_after", "id", condition=Q(state="queued"), name="jobs_due"
            ),
            models.Index(fields=["unique_key"], condition=Q(unique_key__gt=""), name="jobs_keyed"),
            models.Index(fields=["lease_until"], condition=Q(state="running"), name="jobs_leased"),
            models.Index(
                fields=["finished_at"], condition=Q(finished_at__isnull=False), name="jobs_finished"
            ),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["unique_key"],
                condition=Q(state__in=["queued", "running"]) & Q(unique_key__gt=""),
                name="jobs_one_unfinished_per_key",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.task} #{self.pk} ({self.state})"

    @property
    def worker_id(self) -> str:
        """The worker of the last attempt, "" before the first."""
        return str(self.worker_ids[-1]) if self.worker_ids else ""

    @property
    def is_finished(self) -> bool:
        return self.state not in self.UNFINISHED

    @property
    def progress(self) -> float:
        """How far the work is, 0 to 1; 0 while the total is not known."""
        if self.state == self.State.DONE:
            return 1.0
        return min(self.progress_done / self.progress_total, 1.0) if self.progress_total else 0.0

    @property
    def error_summary(self) -> str:
        """The last line of the traceback, "" without an error."""
        return self.error.rstrip().rpartition("\n")[2]


class ScheduleSlot(models.Model):
    """A periodic job's time slot that was fired; the unique row decides which scheduler fires it."""

    name = models.CharField(max_length=100)
    slot = models.CharField(max_length=40, help_text="Start of the slot: an instant, or a local date.")
    fired_at = models.DateTimeField(default=clock.now, db_index=True)
    job_id = models.BigIntegerField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["name", "slot"], name="jobs_slot_fires_once")
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.slot}"


class WorkerBeat(models.Model):
    """A worker process that was alive at ``beat_at``; one that ends cleanly takes its row away."""

    worker_id = models.CharField(max_length=64, unique=True)
    host = models.CharField(max_length=255)
    pid = models.PositiveIntegerField()
    queues = models.JSONField(default=list, help_text="Empty = all queues.")
    threads = models.PositiveSmallIntegerField()
    running = models.PositiveSmallIntegerField(default=0, help_text="Jobs in work at the last beat.")
    started_at = models.DateTimeField(default=clock.now)
    beat_at = models.DateTimeField(default=clock.now, db_index=True)

    def __str__(self) -> str:
        return f"{self.worker_id} on {self.host}"

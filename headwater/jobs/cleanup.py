"""Taking away what background work leaves behind."""

from datetime import timedelta
from typing import TypeVar

from django.db.models import Model, QuerySet

from headwater.jobs.models import Job, ScheduleSlot, WorkerBeat
from headwater.jobs.schedule import LONGEST_INTERVAL
from headwater.jobs.tasks import job
from headwater.lib import clock

M = TypeVar("M", bound=Model)

DONE_KEPT = timedelta(days=7)
FAILED_KEPT = timedelta(days=30)
# a slot must outlive its interval, or it would fire again
SLOT_KEPT = LONGEST_INTERVAL + timedelta(days=9)
BEAT_KEPT = timedelta(days=1)
# rows per statement: other writers wait for one on SQLite
BATCH = 500


@job(priority=-50)
def clean_up_jobs() -> int:
    """Delete old finished jobs, fired slots and dead workers; return how many rows."""
    now = clock.now()
    ended = Job.objects.filter(state__in=[Job.State.DONE, Job.State.CANCELLED])
    return sum(
        (
            _delete_in_batches(ended.filter(finished_at__lt=now - DONE_KEPT)),
            _delete_in_batches(Job.objects.filter(state=Job.State.FAILED, finished_at__lt=now - FAILED_KEPT)),
            _delete_in_batches(ScheduleSlot.objects.filter(fired_at__lt=now - SLOT_KEPT)),
            _delete_in_batches(WorkerBeat.objects.filter(beat_at__lt=now - BEAT_KEPT)),
        )
    )


def _delete_in_batches(rows: QuerySet[M]) -> int:
    deleted = 0
    while ids := list(rows.values_list("pk", flat=True)[:BATCH]):
        deleted += rows.model._default_manager.filter(pk__in=ids).delete()[0]
    return deleted

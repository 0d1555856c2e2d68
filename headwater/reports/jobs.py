"""Background work of this room: each job only calls its service."""

from headwater.jobs.tasks import job
from headwater.reports import days


@job(queue_name="bulk")
def rebuild_days() -> None:
    days.rebuild_days()
